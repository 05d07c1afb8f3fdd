"""``labelsvc stock``: the sheets and rolls that labels are printed on, and sheets to test printers and phones with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.completion import designs, stocks
from labelsvc.cli.messages import open_services, print_line, refuse, say, wording
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import HostName, NewFile, Offset, ReadableFile
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, LabelsvcError, StockTooSmall
from labelsvc.domain.host import Host
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.wording import Wording

if TYPE_CHECKING:
    from labelsvc.workflows.stocks.paper_catalogue import PaperFit


@click.group(cls=TranslatedGroup, help=say("help.stock"))
def stock() -> None:
    """Stocks."""


@stock.command("list", help=say("help.stock_list"))
@AS_JSON
def list_stocks(as_json: bool) -> None:
    """List the stocks."""
    open_services().rehearse()
    stocks = open_services().stocks.stocks
    if as_json:
        rows = [{"name": each_stock.name, "title": each_stock.title, "kind": each_stock.kind} for each_stock in stocks]
        print_line(json.dumps(rows, ensure_ascii=False))
        return
    width = max(len(each_stock.name) for each_stock in stocks)
    for each_stock in stocks:
        print_line(
            f"{each_stock.name:<{width}}  {each_stock.title if wording().language == 'vi' else each_stock.title_en}"
        )


@stock.command("check", help=say("help.stock_check"))
def check_stocks() -> int:
    """Check all stocks, and print how many labels of each design they hold."""
    open_services().rehearse()
    assets, stocks = open_services().shipped_assets, open_services().stocks
    designs = [assets.design(name) for name in assets.design_names]
    faults = 0
    for name in stocks.names:
        counts = []
        for design in designs:
            try:
                counts.append(f"{design.name} × {stocks.layout(name, design).per_sheet}")
            except StockTooSmall:
                continue
            except LabelsvcError as error:
                faults += 1
                refuse(error)
        print_line(f"{name}: {', '.join(counts) or '–'}")
    return 1 if faults else 0


@stock.command(help=say("help.stock_add"))
@click.argument("file", type=ReadableFile(), metavar=say("usage.file"))
@click.option("--name", default="", metavar=say("usage.name"), help=say("help.stock_add_name"))
def add(file: Path, name: str) -> None:
    """Keep a stock of a file in the database."""
    from labelsvc.workflows.stocks.keep_stock import keep_stock_file

    services = open_services()
    name = name or file.stem
    context = ChangeContext("cli", shared_now())
    version = keep_stock_file(file, name, services.stocks, services.stock_shelf, context)
    print_line(say("papers.saved", name=name, version=version))


@stock.command(help=say("help.stock_retire"))
@click.argument("name", metavar=say("usage.name"))
def retire(name: str) -> None:
    """Let a stock of the office be offered no more."""
    services = open_services()
    if services.stocks.source(name) is None:
        raise InvalidValue.from_code("papers.shipped", name=name)
    services.stock_shelf.retire(name, ChangeContext("cli", shared_now()))
    print_line(say("papers.retired", name=name))


@stock.command(help=say("help.stock_catalogue"))
@click.argument("words", nargs=-1, metavar=say("usage.words"))
@click.option(
    "--design", default="", shell_complete=designs, metavar=say("usage.name"), help=say("help.catalogue_design")
)
@AS_JSON
def catalogue(words: tuple[str, ...], design: str, as_json: bool) -> None:
    """Search the pre-cut papers by brand, number and size."""
    from labelsvc.workflows.stocks.paper_catalogue import read_catalogue, search_papers

    open_services().rehearse()
    shape = open_services().looks.design(design).shape if design else None
    fits = search_papers(read_catalogue(open_services().templates), " ".join(words), shape)
    if as_json:
        print_line(json.dumps([_paper_facts(fit) for fit in fits], ensure_ascii=False))
        return
    for fit in fits:
        print_line(_paper_line(fit))
    if not fits:
        print_line(say("papers.not_found"))


def _paper_facts(fit: PaperFit) -> dict[str, object]:
    cells = fit.paper.cells
    return {
        "brand": fit.paper.brand,
        "numbers": fit.paper.numbers,
        "paper_mm": (fit.paper.width_mm, fit.paper.height_mm),
        "label_mm": (cells.shape.width_mm, cells.shape.height_mm),
        "round": fit.paper.is_round,
        "columns": cells.columns,
        "rows": cells.rows,
        "to_be_measured": fit.paper.is_to_be_measured,
        "floats": bool(fit.layout and fit.layout.floats),
    }


def _paper_line(fit: PaperFit) -> str:
    """Return a paper on a line: brand, numbers, sizes, and what is to be known before it is used."""
    paper, cells, shown = fit.paper, fit.paper.cells, wording().shown
    sides = (cells.shape.width_mm, cells.shape.height_mm)
    size = f"Ø {shown(sides[0])}" if paper.is_round else " × ".join(map(shown, sides))
    grid = say("papers.grid_of", columns=cells.columns, rows=cells.rows, count=cells.columns * cells.rows)
    notes = [say("papers.measure_why")] if paper.is_to_be_measured else []
    if fit.layout and fit.layout.floats:
        beside, above = fit.layout.blank_around_mm
        label = {"width": fit.layout.trim_width_mm, "height": fit.layout.trim_height_mm}
        notes.append(f"{say('papers.floats')}: {say('papers.floats_by', beside=beside, above=above, **label)}")
    return "  ".join([f"{paper.brand} {', '.join(paper.numbers)}", f"{size} mm", grid, *notes])


@stock.command(help=say("help.stock_take"))
@click.argument("brand", metavar=say("usage.brand"))
@click.argument("number", metavar=say("usage.paper_number"))
def take(brand: str, number: str) -> None:
    """Make a stock of a paper in the catalogue."""
    from labelsvc.workflows.stocks.paper_catalogue import find_paper, read_catalogue
    from labelsvc.workflows.stocks.take_paper import take_paper

    services = open_services()
    paper = find_paper(read_catalogue(services.templates), brand, number)
    name = take_paper(paper, services.stocks, services.stock_shelf, ChangeContext("cli", shared_now()))
    print_line(say("papers.taken", brand=paper.brand, number=paper.number, name=name))


@stock.command(help=say("help.stock_calibrate"))
@click.argument("name", shell_complete=stocks, metavar=say("usage.name"))
@click.option("--printer", default="", metavar=say("usage.name"), help=say("help.calibrate_printer"))
@click.option("--offset", type=Offset(), metavar=say("usage.offset"), help=say("help.calibrate_offset"))
@click.option("-o", "--out", type=NewFile(), metavar=say("usage.file"), help=say("help.calibrate_out"))
def calibrate(name: str, printer: str, offset: PrinterOffset | None, out: Path | None) -> None:
    """Make a calibration sheet."""
    from labelsvc.workflows.designs.calibrate_stock import Calibration, calibrate_stock

    open_services().rehearse()
    services = open_services()
    path = out or Path(f"can-may-in-{name}.pdf")
    calibration = Calibration(services.stocks.stock(name), printer, offset or PrinterOffset())
    calibrate_stock(path, calibration, services.shipped_assets, services.paper_words.say, datetime.now(UTC))
    print_line(str(path))


@stock.command("phone-test", help=say("help.stock_phone_test"))
@click.option("--host", "hosts", type=HostName(), multiple=True, metavar=say("usage.host"), help=say("help.test_host"))
@click.option("-o", "--out", type=NewFile(), metavar=say("usage.file"), help=say("help.phone_test_out"))
def phone_test(hosts: tuple[Host, ...], out: Path | None) -> None:
    """Make a sheet to test phones with."""
    from labelsvc.workflows.designs.phone_test import SAMPLES, make_phone_test

    services = open_services()
    path = out or Path("thu-dien-thoai.pdf")
    chosen = hosts or (services.settings.host, *map(Host.parse, SAMPLES))
    english = Wording(services.templates / "wording", "en").say
    make_phone_test(path, chosen, services.shipped_assets, (services.paper_words.say, english), datetime.now(UTC))
    print_line(str(path))
