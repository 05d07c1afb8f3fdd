"""The file itself: header, version, identifiers, and what a press file must not contain (ISO 15930-7, ISO 32000-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.spot_inks import SpotInks
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, object_number
from labelsvc.preflight.content.streams import REFUSED_FILTERS, filters
from labelsvc.preflight.findings import Findings

HEADER = b"%PDF-1.6"
NEWEST = (1, 6)
SHORTEST_ID, SHORTEST_COMMENT = 8, 4
MOST_OBJECTS, DEEPEST_VALUE = 3_000_000, 40
ACTIONS = frozenset(
    (
        "/GoTo",
        "/GoToR",
        "/GoToE",
        "/Launch",
        "/Thread",
        "/URI",
        "/Sound",
        "/Movie",
        "/Hide",
        "/Named",
        "/SubmitForm",
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/RichMediaExecute",
    )
)
"""Types of actions (ISO 32000-1, 12.6.4)."""


def check_start(start: bytes, findings: Findings) -> None:
    """Check the file's first bytes."""
    findings.mark_checked("header", "binary_comment")
    if not start.startswith(HEADER):
        shown = start[:8].decode("latin-1")
        findings.fault("header", Problem("preflight.header", {"shown": shown, "right": HEADER.decode()}))
    lines = re.split(rb"\r\n|\r|\n", start, maxsplit=2)
    comment = lines[1] if len(lines) > 1 else b""
    if not comment.startswith(b"%") or sum(byte >= 128 for byte in comment[:64]) < SHORTEST_COMMENT:
        findings.fault("binary_comment", Problem("preflight.binary_comment", {}))


def check_file(pdf: pikepdf.Pdf, warnings: list[str], findings: Findings) -> None:
    """Check catalog, trailer and structure."""
    findings.mark_checked("version", "structure", "file_id", "encryption", "actions", "form_fields", "embedded_files")
    root = pdf.Root
    _check_version(root, findings)
    if warnings:
        findings.fault(
            "structure", Problem("preflight.structure", {"count": len(warnings), "what": _short(warnings[0])})
        )
    parts = items_of(pdf.trailer.get("/ID"))
    lengths = [len(bytes(part)) if isinstance(part, pikepdf.String) else 0 for part in parts]
    if len(lengths) != 2 or min(lengths) < SHORTEST_ID:
        findings.fault("file_id", Problem("preflight.file_id", {"least": SHORTEST_ID}))
    if pdf.is_encrypted:
        findings.fault("encryption", Problem("preflight.encryption", {}))
    if "/AcroForm" in root:
        findings.fault("form_fields", Problem("preflight.form_fields", {}))
    names = dictionary_of(root.get("/Names"))
    for key, rule in (("/JavaScript", "actions"), ("/EmbeddedFiles", "embedded_files")):
        if key in names:
            findings.fault(rule, Problem(f"preflight.{rule}", {"what": key[1:]}))
    if "/OpenAction" in root and not isinstance(root.get("/OpenAction"), pikepdf.Array):
        findings.fault("actions", Problem("preflight.actions", {"what": "OpenAction"}))
    for key in ("/AF", "/Collection"):
        if key in root:
            findings.fault("embedded_files", Problem("preflight.embedded_files", {"what": key[1:]}))


def _check_version(root: Any, findings: Findings) -> None:
    said = name_of(root.get("/Version"))[1:]
    match = re.fullmatch(r"(\d)\.(\d)", said)
    if "/Version" in root and (match is None or tuple(map(int, match.groups())) > NEWEST):
        findings.fault("version", Problem("preflight.version", {"shown": said or "?", "right": "1.6"}))


def check_objects(pdf: pikepdf.Pdf, findings: Findings) -> None:
    """Look through all objects for forbidden content: external or LZW streams, actions, embedded files, OPI."""
    findings.mark_checked("external_streams", "filters", "image_extras")
    spots = SpotInks(findings)
    for count, item in enumerate(pdf.objects):
        if count >= MOST_OBJECTS:
            findings.skip("actions", Problem("preflight.too_many_objects", {"most": MOST_OBJECTS}))
            return
        number = object_number(item)
        if isinstance(item, pikepdf.Stream):
            _check_stream(item, number, findings)
        if isinstance(item, pikepdf.Array):
            spots.take(item, number)
        for inner in _dictionaries(item, 0):
            _check_dictionary(inner, number, findings)
            for value in inner.values():
                if isinstance(value, pikepdf.Array) and not object_number(value):
                    spots.take(value, number)


def _check_stream(stream: Any, number: int, findings: Findings) -> None:
    if "/F" in stream or "/FFilter" in stream:
        findings.fault("external_streams", Problem("preflight.external_streams", {}), object_number=number)
    for name in filters(stream):
        if name in REFUSED_FILTERS:
            problem = Problem("preflight.filters", {"name": name[1:]})
            findings.fault("filters", problem, object_number=number)


def _dictionaries(value: Any, depth: int) -> Iterator[Any]:
    """Yield the direct dictionaries of an object, including itself."""
    if depth > DEEPEST_VALUE:
        return
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        children = [child for _, child in value.items()]
    elif isinstance(value, pikepdf.Array) and len(value) and number_of(value[0]) is None:
        children = items_of(value)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not object_number(child):
            yield from _dictionaries(child, depth + 1)


def _check_dictionary(value: Any, number: int, findings: Findings) -> None:
    keys = set(value.keys())
    if "/AA" in keys and name_of(value.get("/Type")) != "/Page":
        findings.fault("actions", Problem("preflight.actions", {"what": "AA"}), object_number=number)
    kind = name_of(value.get("/S")) if "/S" in keys else ""
    if "/JS" in keys or (kind in ACTIONS and name_of(value.get("/Type")) in ("", "/Action")):
        findings.fault("actions", Problem("preflight.actions", {"what": kind[1:] or "JS"}), object_number=number)
    if "/EF" in keys or name_of(value.get("/Type")) == "/EmbeddedFile":
        problem = Problem("preflight.embedded_files", {"what": "EmbeddedFile"})
        findings.fault("embedded_files", problem, object_number=number)
    for key in ("/OPI", "/Alternates"):
        if key in keys:
            problem = Problem("preflight.image_extras", {"what": key[1:]})
            findings.fault("image_extras", problem, object_number=number)


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"
