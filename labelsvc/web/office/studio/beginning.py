"""Begin a design from somebody's own artwork: a PDF page, a picture or an SVG, then on to the studio."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.office.blueprint import office
from labelsvc.web.studio.design_trials import design_name, may_be_named, try_source
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.begin_design import Beginning, picture_kind
from labelsvc.workflows.designs.compare_inks import CompareInksJob, compare_inks
from labelsvc.workflows.designs.edit_design import unfold_source
from labelsvc.workflows.designs.grouped_problems import group_problems

_WIDTH = re.compile(r"[1-9]\d{0,3}([.,]\d{1,2})?")


@dataclass(frozen=True, slots=True)
class BegunForm:
    """What was typed, and what is wrong with it; ``may_convert``: a page that could be taken as a picture."""

    name: str = ""
    width: str = ""
    name_fault: str = ""
    width_fault: str = ""
    faults: tuple[str, ...] = ()
    may_convert: bool = False


@office.get("/designs/begin")
@desk.needs(Right.EDIT)
def design_begin() -> PageAnswer:
    """Offer what a design can begin with."""
    return _form(BegunForm())


@office.post("/designs/begin")
@desk.needs(Right.EDIT)
def design_begun() -> PageAnswer:
    """Keep artwork with a ready OCOP block as version 1 of a new design, and lead to the studio.

    A picture is shown beside itself in print first.
    """
    form, services = request.form, desk.services()
    named, typed = form.get("name", "").strip(), form.get("width", "").strip()
    name = design_name(named)
    if not may_be_named(name) or services.design_shelf.newest(name):
        fault = desk.say("begin.name", name=named[:60])
        return _form(BegunForm(named, typed, name_fault=fault), 422)
    width = _width(typed)
    if width is None:
        return _form(BegunForm(name, typed, width_fault=desk.say("begin.width_fault", width=typed[:20])), 422)
    upload = request.files.get("file")
    content = upload.stream.read() if upload and upload.filename else b""
    if not content:
        return _form(BegunForm(name, typed, faults=(desk.say("begin.no_file"),)), 422)
    converted = content.startswith(b"%PDF") and form.get("converted") == "yes"
    trial = try_source(content, name, beginning=Beginning(width, converted))
    if trial.problems or not trial.picture:
        faults = tuple(map(desk.explain, group_problems(trial.problems)))
        return _form(BegunForm(name, typed, faults=faults, may_convert=content.startswith(b"%PDF")), 422)
    try:
        version = services.design_shelf.add(name, trial.source, desk.context(), 0)
    except ChangedMeanwhile as error:
        return _form(BegunForm(name, typed, name_fault=desk.explain(error.problems[0])), 409)
    desk.flash_success("looks.saved", name=name, version=version)
    page = "design_colours" if converted or picture_kind(content) else "design_studio"
    return redirect(url_for(f"office.{page}", name=name, version=version))


@office.get("/designs/<name>/<int:version>/colours")
@desk.needs(Right.EDIT)
def design_colours(name: str, version: int) -> PageAnswer:
    """Show a design's picture as on the screen and as in print."""
    services = desk.services()
    source = unfold_source(services.design_shelf.source(name, version), services.design_shelf)
    found = compare_inks(CompareInksJob(services.templates, services.fonts, source), services.settings.host)
    pictures = [data_uri(found.screen), data_uri(found.press)] if found else []
    percent = round(found.changed * 100) if found else 0
    return render_template(
        "office/design_colours.html", active="designs", name=name, version=version, pictures=pictures, percent=percent
    )


def _width(typed: str) -> float | None:
    """Return a width in mm as typed, 0 for none; None for what is no width."""
    if not typed:
        return 0.0
    return float(typed.replace(",", ".")) if _WIDTH.fullmatch(typed) else None


def _form(begun: BegunForm, status: int = 200) -> PageAnswer:
    return render_template("office/design_begin.html", active="designs", begun=begun), status
