"""``labelsvc print``: from records to a batch's folder."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.batches.print_report import (
    NotPrinted,
    report_dry_run,
    report_nothing_printable,
    report_plan,
    report_printed,
)
from labelsvc.cli.completion import designs, stocks
from labelsvc.cli.messages import explain, open_services, print_line, refuse, say, warn
from labelsvc.cli.places import PLACES, RENEW_PLACES, print_places, renew_stored
from labelsvc.cli.progress import shown_progress
from labelsvc.cli.records import RECORDS, import_files, print_import_report, write_refused
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import DayOrShelfLife, Folder, HostName, Offset, OneOf, TypedDay, WholeNumber
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, LabelsvcError, PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.print_options import PROOFS, PrinterOffset, PrintOptions, Proof
from labelsvc.domain.product import normal_text
from labelsvc.domain.sheet import ORDERS, SerialOrder
from labelsvc.domain.trace.lot_terms import BY_SHELF_LIFE
from labelsvc.domain.verdict import VIETNAM

if TYPE_CHECKING:
    from labelsvc.workflows.batches.allowance import OrderItem
    from labelsvc.workflows.batches.order_batch import OrderPlan
    from labelsvc.workflows.batches.print_batch import PrintResult

DEFAULT_DESIGN, DEFAULT_STOCK, DEFAULT_PROOF = "tem-25x35", "a4", "auto"
LAST, _DAY = "last", say("usage.day")
OF_RESUMING = {"resume", "take_output", "out", "processes", "quiet", "as_json"}
EXIT_ALL_PRINTED, EXIT_NOTHING, EXIT_SOME_REFUSED, EXIT_INTERRUPTED = 0, 1, 3, 130


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
        _check_resuming_alone()
        report_printed(run(_batch_to_resume(resume), out, processes, quiet), None, as_json)
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
    items, rows = _order_items(records, quiet, answers, preview=dry_run)
    if over_quota and not dry_run:
        _grant(items, quantity, over_quota, today)
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


def _grant(items: list[OrderItem], quantity: int | None, reason: str, today: date) -> None:
    """Grant what the items lack of their quotas: command line users are administrators."""
    from labelsvc.workflows.batches.grant_exception import grant_what_is_lacking

    services = open_services()
    grant_what_is_lacking(items, quantity, services.quotas, ChangeContext("cli", datetime.now(UTC), reason), today)


def _order_items(
    records: tuple[Path, ...], quiet: bool, answers: tuple[str, ...] | None, *, preview: bool
) -> tuple[list[OrderItem], tuple[int, int]]:
    """Import the files, if there are any; return what is to be printed, refused rows, and unread files or sheets.

    A preview judges the records as the import would leave them, and stores nothing. ``answers`` about divided units;
    None renews no place.
    """
    from labelsvc.workflows.batches.allowance import OrderItem

    services = open_services()
    if not records:
        if answers is not None:
            print_places(renew_stored(answers, preview=preview).report, quiet=quiet)
        return [OrderItem(stored) for stored in services.products.all()], (0, 0)
    report = import_files(records, preview=preview, places=answers or (), renew_places=answers is not None)
    written = write_refused(report, records[0], None) if report.refused and not preview else None
    print_import_report(report, written, quiet=quiet, preview=preview)
    if answers is not None:
        print_places(report.places, quiet=quiet)
    rows = len(report.refused), len(report.unreadable)
    if preview:
        return [OrderItem(foreseen, quantity) for foreseen, quantity in report.foreseen], rows
    stored = services.products.many([order.product_id for order in report.orders])
    return [OrderItem(stored[order.product_id], order.quantity) for order in report.orders], rows


def order(plan: OrderPlan, out: Path | None, quiet: bool) -> tuple[str, bool]:
    """Place the order; return the batch's name, and whether it had been ordered before."""
    from labelsvc.workflows.batches.order_batch import place_order

    services, now = open_services(), datetime.now(UTC)
    output = services.output(out)
    _check_place(output.root.place)
    output.make_ready()
    epoch = services.epochs.ready(now)
    if epoch.started:
        warn(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=services.epochs.place))
    if epoch.held:
        warn(say("keys.held", batches=epoch.held))
    ordered = place_order(plan, services.batches, now=now, taken=output)
    if ordered.again:
        print_line(say("cli.ordered_before", batch=ordered.batch.name, folder=ordered.batch.folder or "–"), quiet=quiet)
    return ordered.batch.name, ordered.again


def _check_place(place: str) -> None:
    """Refuse (OutputRefused) this machine's output where it is not the place that the database knows.

    A folder of ``--out`` is where somebody wants it.
    """
    services = open_services()
    if place == services.settings.output:
        services.output_identity.check()


def _check_resuming_alone() -> None:
    """Refuse options that belong to the order: a batch resumes as it was ordered."""
    context = click.get_current_context()
    given = [
        param.opts[0]
        for param in context.command.params
        if param.name not in OF_RESUMING
        and context.get_parameter_source(str(param.name)) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(say("usage.resume_alone", options=given))


def _batch_to_resume(name: str) -> str:
    batch = open_services().batches.last() if name == LAST else open_services().batches.get(name)
    if batch is None:
        raise PrintRefused.from_code("cli.no_batch")
    return batch.name


def run(name: str, out: Path | None, processes: int, quiet: bool) -> PrintResult:
    """Print a batch; if it stops, report why and how to resume."""
    try:
        return _print(name, out, processes, quiet)
    except KeyboardInterrupt:
        warn(say("cli.interrupted"))
        warn(say("cli.how_to_resume", batch=name))
        status = EXIT_INTERRUPTED
    except LabelsvcError as error:
        refuse(error)
        if advice := _how_to_go_on(name, error):
            warn(advice)
        status = EXIT_NOTHING
    raise click.exceptions.Exit(status)


def _how_to_go_on(name: str, error: LabelsvcError) -> str:
    """Return advice for a stopped batch: resume, if that can help; refusals give their own advice."""
    services = open_services()
    batch = services.batches.get(name)
    for why in services.what_waits([batch], datetime.now(UTC)).values():
        return explain(why)
    if batch.state == "held":
        return say("cli.held", batch=name, design=batch.design.name)
    return "" if isinstance(error, PrintRefused) else say("cli.how_to_resume", batch=name)


def _print(name: str, out: Path | None, processes: int, quiet: bool) -> PrintResult:
    from labelsvc.workflows.batches.print_batch import print_batch
    from labelsvc.workflows.batches.still_printable import refuse_not_in_force, refuse_second_set

    services = open_services()
    batch = services.batches.get(name)
    output = services.output(out) if out else services.output_of(batch)
    if batch.folder and output.root.place not in (str(out), services.settings.output):
        warn(say("cli.outside_output", batch=name, folder=output.root.place))
    refuse_second_set(batch, services.batches.parts(name), output.batch(name))
    if batch.state != "ready":
        refuse_not_in_force(services.batches.lines(name), services.products, datetime.now(VIETNAM).date())
    _check_place(output.root.place)
    output.make_ready()
    if name in services.epochs.ready(datetime.now(UTC)).held:  # a person has to read it and decide
        raise PrintRefused.from_code("print.perhaps_printed_stop", batch=name)
    total = sum(part.part.pieces for part in services.batches.parts(name))
    if services.claims.is_held_elsewhere(name):
        warn(say("cli.waits_for_holder", batch=name, seconds=math.ceil(services.claims.lease_seconds)))
    with shown_progress(total, quiet) as progress:
        return print_batch(
            name,
            services.batch_services,
            output,
            processes=processes,
            progress=progress,
        )
