"""The studio's page: a design on the canvas, with all that its scripts are opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import jsonify, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import DesignRefused, NotFound
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.label_pictures import preview_of
from labelsvc.web.office.blueprint import office
from labelsvc.web.studio.opening import opened_with, stock_titles
from labelsvc.web.studio.shortcuts import shortcuts
from labelsvc.workflows.designs.edit_design import fold_source, unfold_source
from labelsvc.workflows.designs.open_design import OpenJob, opened_apart

MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class OpenedDesign:
    """What the studio is opened with: a version of the office's, or a shipped design to copy (``version`` 0)."""

    name: str
    version: int
    newest: int
    source: bytes

    @property
    def is_copy(self) -> bool:
        """Whether it will be saved under a name of its own."""
        return self.version == 0


@office.get("/designs/<name>/studio")
@desk.needs(Right.EDIT)
def design_studio(name: str) -> str:
    """Open a design: the version asked for or the newest one, a shipped design as a copy."""
    design = _opened(name)
    title = desk.say("studio.copy_of", design=desk.design_title(name)) if design.is_copy else name
    state = name if design.is_copy else desk.say("studio.version_of", name=name, version=str(design.version))
    return render_template(
        "office/studio/studio.html",
        name=name,
        version=design.version,
        title=title,
        state=state,
        suggested=f"{name}-moi"[:40],
        back=url_for("office.designs"),
        versions_page="" if design.is_copy else url_for("office.design_versions", name=name),
        plain_page=_plain_page(design),
        stocks=stock_titles(),
        shortcuts=shortcuts(),
        opened=_said(design),
    )


def _plain_page(design: OpenedDesign) -> str:
    """Return where a design is edited without scripts."""
    if design.is_copy:
        return url_for("office.design_edit", like=design.name)
    return url_for("office.design_edit", name=design.name, version=design.version)


@office.get("/designs/<name>/studio/products")
@desk.needs(Right.EDIT)
def studio_products(name: str) -> Any:
    """Return the products that have the words typed, as JSON, to look at the design with."""
    words = request.args.get("words", "")[:200].replace("\0", "")
    page = desk.services().product_lists.page(ProductFilter(words=words), desk.today(), per_page=MOST_FOUND)
    return jsonify([{"id": row.id, "name": row.name, "producer": row.producer} for row in page.rows])


def _opened(name: str) -> OpenedDesign:
    """Return the design of that name; NotFound if there is none."""
    services, asked = desk.services(), request.args.get("version", "")
    shelf = services.design_shelf
    newest = shelf.newest(name)
    if newest is None:
        if name not in services.assets.design_names:
            raise NotFound.from_code("looks.no_version", name=name, version=0)
        return OpenedDesign(name, 0, 0, _open_format(name, services.assets.design_source(name)))
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else newest.version
    return OpenedDesign(name, version, newest.version, _open_format(name, shelf.source(name, version)))


def _open_format(name: str, stored: bytes) -> bytes:
    """Return a source as the studio edits it: older ones in the open format, files by their short names."""
    services = desk.services()
    written = fold_source(stored, services.design_shelf)
    try:
        shown = services.looks.dressed(unfold_source(written, services.design_shelf))
    except DesignRefused:
        return written
    return opened_apart(OpenJob(preview_of(name, None, shown), written, services.assets))


def _said(design: OpenedDesign) -> dict[str, Any]:
    """Return what ``words.js`` reads."""
    name = design.name
    addresses = {
        "look": url_for("office.design_look", name=name),
        "save": url_for("office.studio_save", name=name),
        "files": url_for("office.studio_files", name=name),
        "products": url_for("office.studio_products", name=name),
    }
    return {
        "name": name,
        "newest": design.newest,
        "is_copy": design.is_copy,
        "is_office": True,
        "addresses": addresses,
    } | opened_with(design.source, f"studio {desk.me().id} {name}")
