"""Trials of designs as the office's pages ask for them: with a product whose stars hold, and the official artwork."""

from __future__ import annotations

import re
from dataclasses import replace

from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.label_pictures import preview_of
from labelsvc.web.desk.words.titles import short_name
from labelsvc.workflows.designs.begin_design import AS_IT_IS, Beginning, is_artwork
from labelsvc.workflows.designs.edit_design import unfold_source
from labelsvc.workflows.designs.try_design import DesignTrial, TrialJob, try_design

LONGEST_NAME = 40
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
_PAGES = frozenset(("begin", "edit", "preview"))
"""Pages that stand where those of designs do."""


def may_be_named(name: str) -> bool:
    """Return whether a design of the office may have a name: a short one, of no shipped design and no page."""
    return bool(_NAME.fullmatch(name)) and name not in _PAGES and name not in desk.services().assets.design_names


def design_name(typed: str) -> str:
    """Return the name that a new design gets: "Tem Tết 30x40" becomes ``tem-tet-30x40``."""
    return short_name(typed, LONGEST_NAME)


def try_edited(source: bytes, title: str = "thu", stored: StoredProduct | None = None) -> DesignTrial:
    """Try an edited source with its kept files; one that they make too large is refused like any other fault."""
    if is_artwork(source):
        return try_source(source, title)
    try:
        return try_source(unfold_source(source, desk.services().design_shelf), title, stored)
    except DesignRefused as error:
        return DesignTrial(b"", error.problems, source)


def try_source(
    source: bytes, title: str = "thu", stored: StoredProduct | None = None, beginning: Beginning = AS_IT_IS
) -> DesignTrial:
    """Try a source, with a product whose stars hold or the one given, and with the official artwork that is in use.

    The artwork does not become part of the source.
    """
    services = desk.services()
    if stored is None:
        first = services.product_lists.first(ProductFilter(standings=HOLDING), desk.today())
        stored = services.products.get(first) if first else None
    is_begun = is_artwork(source)
    try:
        tried = source if is_begun else services.looks.dressed(source)
    except DesignRefused as error:
        return DesignTrial(b"", error.problems, source)
    trial = try_design(
        TrialJob(
            services.templates,
            services.fonts,
            preview_of(title, stored, tried),
            services.assets.looks,
            beginning,
        )
    )
    return trial if is_begun else replace(trial, source=source)
