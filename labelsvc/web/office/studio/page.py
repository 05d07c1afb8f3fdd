"""The studio's page: a design on the canvas, with all that its scripts are opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import jsonify, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import NotFound
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.studio.shortcuts import shortcuts
from labelsvc.workflows.designs.edit_design import readable
from labelsvc.workflows.designs.source_schema import source_schema

EDITOR_FILES = ("codemirror.css", "show-hint.css", "codemirror.js", "xml.js", "show-hint.js", "xml-hint.js")
"""Of CodeMirror, in the order in which they are loaded when somebody opens the source."""
FIELDS = (
    "name", "brand", "producer", "place", "net_content", "ingredients", "directions", "storage", "shelf_life",
    "warnings", "origin", "technical_data", "craft_village", "ocop_code", "gtin",
)  # fmt: skip
"""Of a product, which texts may name."""
_NAMES = {"brand": "product.shown_brand"}
_OTHER_FIELDS = {
    "studio.field_stars": "recognition.stars",
    "studio.field_valid_until": "recognition.valid_until|date",
    "studio.field_host": "host|lower",
}
PATTERN_OF_FIELDS = "nhan-60x90"
"""The design whose fields of law are those of a new element."""
MOST_FOUND = 12
PRODUCT_WORDS = {"place": "studio.field_place"}


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
        stocks=[(stock.name, stock.title_in(desk.language())) for stock in desk.services().stocks.stocks],
        shortcuts=shortcuts(),
        opened=_said(design),
    )


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
        return OpenedDesign(name, 0, 0, readable(services.assets.design_source(name), shelf))
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else newest.version
    return OpenedDesign(name, version, newest.version, readable(shelf.source(name, version), shelf))


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
        "source": design.source.decode("utf-8", "replace"),
        "draft": f"studio {desk.me().id} {name}",
        "palette": _palette(),
        "faces": _faces(),
        "fields": _fields(),
        "fields_pattern": desk.services().assets.design_source(PATTERN_OF_FIELDS).decode(),
        "schema": source_schema(),
        "editor": EDITOR_FILES,
        "addresses": addresses,
        "words": desk.wording().sentences("studio"),
    }


def _palette() -> list[dict[str, str]]:
    inks = desk.services().assets.palette.inks.values()
    return [
        {
            "screen": ink.screen,
            "title": ink.title_in(desk.language()),
            "inks": ink.spot
            or " ".join(f"{letter}{part}" for letter, part in zip("CMYK", ink.cmyk, strict=True) if part),
        }
        for ink in inks
    ]


def _faces() -> list[dict[str, str]]:
    """Return the upright faces as people choose them: family, and the word for the weight."""
    faces = desk.services().assets.upright_faces
    return [{"family": family, "weight": str(weight), "title": _title(family, weight)} for family, weight in faces]


def _title(family: str, weight: int) -> str:
    has_name = weight in range(100, 901, 100)
    return f"{family} · {desk.say(f'studio.weight_{weight}') if has_name else weight}"


def _fields() -> list[dict[str, str]]:
    """Return what texts may name, with what the office calls it."""
    titles = {name: desk.say(PRODUCT_WORDS.get(name, f"product.field_{name}")) for name in FIELDS}
    own = [{"name": _NAMES.get(name, f"product.{name}"), "title": title} for name, title in titles.items()]
    return own + [{"name": name, "title": desk.say(title)} for title, name in _OTHER_FIELDS.items()]
