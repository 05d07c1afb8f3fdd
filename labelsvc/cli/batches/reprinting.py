"""``labelsvc reprint``: reprints destroyed stamps exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.batches.running import EXIT_ALL_PRINTED, EXIT_NOTHING
from labelsvc.cli.clock import shared_now, shared_today
from labelsvc.cli.confirmation import clerk_name, confirmed, named_pieces
from labelsvc.cli.messages import open_services, print_line, say, warn
from labelsvc.cli.options import AS_JSON, SURE
from labelsvc.cli.usage import TranslatedCommand, TranslatedOption
from labelsvc.cli.values import Folder
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.serial_ranges import parse_numbers, parse_serial_ranges

if TYPE_CHECKING:
    from labelsvc.workflows.batches.pieces.plan_reprint import ReprintPlan
    from labelsvc.workflows.batches.pieces.reprint_pieces import ReprintResult


@click.command(cls=TranslatedCommand, help=say("help.reprint"))
@click.argument("batch", metavar=say("usage.batch_name"))
@click.option("--sheets", metavar="3,7-9", help=say("help.reprint_sheets"))
@click.option("--serials", multiple=True, metavar=say("usage.serials"), help=say("help.reprint_serials"))
@click.option(
    "--destroyed",
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.reason"),
    help=say("help.reprint_destroyed"),
)
@click.option("--out", type=Folder(), metavar=say("usage.folder"), help=say("help.reprint_out"))
@SURE
@AS_JSON
def reprint(
    batch: str,
    sheets: str | None,
    serials: tuple[str, ...],
    destroyed: str,
    out: Path | None,
    sure: bool,
    as_json: bool,
) -> int:
    """Make destroyed pieces again."""
    if (sheets is None) == (not serials):
        raise click.UsageError(say("usage.sheets_or_serials"))
    if not destroyed.strip():
        raise InvalidValue.from_code("reprint.no_reason")
    plan = _plan(batch, sheets, serials)
    facts = {"batch": batch, "count": len(plan.places), "pages": len(plan.pages), "pieces": named_pieces(plan.pieces)}
    again = [say("reprint.before", pieces=named_pieces(plan.before))] if plan.before else []
    if not confirmed(say("reprint.would", **facts), *again, say("reprint.declares", why=destroyed.strip()), sure=sure):
        return EXIT_NOTHING
    done = _make(plan, destroyed, out)
    if not done.exact:
        warn(say("reprint.other_versions"))
    if as_json:
        _tell_json(done)
    else:
        print_line(say("reprint.done", **facts))
        print_line(done.place)
    return EXIT_ALL_PRINTED


def _plan(batch: str, sheets: str | None, serials: tuple[str, ...]) -> ReprintPlan:
    from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint

    services = open_services()
    return plan_reprint(
        batch,
        services.batch_services,
        shared_today(),
        sheets=parse_numbers(sheets) if sheets is not None else (),
        serials=parse_serial_ranges(serials),
    )


def _make(plan: ReprintPlan, destroyed: str, out: Path | None) -> ReprintResult:
    from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces

    services = open_services()
    output = services.output(out) if out else services.output_of(plan.printed.batch)
    output.make_ready()
    context = ChangeContext(clerk_name(), shared_now(), destroyed)
    return reprint_pieces(plan, services.batch_services, output, context, services.settings.processes)


def _tell_json(done: ReprintResult) -> None:
    record = done.record
    facts = {
        "batch": record.batch,
        "reprint": record.number,
        "pieces": record.count,
        "serials": list(map(str, record.pieces)),
        "pages": done.pages,
        "same_as_released": done.exact,
        "file": done.place,
    }
    print_line(json.dumps(facts, ensure_ascii=False))
