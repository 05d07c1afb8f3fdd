"""The office's palette and fonts as one value: what is in use, and what each batch keeps for ever."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection

from labelsvc.storage.designs.kept_sources import keep_source, kept_sources


@dataclass(frozen=True, slots=True)
class OfficeFont:
    """A version of an uploaded face. ``name``: its PostScript name; ``id``: its row's, which names it in PDFs."""

    id: int
    family: str
    weight: int
    italic: bool
    name: str
    content: bytes = field(repr=False)


_FACTS = [each.name for each in fields(OfficeFont) if each.name != "content"]


@dataclass(frozen=True, slots=True)
class OfficeLooks:
    """``palette``: the inks as JSON (``pdf.inks``), empty for those that are shipped; ``fonts`` besides the shipped."""

    palette: str = ""
    fonts: tuple[OfficeFont, ...] = ()


SHIPPED = OfficeLooks()
"""Palette and fonts as they come with the product."""


def keep_looks(connection: Connection, looks: OfficeLooks) -> str:
    """Keep palette and fonts with their files; return the SHA-256 that a batch names them by."""
    kept_fonts = [
        {name: getattr(font, name) for name in _FACTS} | {"sha256": keep_source(connection, font.content)}
        for font in looks.fonts
    ]
    inks = json.loads(looks.palette) if looks.palette else []
    return keep_source(connection, json.dumps({"palette": inks, "fonts": kept_fonts}, ensure_ascii=False).encode())


def read_looks(connection: Connection, kept: bytes) -> OfficeLooks:
    """Return palette and fonts as they were kept; empty bytes are those that are shipped."""
    if not kept:
        return SHIPPED
    entries: dict[str, Any] = json.loads(kept)
    files = kept_sources(connection, [entry["sha256"] for entry in entries["fonts"]])
    fonts = [
        OfficeFont(**{name: entry[name] for name in _FACTS}, content=files[entry["sha256"]])
        for entry in entries["fonts"]
    ]
    palette = json.dumps(entries["palette"], ensure_ascii=False) if entries["palette"] else ""
    return OfficeLooks(palette, tuple(fonts))
