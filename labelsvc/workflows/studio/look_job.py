"""Look at a design in the making, in a confined child: its picture as the press draws it, its items, what is found.

The child answers one line of JSON, then the pictures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labelsvc.domain.errors import LabelsvcError, problem_json
from labelsvc.domain.layout import layout
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.shape import Circle, PathShape, Rectangle, Shape
from labelsvc.domain.sheet import Stock
from labelsvc.pdf.raster import first_page_png, page_png
from labelsvc.rendering.design.checks.clearances import LEAST_BLEED_MM, safety_mm
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.source import element_lines
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.copy_rule import copy_problems
from labelsvc.workflows.studio.label_drawing import LabelDrawing, LookQuestion
from labelsvc.workflows.studio.look_findings import (
    LookFinding,
    of_samples,
    of_the_design,
    of_the_page,
    of_the_printer,
    of_the_source,
    with_lines,
)

SHEET_PIXELS = 1_400


@dataclass(frozen=True, slots=True)
class LookJob:
    """All that the child needs: the office's palette and fonts too."""

    assets: PrintAssets
    question: LookQuestion

    def answer(self) -> bytes:
        """Look, in the child."""
        said, pictures = self._answer(LabelDrawing(self.assets, self.question))
        head = json.dumps(said | {"sizes": list(map(len, pictures))}).encode()
        return b"\n".join((head, b"".join(pictures)))

    def _answer(self, drawing: LabelDrawing) -> tuple[dict[str, Any], list[bytes]]:
        """Return what is said, and the pictures of label and sheet: empty where none is asked for."""
        try:
            return self._drawn(drawing)
        except LabelsvcError as error:
            return {"findings": self._told(of_the_source(error.problems))}, [b"", b""]

    def _drawn(self, drawing: LabelDrawing) -> tuple[dict[str, Any], list[bytes]]:
        asked, label = self.question, drawing.label
        said = _sizes(drawing.design) | {"items": drawing.items, "sample": drawing.shown}
        said |= {"product": label.facts.product.name, "judged": asked.findings}
        picture = first_page_png(drawing.bled_page(), drawing.dpi) if asked.picture else b""
        told, sheet = _sheet(drawing, asked.stock) if asked.stock else ({}, b"")
        found = (
            self._findings(drawing) if asked.findings else [*of_the_source(drawing.design.lacking), *_left_out(drawing)]
        )
        return said | told | {"findings": self._told(found)}, [picture, sheet]

    def _findings(self, drawing: LabelDrawing) -> list[LookFinding]:
        design, law = drawing.design, self.assets.law
        if design.lacking:  # the press can't judge a label that isn't whole
            samples = of_samples(design, drawing.samples, law, drawing.today)
            return [*of_the_source(design.lacking), *samples]
        page = drawing.page(self.assets.layout("single", design))
        printer = self.question.stock.printer if self.question.stock else None
        origin = self.question.origin
        return [
            *of_the_source(copy_problems(origin, design, self.assets) if origin else ()),
            *(of_the_printer(design, self.question.host, printer) if printer else ()),
            *of_the_design(design, law, self.question.host),
            *of_samples(design, drawing.samples, law, drawing.today),
            *of_the_page(page, drawing.items, self.assets.stock("single")),
        ]

    def _told(self, found: Sequence[LookFinding]) -> list[dict[str, Any]]:
        lines = element_lines(self.question.source) if found else []
        return [with_lines(finding, lines).to_json() for finding in found]


def _left_out(drawing: LabelDrawing) -> Iterator[LookFinding]:
    """Yield why texts were left out of the label that is drawn."""
    for node, problem in drawing.label.refused:
        yield from (replace(finding, node=node) for finding in of_the_source([problem]))


def _sheet(drawing: LabelDrawing, stock: Stock) -> tuple[dict[str, Any], bytes]:
    """Return how many labels a stock holds, and its first sheet; or why it holds none."""
    try:
        placed = layout(stock, drawing.design.shape, may_turn=True)
    except LabelsvcError as error:
        return {"layout": {"problems": list(map(problem_json, error.problems))}}, b""
    told = {"per_sheet": placed.per_sheet, "columns": placed.columns, "rows": placed.rows, "turned": placed.turned}
    return {"layout": told}, page_png(drawing.page(placed), SHEET_PIXELS)


def _sizes(design: Design) -> dict[str, Any]:
    """Return the trim with its bleed and safety margin; the picture shows the bleed too."""
    shape = design.shape
    sizes = {"width_mm": shape.width_mm, "height_mm": shape.height_mm, "bleed_mm": LEAST_BLEED_MM}
    return sizes | {"safety_mm": safety_mm(design), "shape": _shape(shape), "groups": _groups(design)}


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Circle():
            return {"kind": "circle"}
        case PathShape(d=d):
            return {"kind": "path", "d": d}
        case Rectangle(corner_mm=corner):
            return {"kind": "rectangle", "corner_mm": corner}


def _groups(design: Design) -> list[str]:
    return [group.name.lower() for group in ProductGroup if group in design.groups]
