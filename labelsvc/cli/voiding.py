"""What is said of stamps after printing: ``labelsvc void`` and ``labelsvc lot``."""

from __future__ import annotations

import json
from datetime import date

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.confirmation import clerk_name, confirmed, named_pieces
from labelsvc.cli.messages import open_services, print_line, say
from labelsvc.cli.options import AS_JSON, SURE
from labelsvc.cli.usage import TranslatedCommand, TranslatedOption
from labelsvc.cli.values import TypedDay
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.serial_ranges import parse_serial_ranges

EXIT_VOID, EXIT_NOTHING = 0, 1
_DAY = say("usage.day")


@click.command(cls=TranslatedCommand, help=say("help.void"))
@click.argument("batch", metavar=say("usage.batch_name"))
@click.option(
    "--serials",
    multiple=True,
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.serials"),
    help=say("help.void_serials"),
)
@click.option("--lost", metavar=say("usage.reason"), help=say("help.void_lost"))
@click.option("--destroyed", metavar=say("usage.reason"), help=say("help.void_destroyed"))
@SURE
@AS_JSON
def void(
    batch: str, serials: tuple[str, ...], lost: str | None, destroyed: str | None, sure: bool, as_json: bool
) -> int:
    """Void pieces without replacement."""
    from labelsvc.workflows.batches.pieces.void_pieces import plan_void

    if (lost is None) == (destroyed is None):
        raise click.UsageError(say("usage.lost_or_destroyed"))
    services = open_services()
    kind, reason = ("lost", lost) if lost is not None else ("destroyed", destroyed or "")
    loss = plan_void(batch, parse_serial_ranges(serials), kind, reason, services.batches, services.voids)
    facts = {"batch": batch, "count": sum(some.count for some in loss.pieces), "pieces": named_pieces(loss.pieces)}
    if not confirmed(say(f"void.would_{kind}", **facts), say("replace.declares", why=loss.reason), sure=sure):
        return EXIT_NOTHING
    services.voids.add(loss, ChangeContext(clerk_name(), shared_now(), loss.reason))
    if as_json:
        void_serials = {"batch": batch, "kind": kind, "serials": list(map(str, loss.pieces))}
        print_line(json.dumps({**void_serials, "count": facts["count"]}, ensure_ascii=False))
    else:
        print_line(say("void.done", **facts))
    return EXIT_VOID


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
    from labelsvc.workflows.batches.pieces.enter_lot import LotEntry, enter_lot

    services = open_services()
    entry = LotEntry(first, last, Lot(normal_text(number), made_on, use_by))
    context = ChangeContext(clerk_name(), shared_now(), reason.strip())
    made = enter_lot(entry, None, services.verifying_keys.open, services.lots, context)
    print_line(say("lot.entered", count=made.last - made.first + 1, first=made.first, last=made.last))
