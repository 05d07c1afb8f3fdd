"""The output intent: exactly one, registered, with an embedded CMYK printer profile (ISO 15930-7, ISO 15076-1)."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of, object_number, text_of
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.findings import Findings

REGISTRY = "http://www.color.org"
CUSTOM = "Custom"
"""Identifiers that programs write for a condition described only by its embedded profile."""
TABLES = (b"A2B0", b"B2A0")
_REGISTERED = re.compile(
    r"FOGRA\d{2}[A-Z]?|CGATS ?TR ?\d{3}|CGATS21-2-CRPC\d|TR ?\d{3}|IFRA\d{2}[A-Z]?|JC200103|JCN2002|JCW2003"
    r"|EUROSB[12]04|OFCOM_[A-Z]+_P\d_F\d\d|OF_COM_[A-Z]+_P\d_F\d\d|PSR_[A-Z0-9_]+|SNAP\d{4}|WF\d+|GRACoL\d{4}.*|SWOP.*"
    r"|CGATS[ ._-].+|PSRgravure.+|Euroscale .+"
)
"""Names of the characterisation registry of the ICC (color.org), by their series."""
_HEADER_BYTES, _TAG_BYTES, _MOST_TAGS = 132, 12, 1000


def check_intent(pdf: pikepdf.Pdf, findings: Findings) -> None:
    """Check the output intents of a file."""
    findings.mark_checked("output_intent", "output_condition", "output_profile")
    given = [dictionary_of(intent) for intent in items_of(pdf.Root.get("/OutputIntents"))]
    intents = [intent for intent in given if name_of(intent.get("/S")) == "/GTS_PDFX"]
    if len(intents) != 1:
        findings.fault("output_intent", Problem("preflight.output_intent", {"count": len(intents)}))
    for intent in intents[:1]:
        _check_condition(intent, findings)
        _check_profile(intent.get("/DestOutputProfile"), findings)


def _check_condition(intent: Any, findings: Findings) -> None:
    """Check how the printing condition is named: registered, or one's own with its profile (ISO 15930-7, 6.2)."""
    condition, registry = text_of(intent.get("/OutputConditionIdentifier")), text_of(intent.get("/RegistryName"))
    registered = bool(_REGISTERED.fullmatch(condition or ""))
    if not condition:
        findings.fault("output_condition", Problem("preflight.condition_missing", {}))
    elif registry == REGISTRY and not registered and condition != CUSTOM:
        findings.fault("output_condition", Problem("preflight.condition_unknown", {"shown": condition}))
    elif registered and registry != REGISTRY:
        facts = {"shown": registry or "–", "right": REGISTRY}
        findings.fault("output_condition", Problem("preflight.registry", facts))


def _check_profile(stream: Any, findings: Findings) -> None:
    number = object_number(stream)
    if not isinstance(stream, pikepdf.Stream):
        findings.fault("output_profile", Problem("preflight.profile_missing", {}))
        return
    if number_of(stream.get("/N")) != 4:
        findings.fault("output_profile", Problem("preflight.profile", {"what": "N"}), object_number=number)
    try:
        data = decoded(stream)
    except (StreamTooLarge, StreamUnreadable):
        findings.fault("output_profile", Problem("preflight.profile", {"what": "Filter"}), object_number=number)
        return
    for what in _wrong_in(data):
        findings.fault("output_profile", Problem("preflight.profile", {"what": what}), object_number=number)


def _wrong_in(profile: bytes) -> list[str]:
    """Return the fields of an ICC profile that are not those of a CMYK printer (ISO 15076-1, 7.2)."""
    if len(profile) < _HEADER_BYTES or profile[36:40] != b"acsp":
        return ["acsp"]
    wrong = ["size"] if int.from_bytes(profile[:4], "big") != len(profile) else []
    wrong += [
        name for name, at, right in (("class", 12, b"prtr"), ("space", 16, b"CMYK")) if profile[at : at + 4] != right
    ]
    count = min(int.from_bytes(profile[128:132], "big"), _MOST_TAGS)
    rows = [profile[at : at + 12] for at in range(_HEADER_BYTES, _HEADER_BYTES + _TAG_BYTES * count, _TAG_BYTES)]
    tags = {row[:4] for row in rows if _end_of(row) <= len(profile)}
    return wrong + [tag.decode() for tag in TABLES if tag not in tags]


def _end_of(row: bytes) -> int:
    """Return where the data of a row of the tag table ends."""
    return int.from_bytes(row[4:8], "big") + int.from_bytes(row[8:12], "big")
