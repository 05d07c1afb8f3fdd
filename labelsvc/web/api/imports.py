"""Imports: send a spreadsheet, preview its changes, apply it, undo it."""

from __future__ import annotations

import re
from typing import BinaryIO, cast

from flask import Response

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.web.api import import_models as i
from labelsvc.web.api.access import caller, idempotent, scoped
from labelsvc.web.api.answers import answer, list_answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.desk import context as desk
from labelsvc.workflows.import_products import MOST_ROWS, ImportOptions, import_products
from labelsvc.workflows.import_report import ImportReport
from labelsvc.workflows.places.place_answers import read_place_answers
from labelsvc.workflows.profiles.measure_import import measure_import

LONGEST_NAME = 120
_PAST = ("id", "at", "who", "source", "products", "recognitions", "changes", "undone_at")


@api.post("/imports", summary="Import a spreadsheet", security=BEARER, responses={200: i.ImportReportBody, **FAILING})
@scoped("imports:write")
@idempotent
def send_records(query: i.ImportQuery, form: i.Spreadsheet) -> Response:
    """Import the good rows and report every refused one; the same file twice changes nothing.

    With dry_run=true nothing is written. Former communes are in ``places``; renew_places=true renews them. A file that
    cannot be read at all, or has more than 30,000 rows, is 409 with the reasons.
    """
    services, file = desk.services(), form.file
    records = cast(BinaryIO, file.stream)
    report = import_products(
        [(_bare(file.filename or ""), records)],
        services.imports,
        who=caller().email,
        now=desk.now(),
        today=desk.today(),
        options=ImportOptions(
            services.demonstration_records,
            query.dry_run,
            MOST_ROWS,
            places=PlaceRenewer(services.gazetteer, read_place_answers(query.place, services.gazetteer)),
            renew_places=query.renew_places or bool(query.place),
            profiles=services.demonstration_profiles,
        ),
    )
    return answer(_report(report, dry_run=query.dry_run))


@api.get("/imports", summary="List imports", security=BEARER, responses={200: i.ImportPage, **FAILING})
@scoped("imports:write")
def imports(query: i.ImportsQuery) -> Response:
    """Return a page of past imports, the newest first."""
    rows, total = desk.services().past_imports.page(query.page, query.per_page)
    items = [i.ImportItem(**{name: getattr(row, name) for name in _PAST}) for row in rows]
    page = i.ImportPage(items=items, page=query.page, per_page=query.per_page, total=total)
    return list_answer(page, query.page, query.per_page, total)


@api.post("/imports/<int:import_id>/undo", summary="Undo an import", security=BEARER, responses={204: None, **FAILING})
@scoped("imports:write")
@idempotent
def undo_import(path: i.ImportPath) -> Response:
    """Undo a whole import as long as nothing of it was printed."""
    desk.services().past_imports.undo(
        path.import_id, ChangeContext(caller().email, desk.now(), desk.say("importing.undo"))
    )
    return Response(status=204)


def _report(report: ImportReport, *, dry_run: bool) -> i.ImportReportBody:
    counts = report.counts
    return i.ImportReportBody(
        dry_run=dry_run,
        new=counts["new"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
        rows=[
            i.TakenItem(
                sheet=taken.row.place.sheet,
                row=taken.row.place.row,
                kind=taken.kind,
                product=taken.row.product.name,
                producer=taken.row.product.producer,
                product_id=taken.product_id,
                changes=[
                    i.FieldChange(
                        field=difference.field, before=_text(difference.before), after=_text(difference.after)
                    )
                    for difference in taken.differences
                ],
            )
            for taken in report.taken
        ],
        refused_rows=[
            i.RefusedItem(sheet=row.place.sheet, row=row.place.row, reasons=list(map(desk.explain, row.problems)))
            for row in report.refused
        ],
        unreadable=list(map(desk.explain, report.unreadable)),
        warnings=list(map(desk.explain, report.warnings)),
        places=[i.PlaceItem(**facts) for facts in report.places.facts()],
        trace=_trace(report) if dry_run else None,
    )


def _trace(report: ImportReport) -> i.ImportTrace:
    meter = measure_import(report, desk.services().profiles, desk.today())
    rows = [
        i.LackingItem(
            sheet=row.place.sheet, row=row.place.row, product=row.name, lacking=[name.value for name in row.lacking]
        )
        for row in meter.rows
    ]
    return i.ImportTrace(products=meter.products, complete=meter.whole, rows=rows)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _bare(shown: str) -> str:
    """Return a file's own name, whatever path a program put before it; it is shown, and never opened."""
    bare = re.split(r"[/\\]", shown)[-1]
    return "".join(letter for letter in bare if letter.isprintable())[-LONGEST_NAME:] or "?"
