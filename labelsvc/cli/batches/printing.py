"""``labelsvc print``: from records to a batch's folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from labelsvc.cli.batches.order_options import OrderOptions, check_order, order_terms
from labelsvc.cli.batches.ordered_items import grant_lacking, order_items
from labelsvc.cli.batches.print_report import (
    NotPrinted,
    report_dry_run,
    report_nothing_printable,
    report_plan,
    report_printed,
)
from labelsvc.cli.batches.resuming import batch_to_resume, check_resuming_alone
from labelsvc.cli.batches.running import (
    EXIT_ALL_PRINTED,
    EXIT_NOTHING,
    EXIT_SOME_REFUSED,
    place_batch_order,
    print_ordered_batch,
)
from labelsvc.cli.clock import shared_today
from labelsvc.cli.completion import designs, stocks
from labelsvc.cli.messages import open_services, say, warn_of_untried_store
from labelsvc.cli.options import AS_JSON, PROCESSES, QUIET, TAKE_OUTPUT
from labelsvc.cli.places import PLACES, RENEW_PLACES
from labelsvc.cli.progress import shown_steps
from labelsvc.cli.records import RECORDS
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import DayOrShelfLife, Folder, HostName, Offset, OneOf, TypedDay, WholeNumber
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.print_options import PROOFS
from labelsvc.domain.sheet import ORDERS
from labelsvc.domain.trace.lot_terms import BY_SHELF_LIFE

if TYPE_CHECKING:
    from labelsvc.workflows.batches.allowance import OrderItem
    from labelsvc.workflows.batches.order_batch import OrderPlan
    from labelsvc.workflows.batches.order_terms import CheckedOrderTerms

DEFAULT_DESIGN, DEFAULT_STOCK, DEFAULT_PROOF = "tem-25x35", "a4", "auto"
_DAY = say("usage.day")


@click.command("print", cls=TranslatedCommand, help=say("help.print"))
@RECORDS
@click.option("--all", "everything", is_flag=True, help=say("help.print_all"))
@click.option(
    "--design",
    default=DEFAULT_DESIGN,
    shell_complete=designs,
    metavar=say("usage.name"),
    help=say("help.print_design"),
)
@click.option(
    "--stock",
    default=DEFAULT_STOCK,
    shell_complete=stocks,
    metavar=say("usage.name"),
    help=say("help.print_stock"),
)
@click.option("--quantity", type=WholeNumber(1, HIGHEST_SERIAL), metavar="N", help=say("help.print_quantity"))
@click.option("--out", type=Folder(), metavar=say("usage.folder"), help=say("help.print_out"))
@click.option("--skip", type=WholeNumber(0, 100_000), default=0, metavar="N", help=say("help.print_skip"))
@click.option("--host", type=HostName(), metavar=say("usage.host"), help=say("help.print_host"))
@click.option("--uncounted", is_flag=True, help=say("help.print_uncounted"))
@click.option(
    "--proof",
    type=OneOf(PROOFS),
    default=DEFAULT_PROOF,
    metavar="|".join(PROOFS),
    help=say("help.print_proof"),
)
@click.option("--over-quota", default="", metavar=say("usage.reason"), help=say("help.print_over_quota"))
@click.option("--strict-law", is_flag=True, help=say("help.print_strict_law"))
@click.option("--strict-trace", is_flag=True, help=say("help.print_strict_trace"))
@click.option("--spot-inks", is_flag=True, help=say("help.print_spot_inks"))
@click.option("--order", "serials", type=OneOf(ORDERS), metavar="|".join(ORDERS), help=say("help.print_order"))
@click.option("--step-and-repeat", is_flag=True, help=say("help.print_step_and_repeat"))
@click.option("--no-turn", is_flag=True, help=say("help.print_no_turn"))
@click.option("--tidy", is_flag=True, help=say("help.print_tidy"))
@click.option("--offset", type=Offset(), metavar=say("usage.offset"), help=say("help.print_offset"))
@click.option("--made-on", type=TypedDay(), metavar=_DAY, help=say("help.print_made_on"))
@click.option(
    "--use-by", type=DayOrShelfLife(), default="", metavar=f"{_DAY}|{BY_SHELF_LIFE}", help=say("help.print_use_by")
)
@click.option("--lot", default="", metavar=say("usage.lot_number"), help=say("help.print_lot"))
@RENEW_PLACES
@PLACES
@click.option("--dry-run", is_flag=True, help=say("help.print_dry_run"))
@PROCESSES
@click.option("--once", default="", metavar=say("usage.name"), help=say("help.print_once"))
@click.option("--resume", metavar=say("usage.batch"), help=say("help.print_resume"))
@TAKE_OUTPUT
@QUIET
@AS_JSON
def print_labels(
    records: tuple[Path, ...],
    everything: bool,
    out: Path | None,
    over_quota: str,
    renew_places: bool,
    places: tuple[str, ...],
    dry_run: bool,
    processes: int | None,
    resume: str | None,
    take_output: bool,
    quiet: bool,
    as_json: bool,
    **options: Unpack[OrderOptions],
) -> int:
    """Print labels: check the options, read the records, plan the order, place it and print it."""
    if sum((bool(records), everything, resume is not None)) != 1:
        raise click.UsageError(say("cli.print_what"))
    warn_of_untried_store()
    if take_output and not dry_run:
        open_services().output_identity.take()
    quiet = quiet or as_json
    processes = processes or open_services().settings.processes
    if resume is not None:
        check_resuming_alone()
        report_printed(print_ordered_batch(batch_to_resume(resume), out, processes, quiet), None, as_json)
        return EXIT_ALL_PRINTED
    terms = order_terms(options)
    if dry_run:
        open_services().rehearse()
    checked, today = check_order(terms), shared_today()  # before any import
    open_services().epochs.check()
    answers = places if renew_places or places else None
    items, rows = order_items(records, quiet, answers, preview=dry_run)
    if over_quota and not dry_run:
        grant_lacking(items, terms.quantity, over_quota, today)
    plan = _plan(items, checked, today, quiet)
    report_plan(plan, quiet)
    refused = NotPrinted.from_plan(plan, *rows)
    if plan.new is None:
        report_nothing_printable(refused, as_json, dry_run=dry_run, no_products=not items and everything)
        return EXIT_NOTHING
    if dry_run:
        report_dry_run(plan, refused, as_json)
    else:
        name, again = place_batch_order(plan, out, quiet)
        report_printed(print_ordered_batch(name, None if again else out, processes, quiet), refused, as_json)
    return EXIT_SOME_REFUSED if refused else EXIT_ALL_PRINTED


def _plan(items: list[OrderItem], checked: CheckedOrderTerms, today: date, quiet: bool) -> OrderPlan:
    """Look at the order of these items, as their quotas and profiles are now."""
    from labelsvc.workflows.batches.allowance import Allowance, with_profiles
    from labelsvc.workflows.batches.order_batch import plan_batch

    services = open_services()
    with shown_steps(quiet, lambda step: f"cli.plan_{step}") as progress:
        allowance = Allowance.for_items(items, services.quotas, today)
        marks = services.paper_words.marks
        items = with_profiles(items, services.profiles)

        def tell(done: int) -> None:
            progress("judging", done, len(items))

        return plan_batch(items, checked, marks, today=today, allowance=allowance, progress=tell)
