"""``labelsvc print``: from records to a batch's folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from labelsvc.cli.batches.ordered_items import grant, order_items
from labelsvc.cli.batches.print_report import (
    NotPrinted,
    report_dry_run,
    report_nothing_printable,
    report_plan,
    report_printed,
)
from labelsvc.cli.batches.resuming import batch_to_resume, check_resuming_alone
from labelsvc.cli.batches.running import EXIT_ALL_PRINTED, EXIT_NOTHING, EXIT_SOME_REFUSED, order, run
from labelsvc.cli.completion import designs, stocks
from labelsvc.cli.messages import open_services, say
from labelsvc.cli.places import PLACES, RENEW_PLACES
from labelsvc.cli.records import RECORDS
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import DayOrShelfLife, Folder, HostName, Offset, OneOf, TypedDay, WholeNumber
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.print_options import PROOFS, PrinterOffset, PrintOptions, Proof
from labelsvc.domain.product import normal_text
from labelsvc.domain.sheet import ORDERS, SerialOrder
from labelsvc.domain.trace.lot_terms import BY_SHELF_LIFE
from labelsvc.domain.verdict import VIETNAM

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
@click.option("--processes", type=WholeNumber(1, 256), metavar="N", help=say("help.print_processes"))
@click.option("--once", default="", metavar=say("usage.name"), help=say("help.print_once"))
@click.option("--resume", metavar=say("usage.batch"), help=say("help.print_resume"))
@click.option("--take-output", is_flag=True, help=say("help.take_output"))
@click.option("--quiet", is_flag=True, help=say("help.quiet"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def print_labels(
    records: tuple[Path, ...],
    everything: bool,
    design: str,
    stock: str,
    quantity: int | None,
    out: Path | None,
    skip: int,
    host: Host | None,
    uncounted: bool,
    proof: Proof,
    over_quota: str,
    strict_law: bool,
    strict_trace: bool,
    spot_inks: bool,
    step_and_repeat: bool,
    no_turn: bool,
    tidy: bool,
    offset: PrinterOffset | None,
    serials: SerialOrder | None,
    made_on: date | None,
    use_by: str,
    lot: str,
    renew_places: bool,
    places: tuple[str, ...],
    dry_run: bool,
    processes: int | None,
    once: str,
    resume: str | None,
    take_output: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Print labels."""
    if sum((bool(records), everything, resume is not None)) != 1:
        raise click.UsageError(say("cli.print_what"))
    if take_output and not dry_run:
        open_services().output_identity.take()
    quiet = quiet or as_json
    processes = processes or open_services().settings.processes
    if resume is not None:
        check_resuming_alone()
        report_printed(run(batch_to_resume(resume), out, processes, quiet), None, as_json)
        return EXIT_ALL_PRINTED

    from labelsvc.workflows.batches.allowance import Allowance, with_profiles
    from labelsvc.workflows.batches.order_batch import plan_batch
    from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms

    host = host or open_services().settings.host
    terms = OrderTerms(
        design=design,
        stock=stock,
        host=host,
        quantity=quantity,
        skip=skip,
        counted=not uncounted,
        options=PrintOptions(
            proof=proof,
            order=serials,
            spot_inks=spot_inks,
            step_and_repeat=step_and_repeat,
            may_turn=not no_turn,
            tidy=tidy,
            offset_x_mm=offset.x_mm if offset else 0.0,
            offset_y_mm=offset.y_mm if offset else 0.0,
            strict_trace=strict_trace,
            lot_number=normal_text(lot),
            made_on=made_on.isoformat() if made_on else "",
            use_by=use_by,
        ),
        order_key=once,
        strict_law=strict_law,
        specimens_exceed=True,
    )
    if dry_run:
        open_services().rehearse()
    services = open_services()
    terms = replace(terms, design_source=services.looks.source(design), stock_source=services.stocks.source(stock))
    today, checked = datetime.now(VIETNAM).date(), check_terms(terms, open_services().assets)  # before any import
    if skip >= checked.layout.per_sheet:
        raise InvalidValue.from_code("batch.skip", value=skip, per_sheet=checked.layout.per_sheet)
    open_services().epochs.check()
    answers = places if renew_places or places else None
    items, rows = order_items(records, quiet, answers, preview=dry_run)
    if over_quota and not dry_run:
        grant(items, quantity, over_quota, today)
    allowance = Allowance.for_items(items, open_services().quotas, today)
    marks = open_services().paper_words.marks
    items = with_profiles(items, open_services().profiles)
    plan = plan_batch(items, checked, marks, today=today, allowance=allowance)
    report_plan(plan, quiet)
    refused = NotPrinted.from_plan(plan, *rows)
    if plan.new is None:
        report_nothing_printable(refused, as_json, dry_run=dry_run, no_products=not items and everything)
        return EXIT_NOTHING
    if dry_run:
        report_dry_run(plan, refused, as_json)
    else:
        name, again = order(plan, out, quiet)
        report_printed(run(name, None if again else out, processes, quiet), refused, as_json)
    return EXIT_SOME_REFUSED if refused else EXIT_ALL_PRINTED
