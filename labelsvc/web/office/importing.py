"""Import: drop spreadsheets, see what would change, apply; undo what was not printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, LabelsvcError, RecordsUnreadable
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.words.change_words import field_words
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.import_products import MOST_ROWS, ImportOptions, import_products
from labelsvc.workflows.import_report import ImportReport, columns_read
from labelsvc.workflows.places.place_answers import chosen_answers
from labelsvc.workflows.profiles.measure_import import measure_import

ROWS_SHOWN, MOST_FILES, PER_PAGE = 200, 20, 30


@office.get("/import")
def import_page() -> PageAnswer:
    """Show where to drop a spreadsheet, and the imports that were made."""
    return _page()


def _page(problems: tuple[str, ...] = ()) -> PageAnswer:
    page = desk.page_number()
    rows, total = desk.services().past_imports.page(page, PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    text = render_template(
        "office/import.html",
        active="products",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        problems=problems,
        columns=columns_read(),
    )
    return text, 422 if problems else 200


@office.get("/import/example.csv")
def import_example() -> AnyResponse:
    """Send a file to begin with: the headings and two rows of the demonstration."""
    with desk.services().demonstration_records.open(encoding="utf-8-sig") as lines:
        text = "".join(line for _, line in zip(range(3), lines, strict=False))
    name = 'attachment; filename="san-pham-mau.csv"'
    return Response("\ufeff" + text, mimetype="text/csv", headers={"Content-Disposition": name})


@office.post("/import")
@desk.needs(Right.EDIT)
def upload_records() -> PageAnswer:
    """Keep the files, and show what they would change."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        return _page((desk.say("importing.no_file"),))
    if len(files) > MOST_FILES:
        return _page((desk.say("importing.too_many_files", count=len(files), most=MOST_FILES),))
    kept = [(file.filename or "", file.stream) for file in files]
    name = desk.services().uploads.keep(kept, desk.me().id, desk.now())
    return redirect(url_for("office.import_preview", name=name))


@office.get("/import/<name>")
@desk.needs(Right.EDIT)
def import_preview(name: str) -> PageAnswer:
    """Show what the files would change; nothing is written."""
    files = desk.services().uploads.find(name, desk.me().id)
    try:
        report = _take(files, preview=True)
    except RecordsUnreadable as error:
        desk.services().uploads.drop(name)
        return _page(tuple(map(desk.explain, error.problems)))
    return _report(report, name, files)


@office.post("/import/<name>")
@desk.needs(Right.EDIT)
def apply_import(name: str) -> PageAnswer:
    """Take the records in, exactly those that were looked at; the refused ones are kept with the import."""
    services = desk.services()
    files = services.uploads.find(name, desk.me().id)
    try:
        report = _take(files, preview=False, compared=request.form.get("compared", ""))
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
        return _report(_take(files, preview=True), name, files), 409
    desk.flash_success(
        "importing.done", **{kind: report.counts[kind] for kind in ("new", "changed", "unchanged", "refused")}
    )
    done = services.past_imports.made_at(desk.now(), desk.me().email)
    if done is None:
        if report.refused:
            return redirect(url_for("office.import_preview", name=name, **_chosen()))
        services.uploads.drop(name)
        return redirect(url_for("office.import_page"))
    if report.refused:
        services.refused_rows.keep(done.id, len(report.refused), report.refused_file(desk.explain))
    else:
        services.uploads.drop(name)
    return redirect(url_for("office.import_done", import_id=done.id))


@office.get("/imports/<int:import_id>")
def import_done(import_id: int) -> PageAnswer:
    """Show what an import did, and undo it where that can be."""
    past = desk.services().past_imports
    done, (products, count) = past.get(import_id), past.products_of(import_id)
    return render_template(
        "office/import_done.html",
        active="products",
        done=done,
        products=products,
        count=count,
        hindrances=past.hindrances(import_id),
        refused=desk.services().refused_rows.count(import_id),
    )


@office.get("/imports/<int:import_id>/refused.csv")
@desk.needs(Right.EDIT)
def kept_refused_rows(import_id: int) -> AnyResponse:
    """Send the rows that an import refused, to be mended and sent again."""
    return _csv(desk.services().refused_rows.read(import_id))


@office.get("/import/<name>/refused.csv")
@desk.needs(Right.EDIT)
def import_refused(name: str) -> AnyResponse:
    """Send the rows that the previewed files would have refused."""
    report = _take(desk.services().uploads.find(name, desk.me().id), preview=True)
    return _csv(report.refused_file(desk.explain))


def _csv(content: bytes) -> AnyResponse:
    file = 'attachment; filename="dong-bi-tu-choi.csv"'
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": file})


@office.post("/imports/<int:import_id>/undo")
@desk.needs(Right.EDIT)
def undo_import(import_id: int) -> AnyResponse:
    """Undo an import."""
    try:
        desk.services().past_imports.undo(import_id, desk.context(desk.say("importing.undo")))
    except LabelsvcError as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("importing.undone")
    return redirect(url_for("office.import_done", import_id=import_id))


def _take(files: list[tuple[str, Path]], *, preview: bool, compared: str = "") -> ImportReport:
    services = desk.services()
    options = ImportOptions(
        services.demonstration_records,
        preview,
        MOST_ROWS,
        convert_legacy=request.args.get("convert") == "1",
        compared=compared,
        places=PlaceRenewer(services.gazetteer, chosen_answers(request.args.getlist("place"), services.gazetteer)),
        renew_places=request.args.get("renew") == "1",
        profiles=services.demonstration_profiles,
    )
    return import_products(
        files, services.imports, who=desk.me().email, now=desk.now(), today=desk.today(), options=options
    )


def _chosen() -> dict[str, Any]:
    """Return the query of a page on which garbled text is converted and places are renewed, as far as it was chosen."""
    asked = {name: "1" for name in ("convert", "renew") if request.args.get(name) == "1"}
    places = [value for value in request.args.getlist("place") if value]
    return asked | ({"place": places} if places else {})


def _report(report: ImportReport, name: str, files: list[tuple[str, Path]]) -> str:
    kinds = {kind: [taken for taken in report.taken if taken.kind == kind] for kind in ("new", "changed")}
    return render_template(
        "office/import_preview.html",
        active="products",
        name=name,
        compared=report.compared,
        files=[shown for shown, _ in files],
        counts=report.counts,
        new=kinds["new"],
        changed=kinds["changed"],
        chosen=_chosen(),
        places=report.places,
        conversions=report.conversions,
        refused=list(map(desk.explain, report.row_problems)),
        unreadable=list(map(desk.explain, report.unreadable)),
        warnings=list(map(desk.explain, report.warnings)),
        trace=measure_import(report, desk.services().profiles, desk.today()),
        shown_rows=ROWS_SHOWN,
        differences_of=lambda taken: [field_words(each) for each in taken.differences],
    )
