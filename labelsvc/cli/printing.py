"""``labelsvc print``: from records to a batch's folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.records import RECORDS, take_records, tell_report, write_refused
from labelsvc.cli.speech import explain, on_a_terminal, say, tell, warn, wording, workshop
from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.product import Product
from labelsvc.domain.verdict import VIETNAM
from labelsvc.wording import Wording

if TYPE_CHECKING:
    from labelsvc.workflows.order_batch import Marks, Plan, Terms, Wish
    from labelsvc.workflows.print_batch import Printed
    from labelsvc.workflows.render_part import Progress

DEFAULT_DESIGN, DEFAULT_STOCK = "tem-25x35", "a4"
NAMES_SHOWN = 40


@click.command("print", help=say("help.print"))
@RECORDS
@click.option("--all", "everything", is_flag=True, help=say("help.print_all"))
@click.option("--design", default=DEFAULT_DESIGN, show_default=True, help=say("help.print_design"))
@click.option("--stock", default=DEFAULT_STOCK, show_default=True, help=say("help.print_stock"))
@click.option("--quantity", type=click.IntRange(1, (1 << 20) - 1), help=say("help.print_quantity"))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help=say("help.print_out"))
@click.option("--skip", type=click.IntRange(0), default=0, help=say("help.print_skip"))
@click.option("--host", help=say("help.print_host"))
@click.option("--uncounted", is_flag=True, help=say("help.print_uncounted"))
@click.option(
    "--proof",
    type=click.Choice(["none", "symbols", "auto", "all"]),
    default="auto",
    show_default=True,
    help=say("help.print_proof"),
)
@click.option("--dry-run", is_flag=True, help=say("help.print_dry_run"))
@click.option("--processes", type=click.IntRange(1, 256), help=say("help.print_processes"))
@click.option("--once", default="", help=say("help.print_once"))
@click.option("--resume", help=say("help.print_resume"))
@click.option("--quiet", is_flag=True, help=say("help.quiet"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def print_labels(
    records: tuple[Path, ...], everything: bool, design: str, stock: str, quantity: int | None, out: Path | None,
    skip: int, host: str | None, uncounted: bool, proof: str, dry_run: bool, processes: int | None, once: str,
    resume: str | None, quiet: bool, as_json: bool,
) -> int:  # fmt: skip
    """Print labels."""
    if sum((bool(records), everything, resume is not None)) != 1:
        raise click.UsageError(say("cli.print_what"))
    quiet = quiet or as_json
    processes = processes or workshop().settings.processes
    if resume is not None:
        return _done(_run(_batch_to_resume(resume), None, processes, quiet), None, as_json)

    from labelsvc.workflows.order_batch import Terms

    terms = Terms(
        design=design,
        stock=stock,
        host=Host.parse(host) if host else workshop().settings.host,
        quantity=quantity,
        skip=skip,
        counted=not uncounted,
        proof=proof,
        order_key=once,
    )
    wishes, refused_rows = _wishes(records, quiet, preview=dry_run)
    plan = _plan(terms, wishes)
    _tell_plan(plan, quiet)
    if dry_run or plan.new is None:
        return _not_printed(plan, refused_rows, as_json, dry_run=dry_run)
    printed = _run(_order(plan, out, quiet), out, processes, quiet)
    return _done(printed, plan, as_json, refused_rows)


def _wishes(records: tuple[Path, ...], quiet: bool, *, preview: bool) -> tuple[list[Wish], int]:
    """Import the files, if there are any; return what is to be printed and how many rows were refused."""
    from labelsvc.workflows.order_batch import Wish

    shop = workshop()
    if not records:
        return [Wish(stored) for stored in shop.products.all()], 0
    report = take_records(records)
    written = write_refused(report, records[0], None) if report.refused else None
    tell_report(report, written, quiet=quiet)
    stored = shop.products.many([order.product_id for order in report.orders])
    return [Wish(stored[order.product_id], order.quantity) for order in report.orders], len(report.problems)


def marks() -> Marks:
    """Return the words that labels bear which must not pass for real ones."""
    from labelsvc.workflows.order_batch import Marks

    vietnamese = Wording(workshop().templates / "wording", "vi")
    return Marks(*(vietnamese.say(f"mark.{kind}") for kind in ("specimen", "trial", "both")))


def _plan(terms: Terms, wishes: list[Wish]) -> Plan:
    from labelsvc.workflows.order_batch import plan_batch

    today = datetime.now(VIETNAM).date()
    return plan_batch(wishes, terms, workshop().room, marks(), today=today)


def _tell_plan(plan: Plan, quiet: bool) -> None:
    for problem in plan.warnings:
        warn(explain(problem))
    for sentence, names in _grouped((one.product, one.warnings) for one in plan.judged):
        tell(f"! {sentence}: {names}", quiet=quiet)
    for sentence, names in _grouped((one.product, one.reasons) for one in plan.refused):
        warn(f"✗ {sentence}: {names}")


def _grouped(judged: Iterable[tuple[Product, Sequence[Problem]]]) -> Iterator[tuple[str, str]]:
    """Yield each different sentence with the products that it is true of."""
    groups: dict[str, list[str]] = {}
    for product, problems in judged:
        for problem in problems:
            groups.setdefault(explain(problem), []).append(f"{product.name} ({product.producer})")
    for sentence, names in groups.items():
        more = len(names) - NAMES_SHOWN
        shown = ", ".join(names[:NAMES_SHOWN])
        yield sentence, shown + (" " + say("cli.and_more", count=more) if more > 0 else "")


def _not_printed(plan: Plan, refused_rows: int, as_json: bool, *, dry_run: bool) -> int:
    refused = len(plan.refused)
    pieces = sum(line.quantity for line in plan.new.lines) if plan.new else 0
    sheets = sum(part.sheets for part in plan.new.parts) if plan.new else 0
    if as_json:
        tell(json.dumps({"dry_run": dry_run, "pieces": pieces, "sheets": sheets, "refused": refused}))
    elif dry_run and plan.new:
        products = len(plan.new.lines)
        tell(say("cli.would_print", pieces=pieces, products=products, sheets=sheets, refused=refused))
    else:
        warn(say("print.nothing"))
    if plan.new is None:
        return 1
    return 3 if refused or refused_rows else 0


def _order(plan: Plan, out: Path | None, quiet: bool) -> str:
    """Place the order; return the batch's name."""
    from labelsvc.workflows.order_batch import place_order

    shop, now = workshop(), datetime.now(UTC)
    output = shop.output(out)
    epoch = shop.epochs.ready(now)
    if epoch.started:
        warn(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=shop.epochs.place))
    ordered = place_order(plan, shop.batches, now=now, taken=output.names())
    if ordered.again:
        tell(say("cli.ordered_before", batch=ordered.batch.name), quiet=quiet)
    return ordered.batch.name


def _batch_to_resume(name: str) -> str:
    if name != "last":
        return name
    last = workshop().batches.last()
    if last is None:
        raise click.ClickException(say("cli.no_batch"))
    return last.name


def _run(name: str, out: Path | None, processes: int, quiet: bool) -> Printed:
    from labelsvc.workflows.print_batch import print_batch

    shop = workshop()
    batch = shop.batches.get(name)
    if out is None and batch.folder:
        out = Path(batch.folder).parent
    output = shop.output(out)
    shop.batches.set_folder(name, str(output.path(name)))
    shop.epochs.ready(datetime.now(UTC))
    total = sum(part.part.pieces for part in shop.batches.parts(name))
    vietnamese = Wording(shop.templates / "wording", "vi")
    with _progress(total, quiet) as progress:
        try:
            return print_batch(
                name, room=shop.room, marks=marks(), say=vietnamese.say, batches=shop.batches, epochs=shop.epochs,
                output=output, clock=lambda: datetime.now(UTC), processes=processes, progress=progress,
            )  # fmt: skip
        except (KeyboardInterrupt, LabelsvcError):
            warn(say("cli.how_to_resume", batch=name))
            raise


@contextmanager
def _progress(total: int, quiet: bool) -> Iterator[Progress | None]:
    """Show pieces done, rate and time left: a bar on a terminal, a line at every tenth in a pipe."""
    if quiet:
        yield None
    elif on_a_terminal():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.completed:,.0f} / {task.total:,.0f}"),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
        )
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=total, rate="")

            def advance(pieces: int) -> None:
                bar.update(task, advance=pieces, rate=say("cli.rate", count=round(bar.tasks[0].speed or 0)))

            yield advance
    else:
        yield _Lines(total)


class _Lines:
    """Progress in a pipe: a plain line at every tenth, to standard error."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._tenth = total, 0, 0

    def __call__(self, pieces: int) -> None:
        self._done += pieces
        if self._done * 10 // self._total > self._tenth:
            self._tenth = self._done * 10 // self._total
            warn(say("cli.progress", done=self._done, total=self._total))


def _done(printed: Printed, plan: Plan | None, as_json: bool, refused_rows: int = 0) -> int:
    refused = len(plan.refused) if plan else 0
    if as_json:
        facts = {"batch": printed.batch.name, "pieces": printed.pieces, "sheets": printed.sheets, "refused": refused}
        tell(json.dumps({**facts, "folder": str(printed.folder)}, ensure_ascii=False))
    else:
        counts = {"pieces": printed.pieces, "sheets": printed.sheets, "refused": refused}
        tell(wording().say("cli.printed", batch=printed.batch.name, **counts))
        tell(str(printed.folder))
    return 3 if refused or refused_rows else 0
