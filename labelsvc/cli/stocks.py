"""``labelsvc stock``: the sheets and rolls that labels are printed on, and sheets to test printers and phones with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from labelsvc.cli.completion import stocks
from labelsvc.cli.messages import open_services, print_line, refuse, say, wording
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import HostName, NewFile
from labelsvc.domain.errors import LabelsvcError, StockTooSmall
from labelsvc.domain.host import Host
from labelsvc.wording import Wording


@click.group(cls=TranslatedGroup, help=say("help.stock"))
def stock() -> None:
    """Stocks."""


@stock.command("list", help=say("help.stock_list"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def list_stocks(as_json: bool) -> None:
    """List the stocks."""
    stocks = [open_services().shipped_assets.stock(name) for name in open_services().shipped_assets.stock_names]
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
    assets = open_services().shipped_assets
    designs = [assets.design(name) for name in assets.design_names]
    faults = 0
    for name in assets.stock_names:
        counts = []
        for design in designs:
            try:
                counts.append(f"{design.name} × {assets.layout(name, design).per_sheet}")
            except StockTooSmall:
                continue
            except LabelsvcError as error:
                faults += 1
                refuse(error)
        print_line(f"{name}: {', '.join(counts) or '–'}")
    return 1 if faults else 0


@stock.command(help=say("help.stock_calibrate"))
@click.argument("name", shell_complete=stocks, metavar=say("usage.name"))
@click.option("-o", "--out", type=NewFile(), metavar=say("usage.file"), help=say("help.calibrate_out"))
def calibrate(name: str, out: Path | None) -> None:
    """Make a calibration sheet."""
    from labelsvc.workflows.designs.calibrate_stock import calibrate_stock

    services = open_services()
    path = out or Path(f"can-may-in-{name}.pdf")
    calibrate_stock(path, name, services.shipped_assets, services.paper_words.say, datetime.now(UTC))
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
