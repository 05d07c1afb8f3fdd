"""How commands tell what becomes of places, and take what people answer about divided units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from labelsvc.cli.messages import print_line, say, warn

if TYPE_CHECKING:
    from labelsvc.workflows.places.place_report import PlaceChange, PlaceReport

RENEW_PLACES = click.option("--renew-places", is_flag=True, help=say("help.renew_places"))
PLACES = click.option("--place", "places", multiple=True, metavar=say("usage.place"), help=say("help.place"))


def print_places(report: PlaceReport, *, quiet: bool, details: bool = True) -> None:
    """Print what became of places, or what is proposed; questions go to standard error.

    Without details, and where nobody asked for new places, only that there are former units.
    """
    if not report.renewed and not details:
        if report.changes:
            records, questions = report.records, len(report.unanswered)
            print_line(say("cli.places_former", count=records, questions=questions), quiet=quiet)
        return
    answered = [change for change in report.questions if change.unit]
    if report.proposals or answered:
        print_line(say("cli.places_renewed" if report.renewed else "cli.places", count=report.records), quiet=quiet)
    for change in (*report.proposals, *answered):
        print_line(f"  {_told(change)}", quiet=quiet)
    for change in report.unanswered:
        warn(say("cli.place_asked", count=change.records, former=change.question))
        for unit in change.choices:
            warn(f'  --place "{change.question}={unit.name}"')


def _told(change: PlaceChange) -> str:
    unit = change.unit.name if change.unit else say("places.no_unit")
    also = say("places.also", units=[other.name for other in change.others]) if change.others else ""
    return f"{change.question} → {unit} ({change.records}) {also}".rstrip()
