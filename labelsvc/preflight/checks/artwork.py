"""A page to be placed on a label: the rules of preflight, and what cannot be copied from another file."""

from __future__ import annotations

from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.checks.fonts import FontChecks
from labelsvc.preflight.checks.images import check_images, check_states
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.checks.paintings import PaintingChecks
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.checks.spot_inks import SpotInks
from labelsvc.preflight.checks.technical_inks import check_technical_inks
from labelsvc.preflight.checks.texts import check_text_sizes
from labelsvc.preflight.content.colours import PROCESS
from labelsvc.preflight.content.graphics_state import GraphicsState
from labelsvc.preflight.content.interpreter import start_walk
from labelsvc.preflight.content.page_tree import box_of, inherited
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of, number_of
from labelsvc.preflight.content.walk import DEFAULTS, ContentWalk
from labelsvc.preflight.findings import Fault, Findings
from labelsvc.preflight.ink.picture_ink import CmykPictures
from labelsvc.preflight.ink.total_ink import check_ink

_IGNORED = frozenset({"/Link", "/Popup", "/TrapNet", "/PrinterMark"})
"""Annotations that are not part of the artwork."""
MOST_REASONS = 12


def page_boxes(page: Any) -> PageBoxes:
    """Return a page's boxes; a missing box defaults to the enclosing one (ISO 32000-1, 14.11.2)."""
    media = box_of(inherited(page, "/MediaBox")) or (0.0, 0.0, 595.0, 842.0)
    crop = box_of(inherited(page, "/CropBox")) or media
    trim = box_of(page.get("/TrimBox")) or box_of(page.get("/ArtBox")) or crop
    return PageBoxes(1, media, box_of(page.get("/BleedBox")) or crop, trim)


def artwork_problems(
    pdf: pikepdf.Pdf, page: Any, boxes: PageBoxes, scale: float = 1.0
) -> tuple[list[Problem], tuple[str, ...]]:
    """Return every reason why a page cannot be artwork at a given scale, and its spot inks."""
    findings, refused = Findings(), _page_problems(pdf, page)

    def report(rule: str, problem: Problem, number: int) -> None:
        findings.fault(rule, problem, 1, object_number=number)

    walk = start_walk(pdf, report)
    painted = walk.page(page, GraphicsState(ctm=(scale, 0.0, 0.0, scale, 0.0, 0.0)))
    boxes = _scaled(boxes, scale)
    layers = Layers({})
    placed, fonts = PlacedPaintings(painted, walk.again, boxes), FontChecks()
    checks = PaintingChecks(placed, layers, findings)
    checks.check()
    checks.check_beside(walk.beside)
    check_technical_inks(placed, layers, findings)
    check_text_sizes(placed, layers, fonts, findings)
    fonts.check([*painted, *walk.beside], walk.texts, boxes, findings)
    sound = check_images(placed, walk.beside, CmykPictures(), findings)
    check_states(page, walk, boxes, findings)
    _check_spots(page, walk, findings)
    if not findings.faults and walk.complete and sound:
        check_ink(page, placed, layers, findings)
    if any(painting.transparent for painting in painted) or _masked(painted):
        refused.append(Problem("design.artwork_transparent"))
    if any(painting.layers for painting in painted):
        refused.append(Problem("design.artwork_layers"))
    faults = [fault for fault in findings.faults.values() if fault.rule != "transparency"]
    spots = {ink for painting in painted for ink in painting.colour.inks} - {*PROCESS}
    return (refused + list(map(_said, faults)))[:MOST_REASONS], tuple(sorted(spots))


def _scaled(boxes: PageBoxes, scale: float) -> PageBoxes:
    media, bleed, trim = (
        (x0 * scale, y0 * scale, x1 * scale, y1 * scale) for x0, y0, x1, y1 in (boxes.media, boxes.bleed, boxes.trim)
    )
    return PageBoxes(boxes.number, media, bleed, trim)


def _said(fault: Fault) -> Problem:
    if fault.place is None:
        return Problem("design.artwork_fault", {"why": fault.problem})
    x_mm, y_mm = fault.place
    return Problem("design.artwork_fault_at", {"why": fault.problem, "x_mm": x_mm, "y_mm": y_mm})


def _page_problems(pdf: pikepdf.Pdf, page: Any) -> list[Problem]:
    problems = []
    if pdf.is_encrypted:
        problems.append(Problem("design.artwork_password"))
    if (number_of(inherited(page, "/Rotate")) or 0.0) % 360 or (number_of(page.get("/UserUnit")) or 1.0) != 1:
        problems.append(Problem("design.artwork_turned"))
    kinds = {name_of(dictionary_of(annotation).get("/Subtype")) for annotation in items_of(page.get("/Annots"))}
    if beyond := sorted(kind[1:] for kind in kinds - _IGNORED):
        problems.append(Problem("design.artwork_annotations", {"kinds": beyond}))
    return problems


def _check_spots(page: Any, walk: ContentWalk, findings: Findings) -> None:
    spots = SpotInks(findings)
    holders = [inherited(page, "/Resources"), *(form.get("/Resources") for form in walk.forms)]
    for resources in holders:
        for name, space in dictionary_of(dictionary_of(resources).get("/ColorSpace")).items():
            if isinstance(space, pikepdf.Array):
                spots.take(space, 0)
            elif name in DEFAULTS:  # a default colour space of its page would apply to other pages' device colours too
                findings.fault("colour_spaces", Problem("preflight.colour_spaces", {"space": name[1:]}), 1)


def _masked(painted: list[Any]) -> bool:
    return any(isinstance(painting.image, pikepdf.Stream) and "/SMask" in painting.image for painting in painted)
