"""Metadata: XMP identifying PDF/X-4, with dates and identifiers that match the Info dictionary (ISO 15930-7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pikepdf
from lxml import etree

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.pdf_values import dictionary_of, name_of, text_of
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.findings import Findings

MOST_BYTES = 4 << 20
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
MM = "{http://ns.adobe.com/xap/1.0/mm/}"
PDF = "{http://ns.adobe.com/pdf/1.3/}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDFX = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"
DATES = ("CreateDate", "ModifyDate", "MetadataDate")
IDENTIFIERS = ("DocumentID", "VersionID", "RenditionClass")
SAME_TEXT = {
    "/Title": f"{DC}title", "/Producer": f"{PDF}Producer", "/Creator": f"{XMP}CreatorTool",
    "/Subject": f"{DC}description", "/Keywords": f"{PDF}Keywords", "/Author": f"{DC}creator",
}  # fmt: skip
SAME_DATE = {"/CreationDate": f"{XMP}CreateDate", "/ModDate": f"{XMP}ModifyDate"}
_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d)?")
"""A year or a month, which XMP accepts as a date (ISO 16684-1, 8.2.1.2)."""
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?.*", re.DOTALL)


def check_metadata(pdf: pikepdf.Pdf, findings: Findings) -> None:
    """Check XMP and Info."""
    findings.mark_checked("xmp", "pdfx_version", "xmp_dates", "xmp_title", "xmp_identifiers", "trapped", "info_agrees")
    said = _xmp(pdf.Root.get("/Metadata"), findings)
    if said.get(PDFX) != "PDF/X-4":
        findings.fault("pdfx_version", Problem("preflight.pdfx_version", {"shown": said.get(PDFX) or "–"}))
    for date in DATES:
        if _xmp_date(said.get(XMP + date, "")) is None:
            findings.fault("xmp_dates", Problem("preflight.xmp_lacks", {"name": f"xmp:{date}"}))
    for name in IDENTIFIERS:
        if not said.get(MM + name):
            findings.fault("xmp_identifiers", Problem("preflight.xmp_lacks", {"name": f"xmpMM:{name}"}))
    if not said.get(f"{DC}title"):
        findings.fault("xmp_title", Problem("preflight.xmp_lacks", {"name": "dc:title"}))
    info = dictionary_of(pdf.trailer.get("/Info"))
    _check_trapped(info, said, findings)
    _check_agreement(info, said, findings)


def _check_trapped(info: Any, said: dict[str, str], findings: Findings) -> None:
    shown = name_of(info.get("/Trapped"))[1:] or said.get(f"{PDF}Trapped", "")
    if shown not in ("True", "False"):
        findings.fault("trapped", Problem("preflight.trapped", {"shown": shown or "–"}))


def _check_agreement(info: Any, said: dict[str, str], findings: Findings) -> None:
    differing = [
        key
        for key, name in SAME_TEXT.items()
        if key in info and (text_of(info.get(key)) or "").strip() != said.get(name, "")
    ]
    differing += [
        key
        for key, name in SAME_DATE.items()
        if key in info and info_date(text_of(info.get(key)) or "") != _xmp_date(said.get(name, ""))
    ]
    trapped, said_trapped = name_of(info.get("/Trapped"))[1:], said.get(f"{PDF}Trapped")
    if "/Trapped" in info and said_trapped is not None and trapped != said_trapped:
        differing.append("/Trapped")
    for key in differing:
        findings.fault("info_agrees", Problem("preflight.info_agrees", {"name": key[1:]}))


def _xmp(stream: Any, findings: Findings) -> dict[str, str]:
    """Return the simple properties of an XMP packet by their full names; faults of the packet are noted."""
    if not isinstance(stream, pikepdf.Stream):
        findings.fault("xmp", Problem("preflight.xmp_missing", {}))
        return {}
    if "/Filter" in stream:
        findings.fault("xmp", Problem("preflight.xmp_filtered", {}))
    if (name_of(stream.get("/Type")), name_of(stream.get("/Subtype"))) != ("/Metadata", "/XML"):
        findings.fault("xmp", Problem("preflight.xmp_type", {}))
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        tree = etree.fromstring(decoded(stream, MOST_BYTES), parser)
    except (etree.XMLSyntaxError, ValueError, StreamTooLarge, StreamUnreadable):
        findings.fault("xmp", Problem("preflight.xmp_broken", {}))
        return {}
    if tree.find(f".//{RDF}RDF") is None and tree.tag != f"{RDF}RDF":
        findings.fault("xmp", Problem("preflight.xmp_broken", {}))
    return _properties(tree)


def _properties(tree: Any) -> dict[str, str]:
    said: dict[str, str] = {}
    for description in tree.iter(f"{RDF}Description"):
        said.update({str(name): str(value) for name, value in description.attrib.items()})
        for child in description.iterchildren(tag=etree.Element):
            items = [item.text or "" for item in child.iter(f"{RDF}li")]
            text = (items[0] if items else child.text or "").strip()
            if child.tag == f"{DC}creator":
                text = "; ".join(items) or text
            known = said.get(str(child.tag), text)
            said[str(child.tag)] = text if text == known else f"{known} / {text}"
    return said


def _xmp_date(text: str) -> datetime | None:
    if _PARTIAL_DATE.fullmatch(text):
        text += "-01-01"[len(text) - 10 :]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def info_date(text: str) -> datetime | None:
    """Return the moment of a PDF date (ISO 32000-1, 7.9.4), or None if invalid."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, sign, over, beside = match.groups()
    away = timedelta(hours=int(over or 0), minutes=int(beside or 0)) * (-1 if sign == "-" else 1)
    try:
        day_ = datetime(int(year), int(month or 1), int(day or 1), tzinfo=timezone(away))
        return day_.replace(hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0))
    except ValueError:
        return None
