"""``labelsvc places``: stored products in former units, renewed; labels that were printed with them."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.messages import open_services, print_line, say, shown_value, warn
from labelsvc.cli.options import AS_JSON, QUIET
from labelsvc.cli.usage import TranslatedCommand, TranslatedGroup
from labelsvc.domain.change_context import ChangeContext
from labelsvc.formula_guard import guarded

if TYPE_CHECKING:
    from labelsvc.workflows.places.place_report import PlaceChange, PlaceReport
    from labelsvc.workflows.places.renew_products import ProductPlaces

EXIT_DONE, EXIT_ASKED = 0, 3
RENEW_PLACES = click.option("--renew-places", is_flag=True, help=say("help.renew_places"))
PLACES = click.option("--place", "places", multiple=True, metavar=say("usage.place"), help=say("help.place"))


@click.group(cls=TranslatedGroup, help=say("help.places"))
def places() -> None:
    """Places of products and labels."""


@places.command(cls=TranslatedCommand, help=say("help.places_renew"))
@PLACES
@click.option("--dry-run", is_flag=True, help=say("help.import_dry_run"))
@QUIET
@AS_JSON
def renew(places: tuple[str, ...], dry_run: bool, quiet: bool, as_json: bool) -> int:
    """Renew the places of stored products."""
    found = renew_stored(places, preview=dry_run)
    if as_json:
        print_line(json.dumps({"dry_run": dry_run, "places": found.report.facts()}, ensure_ascii=False))
    elif not found.report.changes:
        print_line(say("places.all_current"), quiet=quiet)
    else:
        print_places(found.report, quiet=quiet)
    return EXIT_ASKED if found.report.unanswered else EXIT_DONE


def renew_stored(answers: tuple[str, ...], *, preview: bool = False) -> ProductPlaces:
    """Renew the places of all stored products, or only look at them; return what was found."""
    from labelsvc.domain.places.renewal import PlaceRenewer
    from labelsvc.workflows.places.place_answers import read_place_answers
    from labelsvc.workflows.places.renew_products import product_places, renew_products

    services = open_services()
    gazetteer = services.gazetteer
    renewer = PlaceRenewer(gazetteer, read_place_answers(answers, gazetteer))
    found = product_places(services.place_editing.all(), renewer)
    if not preview:
        context = ChangeContext("cli", shared_now(), say("places.reason", source=gazetteer.source))
        renew_products(found, services.place_editing, context)
    return found


@places.command(cls=TranslatedCommand, help=say("help.places_labels"))
@AS_JSON
def labels(as_json: bool) -> int:
    """List the batches whose labels name former units, as CSV."""
    from labelsvc.workflows.places.former_labels import COLUMNS, former_labels

    services = open_services()
    rows = [each.facts for each in former_labels(services.printed_places, services.gazetteer)]
    if as_json:
        print_line(json.dumps(rows, ensure_ascii=False))
        return EXIT_DONE
    written = csv.DictWriter(sys.stdout, COLUMNS)
    written.writerow({name: say(f"places.column_{name}") for name in COLUMNS})
    written.writerows({name: guarded(str(value)) for name, value in row.items()} for row in rows)
    return EXIT_DONE


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
    return f"{change.question} → {unit} ({shown_value(change.records)}) {also}".rstrip()
