"""Pages: boxes, entries that would turn or scale them, annotations (ISO 15930-7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.content.page_tree import NEAR_PT, box_of, inherited
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, object_number
from labelsvc.preflight.findings import Findings

PRESS_ANNOTATIONS = ("/TrapNet", "/PrinterMark")


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """A page's boxes in points; a missing box defaults to the enclosing one. ``number`` counts from 1."""

    number: int
    media: Box
    bleed: Box
    trim: Box
    trim_given: bool = True

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return a point's millimetres from the page's upper left corner."""
        return round((x - self.media[0]) * MM_PER_POINT, 2), round((self.media[3] - y) * MM_PER_POINT, 2)

    def point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return the point, in the page's points, of millimetres from the page's upper left corner."""
        return self.media[0] + x_mm / MM_PER_POINT, self.media[3] - y_mm / MM_PER_POINT

    def corner(self, box: Box) -> tuple[float, float]:
        """Return the millimetres of a box's upper left corner."""
        return self.place(box[0], box[3])

    def middle(self, box: Box) -> tuple[float, float]:
        """Return the millimetres of a box's middle."""
        return self.place((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def check_page(page: Any, number: int, findings: Findings) -> PageBoxes:
    """Check a page's dictionary; returns its boxes."""
    findings.mark_checked("boxes", "box_nesting", "page_entries", "annotations")
    me = object_number(page)
    media = box_of(inherited(page, "/MediaBox"))
    boxes = {name: box_of(page.get(f"/{name}")) for name in ("TrimBox", "ArtBox", "BleedBox") if f"/{name}" in page}
    if media is None:
        findings.fault("boxes", Problem("preflight.no_media_box", {}), number, object_number=me)
    if ("TrimBox" in boxes) == ("ArtBox" in boxes):
        code = "preflight.two_boxes" if "TrimBox" in boxes else "preflight.no_trim_box"
        findings.fault("boxes", Problem(code, {}), number, object_number=me)
    media = media or (0.0, 0.0, 595.0, 842.0)
    trim = boxes.get("TrimBox") or boxes.get("ArtBox")
    for name, box in boxes.items():
        if box is None:
            findings.fault("box_nesting", Problem("preflight.box_empty", {"box": name}), number, object_number=me)
    nest = [
        ("TrimBox", trim, "BleedBox", boxes.get("BleedBox")),
        ("BleedBox", boxes.get("BleedBox"), "MediaBox", media),
    ]
    nest.append(("TrimBox", trim, "CropBox", box_of(inherited(page, "/CropBox"))))
    nest += [("TrimBox", trim, "MediaBox", media)] if not boxes.get("BleedBox") else []
    for inner, small, outer, large in nest:
        if small and large and not _within(small, large):
            facts = {"inner": inner, "outer": outer}
            findings.fault("box_nesting", Problem("preflight.box_nesting", facts), number, object_number=me)
    sheet = PageBoxes(number, media, boxes.get("BleedBox") or trim or media, trim or media, trim is not None)
    _check_entries(page, sheet, findings)
    _check_annotations(page, sheet, findings)
    if "/AA" in page:
        findings.fault("actions", Problem("preflight.actions", {"what": "AA"}), number, object_number=me)
    return sheet


def _check_entries(page: Any, sheet: PageBoxes, findings: Findings) -> None:
    wrong = [name for name in ("/UserUnit", "/Trans", "/Dur", "/PresSteps") if name in page]
    if inherited(page, "/Rotate") not in (None, 0):
        wrong.append("/Rotate")
    for name in wrong:
        problem = Problem("preflight.page_entries", {"name": name[1:]})
        findings.fault("page_entries", problem, sheet.number, object_number=object_number(page))


def _check_annotations(page: Any, sheet: PageBoxes, findings: Findings) -> None:
    for annotation in items_of(page.get("/Annots")):
        given = dictionary_of(annotation)
        kind = name_of(given.get("/Subtype"))
        box = box_of(given.get("/Rect"))
        if kind in PRESS_ANNOTATIONS or (box and not overlap(box, sheet.bleed)):
            continue
        place = sheet.corner(box) if box else None
        problem = Problem("preflight.annotations", {"kind": kind[1:] or "?"})
        findings.fault("annotations", problem, sheet.number, place, object_number(annotation))


def press_marks(page: Any) -> list[Any]:
    """Return the annotations that a press file may contain, which have appearances."""
    given = [dictionary_of(annotation) for annotation in items_of(page.get("/Annots"))]
    return [annotation for annotation in given if name_of(annotation.get("/Subtype")) in PRESS_ANNOTATIONS]


def overlap(box: Box, other: Box) -> bool:
    """Return whether two boxes overlap."""
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _within(inner: Box, outer: Box) -> bool:
    low = all(inner[i] >= outer[i] - NEAR_PT for i in (0, 1))
    return low and all(inner[i] <= outer[i] + NEAR_PT for i in (2, 3))
