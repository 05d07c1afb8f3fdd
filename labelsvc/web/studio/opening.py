"""What the studio's scripts are opened with, whoever edits: ``words.js`` reads it."""

from __future__ import annotations

from typing import Any

from labelsvc.web.desk import context as desk
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
PRODUCT_WORDS = {"place": "studio.field_place"}


def opened_with(source: bytes, draft: str) -> dict[str, Any]:
    """Return a source with palette, fields, schema and sentences; ``draft``: a tab's key for what is unsaved."""
    return {
        "source": source.decode("utf-8", "replace"),
        "draft": draft,
        "palette": _palette(),
        "faces": _faces(),
        "fields": _fields(),
        "fields_pattern": desk.services().assets.design_source(PATTERN_OF_FIELDS).decode(),
        "schema": source_schema(),
        "editor": EDITOR_FILES,
        "words": desk.wording().sentences("studio"),
    }


def stock_titles() -> list[tuple[str, str]]:
    """Return the stocks by name and title."""
    return [(stock.name, stock.title_in(desk.language())) for stock in desk.services().stocks.stocks]


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
