"""Reads the XML of an SVG file: no network, no DTD; of entities, only the plain words of old Illustrators."""

from __future__ import annotations

import re
from typing import Any

from labelsvc.domain.errors import DesignRefused

SVG = "http://www.w3.org/2000/svg"
_COMMENT = rb"<!--(?:[^-]|-(?!->))*-->"
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^?]*(?:\?(?!>)[^?]*)*\?>\s*|" + _COMMENT + rb"\s*)*")
_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s+[\w:.-]+\s*(?:(?:PUBLIC\s*(?:\"[^\"]*\"|'[^']*')|SYSTEM)\s*(?:\"[^\"]*\"|'[^']*')\s*)?"
    rb"(?:\[((?:[^\]\"']|\"[^\"]*\"|'[^']*')*)\]\s*)?>"
)
_ENTITY = re.compile(rb"\s*<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>\s*")
_REFERENCE = re.compile(rb"&([A-Za-z_][\w.-]*);")
_BUILT_IN = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_MOST_ENTITIES, _LONGEST_VALUE, _MOST_GROWTH = 60, 200, 4_000_000


def read_xml(source: bytes, name: str) -> Any:
    """Return the root element (lxml); DesignRefused for what is no XML, and for document types that define more.

    Lines stay those of the file.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_without_doctype(source, name), parser)
    except etree.XMLSyntaxError as error:
        raise DesignRefused.from_code(
            "design.not_xml", name=name, line=error.lineno or 0, reason=str(error.msg)
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DesignRefused.from_code("design.dtd", name=name)
    return root


def _without_doctype(source: bytes, name: str) -> bytes:
    """Return a source without its document type; words that it defines stand where they are named.

    Values that name further entities, external ones and anything else stay refused: nothing is expanded twice.
    """
    prolog = _PROLOG.match(source)
    found = _DOCTYPE.match(source, prolog.end()) if prolog else None
    if found is None:
        return source
    words = _words(found[1] or b"", name)
    start, end = found.span()
    rest = source[end:]
    if words:
        rest = _expanded(rest, words, name)
    return source[:start] + b"\n" * found[0].count(b"\n") + rest


def _words(subset: bytes, name: str) -> dict[bytes, bytes]:
    words: dict[bytes, bytes] = {}
    at, end = 0, len(subset.rstrip())
    while at < end:
        entity = _ENTITY.match(subset, at)
        value = (entity[2] or entity[3] or b"") if entity else b"&"
        if entity is None or re.search(rb"[&<%]", value) or len(value) > _LONGEST_VALUE or len(words) > _MOST_ENTITIES:
            raise DesignRefused.from_code("design.dtd", name=name)
        words.setdefault(entity[1], value)
        at = entity.end()
    return words


def _expanded(source: bytes, words: dict[bytes, bytes], name: str) -> bytes:
    grown = sum(len(words.get(found[1], b"")) for found in _REFERENCE.finditer(source))
    if grown > _MOST_GROWTH:
        raise DesignRefused.from_code("design.dtd", name=name)

    def word(found: re.Match[bytes]) -> bytes:
        return found[0] if found[1] in _BUILT_IN else words.get(found[1], found[0])

    return _REFERENCE.sub(word, source)
