"""Compare two sources of a design: both pictures, where they differ, and what became of each item."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from labelsvc.domain.errors import LabelsvcError, Problem, problem_json, read_problem
from labelsvc.pdf.picture_difference import MmBox, page_difference
from labelsvc.pdf.raster import first_page_png
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS, ask_apart
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.item_changes import ItemChange, item_changes
from labelsvc.workflows.studio.label_drawing import LabelDrawing, LookQuestion


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """A version as it looks: its picture with bleed, the size of the picture, or why it cannot be drawn."""

    picture: bytes = b""
    size_mm: tuple[float, float] = (0.0, 0.0)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, and where they differ in mm of the picture; ``boxes`` None: their sizes differ, or one has none."""

    before: ComparedSide
    after: ComparedSide
    boxes: tuple[MmBox, ...] | None
    changes: tuple[ItemChange, ...]

    @property
    def alike(self) -> bool:
        """Return whether both look the same, in all that is drawn and in what is fitted."""
        return self.boxes == () and not self.changes


def compare(assets: PrintAssets, before: LookQuestion, after: LookQuestion) -> Comparison:
    """Compare two sources within the limits of ``design_nursery``."""
    answer = ask_apart(CompareJob(assets, before, after), (assets.templates, assets.fonts_folder, before.host))
    head, _, pictures = answer.partition(b"\n")
    if not head:
        side = ComparedSide(problems=(Problem("looks.too_costly", {"seconds": CPU_SECONDS}),))
        return Comparison(side, side, None, ())
    said = json.loads(head)
    length = said["lengths"][0]
    parts = pictures[:length], pictures[length:]
    before_side, after_side = (_side(each, picture) for each, picture in zip(said["sides"], parts, strict=True))
    boxes = None if said["boxes"] is None else tuple((x, y, wide, high) for x, y, wide, high in said["boxes"])
    return Comparison(before_side, after_side, boxes, tuple(ItemChange(**change) for change in said["changes"]))


def _side(said: dict[str, Any], picture: bytes) -> ComparedSide:
    width, height = said["size_mm"]
    return ComparedSide(picture, (width, height), tuple(map(read_problem, said["problems"])))


@dataclass(frozen=True, slots=True)
class CompareJob:
    """All that the child needs."""

    assets: PrintAssets
    before: LookQuestion
    after: LookQuestion

    def answer(self) -> bytes:
        """Compare, in the child."""
        drawings = [LabelDrawing(self.assets, question) for question in (self.before, self.after)]
        pages, problems = zip(*map(_page, drawings), strict=True)
        sides = [
            {"problems": list(map(problem_json, why)), "size_mm": drawing.bled_size_mm if page else (0, 0)}
            for drawing, page, why in zip(drawings, pages, problems, strict=True)
        ]
        said: dict[str, Any] = {"sides": sides, "boxes": None, "changes": []}
        if all(pages):
            found = page_difference(pages[0], pages[1], min(drawing.dpi for drawing in drawings))
            pictures = [found.before, found.after]
            changes = item_changes(drawings[0].items, drawings[1].items)
            said |= {"boxes": found.boxes, "changes": list(map(asdict, changes))}
        else:
            drawn = zip(drawings, pages, strict=True)
            pictures = [first_page_png(page, drawing.dpi) if page else b"" for drawing, page in drawn]
        return json.dumps(said | {"lengths": list(map(len, pictures))}).encode() + b"\n" + b"".join(pictures)


def _page(drawing: LabelDrawing) -> tuple[bytes, Iterable[Problem]]:
    try:
        return drawing.bled_page(), ()
    except LabelsvcError as error:
        return b"", error.problems
