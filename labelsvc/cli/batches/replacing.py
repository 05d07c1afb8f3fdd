"""``labelsvc replace``: voids lost stamps and prints replacements."""

from __future__ import annotations

import json
from pathlib import Path

import click

from labelsvc.cli.batches.print_report import NotPrinted, report_plan
from labelsvc.cli.batches.running import EXIT_ALL_PRINTED, EXIT_NOTHING, place_batch_order, print_ordered_batch
from labelsvc.cli.clock import shared_now
from labelsvc.cli.confirmation import clerk_name, confirmed, named_pieces
from labelsvc.cli.messages import open_services, print_line, say
from labelsvc.cli.options import AS_JSON, PROCESSES, QUIET, SURE
from labelsvc.cli.usage import TranslatedCommand, TranslatedOption
from labelsvc.cli.values import Folder
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.serial_ranges import parse_serial_ranges


@click.command(cls=TranslatedCommand, help=say("help.replace"))
@click.argument("batch", metavar=say("usage.batch_name"))
@click.option(
    "--serials",
    multiple=True,
    required=True,
    cls=TranslatedOption,
    metavar=say("usage.serials"),
    help=say("help.replace_serials"),
)
@click.option("--lost", required=True, cls=TranslatedOption, metavar=say("usage.reason"), help=say("help.replace_lost"))
@click.option("--out", type=Folder(), metavar=say("usage.folder"), help=say("help.print_out"))
@PROCESSES
@SURE
@QUIET
@AS_JSON
def replace(
    batch: str,
    serials: tuple[str, ...],
    lost: str,
    out: Path | None,
    processes: int | None,
    sure: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Void lost pieces and print replacements."""
    from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement

    services, quiet = open_services(), quiet or as_json
    context = ChangeContext(clerk_name(), shared_now(), lost)
    replacement = plan_replacement(batch, parse_serial_ranges(serials), services.batch_services, context)
    report_plan(replacement.plan, quiet)
    facts = {"old": batch, "count": replacement.plan.pieces, "pieces": named_pieces(replacement.lost.pieces)}
    if not confirmed(say("replace.would", **facts), say("replace.declares", why=replacement.lost.reason), sure=sure):
        return EXIT_NOTHING
    name, _ = place_batch_order(replacement.plan, out, quiet)
    printed = print_ordered_batch(name, out, processes or services.settings.processes, quiet)
    if as_json:
        replaces = {"batch": batch, "serials": list(map(str, replacement.lost.pieces))}
        counts = {"pieces": printed.pieces, "sheets": printed.sheets, "folder": printed.folder.place}
        noted = NotPrinted.from_plan(replacement.plan).facts
        print_line(json.dumps({"batch": name, "replaces": replaces, **counts, **noted}, ensure_ascii=False))
    else:
        print_line(say("replace.done", new=name, sheets=printed.sheets, **facts))
        print_line(printed.folder.place)
    return EXIT_ALL_PRINTED
