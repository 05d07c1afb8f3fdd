"""``labelsvc lot``: says which lot the stamps from a first to a last one stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from labelsvc.cli.confirmation import clerk
from labelsvc.cli.messages import open_services, print_line, say
from labelsvc.cli.usage import TranslatedCommand, TranslatedOption
from labelsvc.cli.values import TypedDay
from labelsvc.domain.change_context import ChangeContext

_DAY = say("usage.day")


@click.command(cls=TranslatedCommand, help=say("help.lot"))
@click.argument("first", metavar=say("usage.first_code"))
@click.argument("last", metavar=say("usage.last_code"))
@click.option(
    "--number", default="", cls=TranslatedOption, metavar=say("usage.lot_number"), help=say("help.lot_number")
)
@click.option("--made-on", type=TypedDay(), cls=TranslatedOption, metavar=_DAY, help=say("help.lot_made_on"))
@click.option("--use-by", type=TypedDay(), cls=TranslatedOption, metavar=_DAY, help=say("help.lot_use_by"))
@click.option("--reason", default="", cls=TranslatedOption, metavar=say("usage.reason"), help=say("help.lot_reason"))
def lot(first: str, last: str, number: str, made_on: date | None, use_by: date | None, reason: str) -> None:
    """Enter a lot."""
    from labelsvc.domain.product import normal_text
    from labelsvc.domain.trace.lot import Lot
    from labelsvc.workflows.batches.enter_lot import LotEntry, enter_lot

    services = open_services()
    entry = LotEntry(first, last, Lot(normal_text(number), made_on, use_by))
    context = ChangeContext(clerk(), datetime.now(UTC), reason.strip())
    made = enter_lot(entry, None, services.verifying_keys.open, services.lots, context)
    print_line(say("lot.entered", count=made.last - made.first + 1, first=made.first, last=made.last))
