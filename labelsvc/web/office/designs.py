"""Designs: the gallery with a real product in each; upload, check, preview, versions, publish, retire."""

from __future__ import annotations

import re
from base64 import b64encode

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web import desk
from labelsvc.web.label_pictures import send_picture
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.check_design import check_design
from labelsvc.workflows.label_picture import label_png
from labelsvc.workflows.try_design import DesignTrial, TrialJob, try_design

Page = str | tuple[str, int] | AnyResponse
DESIGN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
BEGIN_WITH = "tem-25x35"


@office.get("/designs")
def designs() -> str:
    """Show every design with a product in it: the one asked for, else one whose stars hold."""
    shop, room = desk.shop(), desk.shop().room
    words = request.args.get("words", "")[:200].replace("\0", "")
    found = shop.product_lists.page(ProductFilter(words=words, standings=HOLDING), desk.today(), per_page=1)
    row = found.rows[0] if found.rows else None
    checked = [
        (room.design(name), list(map(desk.explain, check_design(name, None, room, shop.settings.host))))
        for name in room.design_names
    ]
    return render_template(
        "office/designs.html", active="designs", checked=checked, row=row, words=words, shelf=shop.design_shelf.all()
    )


@office.get("/designs/<name>.svg")
def design_source(name: str) -> AnyResponse:
    """Send a design's source, to begin another one from."""
    return _svg(name, desk.shop().room.design_source(name))


@office.get("/designs/<name>/<int:version>.svg")
def version_source(name: str, version: int) -> AnyResponse:
    """Send the source of an uploaded version."""
    return _svg(f"{name}-{version}", desk.shop().design_shelf.get(name, version).content)


def _svg(name: str, content: bytes) -> AnyResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return Response(content, mimetype="image/svg+xml", headers=headers)


@office.get("/designs/<name>.png")
def design_picture(name: str) -> AnyResponse:
    """Show a design with a made-up product."""
    shop = desk.shop()
    return send_picture(lambda: label_png(name, None, shop.room, shop.marks, host=shop.settings.host, now=desk.now()))


@office.route("/designs/edit", methods=["GET", "POST"])
@desk.needs(Right.EDIT)
def design_edit() -> Page:
    """Upload or write a design beside its preview; saved as a new version only where nothing is wrong with it."""
    shop, form = desk.shop(), request.form
    if request.method == "GET":
        return _editor(request.args.get("name", ""), _begun(), None)
    uploaded = request.files.get("file")
    source = uploaded.stream.read() if uploaded and uploaded.filename else form.get("source", "").encode()
    name, trial = form.get("name", "").strip(), _tried(source)
    if not DESIGN_NAME.fullmatch(name) or name in shop.room.design_names:
        return _editor(name, source, trial, desk.say("looks.name", name=name[:60]))
    if trial.problems or not trial.picture:
        return _editor(name, source, trial)
    version = shop.design_shelf.add(name, source, desk.occasion())
    desk.tell("looks.saved", name=name, version=version)
    return redirect(url_for("office.designs"))


@office.post("/designs/preview")
@desk.needs(Right.EDIT)
def design_preview() -> str:
    """Show a source's picture and faults; htmx asks as one types."""
    return render_template("office/design_preview.html", **_shown(_tried(request.form.get("source", "").encode())))


@office.post("/designs/<name>/<int:version>/<act>")
@desk.needs(Right.ADMINISTER)
def design_act(name: str, version: int, act: str) -> AnyResponse:
    """Publish or retire a version."""
    shelf = desk.shop().design_shelf
    found = shelf.get(name, version)
    if act == "publish":
        trial = _tried(found.content)
        if trial.problems:
            desk.refuse(trial.problems)
            return redirect(url_for("office.designs"))
        shelf.publish(name, version, desk.occasion())
    elif act == "retire":
        shelf.retire(name, version, desk.occasion())
    else:
        return desk.nothing()
    desk.tell("looks.changed", name=name, version=version)
    return redirect(url_for("office.designs"))


def _begun() -> bytes:
    """Return the source that the editor begins with: a version, a design of ours, or the smallest stamp."""
    shop, name, version = desk.shop(), request.args.get("name", ""), request.args.get("version", "")
    if version.isascii() and version.isdigit() and len(version) < 6:
        return shop.design_shelf.get(name, int(version)).content
    like = request.args.get("like", BEGIN_WITH)
    return shop.room.design_source(like)


def _tried(source: bytes) -> DesignTrial:
    shop = desk.shop()
    found = shop.product_lists.page(ProductFilter(standings=HOLDING), desk.today(), per_page=1)
    stored = shop.products.get(found.rows[0].id) if found.rows else None
    return try_design(
        TrialJob(shop.templates, shop.fonts, shop.marks, "thu", source, stored, shop.settings.host, desk.now())
    )


def _shown(trial: DesignTrial | None) -> dict[str, object]:
    picture = f"data:image/png;base64,{b64encode(trial.picture).decode()}" if trial and trial.picture else ""
    return {"picture": picture, "faults": list(map(desk.explain, trial.problems)) if trial else []}


def _editor(name: str, source: bytes, trial: DesignTrial | None, name_fault: str = "") -> Page:
    page = render_template(
        "office/design_edit.html", active="designs", name=name, source=source.decode("utf-8", "replace"),
        name_fault=name_fault, **_shown(trial or _tried(source)),
    )  # fmt: skip
    return page, 422 if trial is not None else 200
