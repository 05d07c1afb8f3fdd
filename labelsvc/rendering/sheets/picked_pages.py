"""Copies pages of finished press files into a new press file, without rewriting a byte of their content."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.press_page import write_press_file

if TYPE_CHECKING:
    import pikepdf


def pick_pages(sources: Sequence[tuple[Path, Sequence[int]]], identity: PdfIdentity, profile: bytes) -> bytes:
    """Return a PDF/X-4 file of pages (from 1) of part files, in the order given; equal pages make equal bytes.

    Raises PrintRefused press.profile.
    """
    import pikepdf

    with ExitStack() as opened:
        picked = opened.enter_context(pikepdf.open(BytesIO(_without_pages(identity, profile))))
        layers: dict[str, Any] = {}
        for path, pages in sources:
            source = opened.enter_context(pikepdf.open(path))
            _share_layers(picked, source, layers)
            for page in pages:
                picked.pages.append(source.pages[page - 1])
                _name_layers(picked.pages[-1], layers)
        written = BytesIO()
        picked.save(
            written,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return written.getvalue()


def _without_pages(identity: PdfIdentity, profile: bytes) -> bytes:
    """Return a press file with everything but pages: identity, metadata and output intent are written at one place."""
    stream = BytesIO()
    write_press_file(stream, [], identity, profile)
    return stream.getvalue()


def _share_layers(picked: pikepdf.Pdf, source: pikepdf.Pdf, layers: dict[str, Any]) -> None:
    """Take over the layers of the first source, by name; those of the others are the same."""
    if layers or "/OCProperties" not in source.Root:
        return
    picked.Root.OCProperties = picked.copy_foreign(source.make_indirect(source.Root.OCProperties))
    layers |= {str(layer.Name): layer for layer in picked.Root.OCProperties.OCGs}


def _name_layers(page: pikepdf.Page, layers: dict[str, Any]) -> None:
    """Let a page's layers be those of the file: each part has its own under the same names."""
    named = page.resources.get("/Properties")
    if named is not None:
        for name in list(named.keys()):
            named[name] = layers[str(named[name].Name)]
