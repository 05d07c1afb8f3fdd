"""Batches placed and printed by the command line: if one stops, it says why and how to resume."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now, shared_today
from labelsvc.cli.messages import explain, open_services, print_line, refuse, say, warn
from labelsvc.cli.progress import shown_progress
from labelsvc.domain.errors import LabelsvcError, PrintRefused

if TYPE_CHECKING:
    from labelsvc.workflows.batches.order_batch import OrderPlan
    from labelsvc.workflows.batches.print_batch import PrintResult

MANY_NAMED = 5
EXIT_ALL_PRINTED, EXIT_NOTHING, EXIT_SOME_REFUSED, EXIT_INTERRUPTED = 0, 1, 3, 130


def place_batch_order(plan: OrderPlan, out: Path | None, quiet: bool) -> tuple[str, bool]:
    """Place the order; return the batch's name, and whether it had been ordered before."""
    from labelsvc.workflows.batches.order_batch import place_order

    services, now = open_services(), shared_now()
    output = services.output(out)
    _check_place(output.root.place)
    output.make_ready()
    epoch = services.epochs.ready(now)
    if epoch.started:
        warn(say(f"keys.started_{epoch.started}", epoch=epoch.name, path=services.epochs.place))
    if epoch.held:
        warn(say("keys.held", batches=epoch.held))
    abandoned = services.claims.abandoned()
    ordered = place_order(plan, services.batches, now=now, taken=output)
    batch = ordered.batch
    if ordered.again:
        code = "cli.ordered_before" if batch.state == "ready" else "cli.order_goes_on"
        print_line(say(code, batch=batch.name, folder=batch.folder or "–"), quiet=quiet)
    if others := [name for name in abandoned if name != batch.name]:
        warn(say("cli.abandoned", batches=others[-MANY_NAMED:], last=others[-1]))
    return batch.name, ordered.again


def _check_place(place: str) -> None:
    """Refuse (OutputRefused) this machine's output where it is not the place that the database knows.

    A folder of ``--out`` is where somebody wants it.
    """
    services = open_services()
    if place == services.settings.output:
        services.output_identity.check()


def print_ordered_batch(name: str, out: Path | None, processes: int, quiet: bool) -> PrintResult:
    """Print a batch; if it stops, report why and how to resume."""
    try:
        return _print_batch(name, out, processes, quiet)
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
    from labelsvc.workflows.batches.still_printable import would_stop_again

    services = open_services()
    batch = services.batches.get(name)
    for why in services.what_waits([batch], shared_now()).values():
        return explain(why)
    if would_stop_again(batch, services.batches.parts(name)):
        return say("cli.held", batch=name, design=batch.design.name)
    return "" if isinstance(error, PrintRefused) else say("cli.how_to_resume", batch=name)


def _print_batch(name: str, out: Path | None, processes: int, quiet: bool) -> PrintResult:
    from labelsvc.workflows.batches.print_batch import print_batch
    from labelsvc.workflows.batches.still_printable import refuse_not_in_force, refuse_second_set

    services = open_services()
    batch = services.batches.get(name)
    output = services.output(out) if out else services.output_of(batch)
    if batch.folder and output.root.place not in (str(out), services.settings.output):
        warn(say("cli.outside_output", batch=name, folder=output.root.place))
    refuse_second_set(batch, services.batches.parts(name), output.batch(name))
    if batch.state != "ready":
        refuse_not_in_force(services.batches.lines(name), services.products, shared_today())
    _check_place(output.root.place)
    output.make_ready()
    if name in services.epochs.ready(shared_now()).held:  # a person has to read it and decide
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
