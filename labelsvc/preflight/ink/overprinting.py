"""Overprinting as a renderer shows it that simulates none: by blend modes, or not at all."""

from __future__ import annotations

from typing import Any

import pikepdf

from labelsvc.preflight.content.pdf_values import dictionary_of


def darkening(state: Any) -> Any:
    """Return an ExtGState in which overprinting is the blend mode Darken."""
    given = pikepdf.Dictionary(dict(dictionary_of(state).items()))
    over = given.get("/op", given.get("/OP"))
    if over is not None:
        given["/BM"] = pikepdf.Name.Darken if bool(over) else given.get("/BM", pikepdf.Name.Normal)
    return given


def vanishing(state: Any) -> Any:
    """Return an ExtGState in which what overprints is not seen: black leaves no trace on coloured plates."""
    given = pikepdf.Dictionary(dict(dictionary_of(state).items()))
    for strokes, alpha, key in ((True, "/CA", "/OP"), (False, "/ca", "/op")):
        over = given.get(key) if strokes else given.get(key, given.get("/OP"))
        if over is not None:
            given[alpha] = 0 if bool(over) else 1
    return given
