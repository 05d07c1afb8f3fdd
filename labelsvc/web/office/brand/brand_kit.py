"""The brand kit: official artwork in its versions, the palette, the fonts."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, Problem
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.desk.label_pictures import preview_of
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.designs.edit_design import KINDS, MOST_BYTES
from labelsvc.workflows.designs.looks import with_official
from labelsvc.workflows.designs.try_design import TrialJob, try_design


@office.get("/kit")
def brand_kit() -> PageAnswer:
    """Show the kit."""
    return _page()


@office.post("/kit/artwork")
@desk.needs(Right.ADMINISTER)
def add_artwork() -> PageAnswer:
    """Put a new version of the official artwork into use, unless a design could not be printed with it."""
    services, uploaded = desk.services(), request.files.get("file")
    note = typed_text("note", 500)
    if uploaded is None or not uploaded.filename:
        return _page([Problem("looks.official_missing")], note)
    ending, content = PurePath(uploaded.filename).suffix.lower(), uploaded.stream.read()
    if ending not in KINDS:
        return _page(
            InvalidValue.from_code("design.link_kind", value=uploaded.filename, known=sorted(KINDS)).problems, note
        )
    if len(content) > MOST_BYTES:
        facts = {"value": uploaded.filename, "size": len(content), "most": MOST_BYTES}
        return _page([Problem("design.link_large", facts)], note)
    if faults := _faults(content, KINDS[ending]):
        return _page(faults, note)
    try:
        version = services.brand_kit.add(content, KINDS[ending], note, desk.context(note), _seen())
    except ChangedMeanwhile as error:
        return _page(error.problems, note, 409)
    desk.flash_success("looks.official_added", version=version)
    return redirect(url_for("office.brand_kit"))


@office.post("/kit/artwork/<int:version>/use")
@desk.needs(Right.ADMINISTER)
def use_artwork(version: int) -> PageAnswer:
    """Put an older version into use again."""
    if faults := _faults(*desk.services().brand_kit.content(version)):
        return _page(faults)
    try:
        desk.services().brand_kit.use(version, desk.context(), _seen())
    except ChangedMeanwhile as error:
        return _page(error.problems, status=409)
    desk.flash_success("looks.official_added", version=version)
    return redirect(url_for("office.brand_kit"))


@office.post("/kit/artwork/retire")
@desk.needs(Right.ADMINISTER)
def retire_artwork() -> PageAnswer:
    """Use no official artwork."""
    try:
        desk.services().brand_kit.retire(desk.context(), _seen())
    except ChangedMeanwhile as error:
        return _page(error.problems, status=409)
    desk.flash_success("looks.official_retired")
    return redirect(url_for("office.brand_kit"))


@office.get("/kit/artwork/<int:version>")
def artwork_file(version: int) -> AnyResponse:
    """Send a version's file, to keep and never to be shown by the browser itself."""
    content, kind = desk.services().brand_kit.content(version)
    ending = next(ending for ending, known in KINDS.items() if known == kind)
    headers = {"Content-Disposition": f'attachment; filename="official-{version}{ending}"'}
    return Response(content, mimetype=kind, headers=headers)


def _seen() -> str:
    """Return the version in use that the form was filled in on."""
    return request.form.get("seen", "")


def _faults(content: bytes, kind: str) -> list[Problem]:
    """Return the faults that this artwork would cause in designs with a slot.

    What is wrong with all of them is the file's own fault, and is said once.
    """
    services = desk.services()
    found: dict[str, tuple[Problem, list[str]]] = {}
    for name in services.looks.slotted:
        source = with_official(services.looks.plain_source(name), content, kind)
        job = TrialJob(services.templates, services.fonts, preview_of(name, None, source), services.assets.looks)
        trial = try_design(job)
        for problem in trial.problems:
            inner = problem.facts.get("why")
            why = inner if isinstance(inner, Problem) else problem  # without its line, which differs by design
            found.setdefault(str(why), (why, []))[1].append(name)
    everywhere = len(services.looks.slotted)
    return [
        why if len(names) == everywhere else Problem("looks.official_fault", {"name": names, "why": why})
        for why, names in found.values()
    ]


def _page(problems: tuple[Problem, ...] | list[Problem] = (), note: str = "", status: int = 422) -> PageAnswer:
    services = desk.services()
    page = render_template(
        "office/brand_kit.html",
        active="designs",
        versions=services.brand_kit.all(),
        faults=list(map(desk.explain, problems)),
        note=note,
        slotted=services.looks.slotted,
        inks=services.assets.inked(spot_inks=True).palette.inks.values(),
        families=list(dict.fromkeys(face.family for face in services.assets.fonts.faces)),
    )
    return page, status if problems else 200
