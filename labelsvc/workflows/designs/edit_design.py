"""Edit a design's source: pictures and PDF pages have short names in it, their files are kept beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from labelsvc.domain.errors import DesignRefused, InvalidValue
from labelsvc.rendering.design.linked_files import (
    KINDS,
    MOST_BYTES,
    check_unfolded_size,
    fold_files,
    kept_names,
    rename_links,
    short_name,
    unfold_files,
)
from labelsvc.storage.designs.design_shelf import DesignShelf

MOST_FILES = 500
"""That a design may be made with."""

__all__ = ["KINDS", "MOST_BYTES", "fold_source", "take_files", "unfold_source"]


def take_files(files: Mapping[str, bytes], shelf: DesignShelf) -> dict[str, str]:
    """Keep uploaded files; return what a source calls each: ``kept:3fa9c1b2d4e5.png``.

    Raises InvalidValue design.link_kind, design.link_large.
    """
    taken = {}
    for name, content in files.items():
        ending = PurePath(name).suffix.lower()
        if ending not in KINDS:
            raise InvalidValue.from_code("design.link_kind", value=name, known=sorted(KINDS))
        if len(content) > MOST_BYTES:
            raise InvalidValue.from_code("design.link_large", value=name, size=len(content), most=MOST_BYTES)
        taken[name] = short_name(shelf.keep_file(content), ending)
    return taken


def fold_source(source: bytes, shelf: DesignShelf, taken: Mapping[str, str] | None = None) -> bytes:
    """Return a source as people edit it: what it embeds is kept, what it calls by an uploaded file's name is that."""
    folded, files = fold_files(source)
    for content in files.values():
        shelf.keep_file(content)
    return rename_links(folded, taken or {})


def unfold_source(source: bytes, shelf: DesignShelf) -> bytes:
    """Return an edited source with all its files embedded; DesignRefused before a file is read if it is too large."""
    names = kept_names(source)
    if len(names) > MOST_FILES:
        raise DesignRefused.from_code("looks.too_many_files", count=len(names), most=MOST_FILES)
    check_unfolded_size(source, shelf.sizes(names))
    return unfold_files(source, shelf.files(names))
