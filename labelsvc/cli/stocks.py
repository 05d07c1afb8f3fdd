"""``labelsvc stock``: the sheets and rolls that labels are printed on, and sheets to test printers and phones with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from labelsvc.cli.completion import stocks
from labelsvc.cli.messages import open_services, print_line, refuse, say, wording
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import HostName, NewFile, ReadableFile
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, LabelsvcError, StockTooSmall
from labelsvc.domain.host import Host
from labelsvc.wording import Wording


@click.group(cls=TranslatedGroup, help=say("help.stock"))
def stock() -> None:
    """Stocks."""


@stock.command("list", help=say("help.stock_list"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
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
    context = ChangeContext("cli", datetime.now(UTC))
    version = keep_stock_file(file, name, services.stocks, services.stock_shelf, context)
    print_line(say("papers.saved", name=name, version=version))


@stock.command(help=say("help.stock_retire"))
@click.argument("name", metavar=say("usage.name"))
def retire(name: str) -> None:
    """Let a stock of the office be offered no more."""
    services = open_services()
    if services.stocks.source(name) is None:
        raise InvalidValue.from_code("papers.shipped", name=name)
    services.stock_shelf.retire(name, ChangeContext("cli", datetime.now(UTC)))
    print_line(say("papers.retired", name=name))


@stock.command(help=say("help.stock_calibrate"))
@click.argument("name", shell_complete=stocks, metavar=say("usage.name"))
@click.option("-o", "--out", type=NewFile(), metavar=say("usage.file"), help=say("help.calibrate_out"))
def calibrate(name: str, out: Path | None) -> None:
    """Make a calibration sheet."""
    from labelsvc.workflows.designs.calibrate_stock import calibrate_stock

    open_services().rehearse()
    services = open_services()
    path = out or Path(f"can-may-in-{name}.pdf")
    stock, say_on_paper = services.stocks.stock(name), services.paper_words.say
    calibrate_stock(path, stock, services.shipped_assets, say_on_paper, datetime.now(UTC))
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
