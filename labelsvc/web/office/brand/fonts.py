"""Fonts: uploaded, read in a confined process, shown as the press draws them, retired."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.label_pictures import send_picture
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.looks.edit_fonts import FontEditor
from labelsvc.workflows.looks.font_specimen import specimen_png

MOST_AT_ONCE = 12
"""Files of one upload: a family with its weights."""


@office.get("/fonts")
def fonts() -> PageAnswer:
    """Show the office's faces and those that come with the product."""
    return _page()


@office.post("/fonts")
@desk.needs(Right.ADMINISTER)
def add_fonts() -> PageAnswer:
    """Take uploaded faces; each file that cannot be taken is refused by its name."""
    files = [file for file in request.files.getlist("file") if file.filename][:MOST_AT_ONCE]
    faults = [] if files else [desk.say("font.no_file")]
    for file in files:
        try:
            added = _editor().add(file.stream.read(), desk.context())
        except InvalidValue as error:
            faults += [f"{file.filename}: {desk.explain(problem)}" for problem in error.problems]
        else:
            desk.flash_success("font.added", family=added.family, weight=added.weight, version=added.version)
    return _page(faults) if faults else redirect(url_for("office.fonts"))


@office.get("/fonts/<int:number>.png")
def font_specimen(number: int) -> AnyResponse:
    """Show a face's specimen."""
    face, assets = desk.services().office_fonts.face(number), desk.services().shipped_assets
    return send_picture(lambda: specimen_png(face, assets))


@office.post("/fonts/<int:number>/<act>")
@desk.needs(Right.ADMINISTER)
def font_act(number: int, act: str) -> PageAnswer:
    """Retire a face, or put a version into use again."""
    if act not in ("retire", "use"):
        return desk.nothing()
    editor = _editor()
    try:
        font = (editor.retire if act == "retire" else editor.use)(number, desk.context())
    except InvalidValue as error:
        return _page(list(map(desk.explain, error.problems)))
    desk.flash_success(f"font.{act}d", family=font.family, weight=font.weight, version=font.version)
    return redirect(url_for("office.fonts"))


def _editor() -> FontEditor:
    services = desk.services()
    return FontEditor(services.office_fonts, services.looks, services.assets, services.settings.host)


def _page(faults: list[str] | None = None) -> PageAnswer:
    services = desk.services()
    page = render_template(
        "office/fonts.html",
        active="designs",
        faults=faults or [],
        fonts=services.office_fonts.all(),
        shipped=services.shipped_assets.fonts.faces,
    )
    return page, 422 if faults else 200
