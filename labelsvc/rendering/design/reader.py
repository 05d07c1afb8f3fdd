"""Walks a design in painting order: groups, uses, clip paths. Faults are collected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.shape import LARGEST_MM
from labelsvc.rendering.design.element_context import INHERITED, ROOT_CONTEXT, ElementContext
from labelsvc.rendering.design.elements import SLOTS, LabelElements
from labelsvc.rendering.design.painted_shapes import read_shape
from labelsvc.rendering.design.pictures import read_image, read_official, read_pdf_artwork
from labelsvc.rendering.design.references import moved, viewport
from labelsvc.rendering.design.shapes import is_finite, joined, numbers_of, placed, shape_path, transform_matrix
from labelsvc.rendering.design.source import KNOWN, PAINTED, SHAPES, DesignElement
from labelsvc.rendering.design.text import read_text

_NOT_PAINTED = {"title", "desc", "ls:label", "defs", "symbol", "clipPath", "linearGradient", "radialGradient", "stop"}
_CLIP = re.compile(r"url\(\s*(['\"]?)#([^'\")\s]+)\1\s*\)")
MOST_ELEMENTS = 20_000
"""The most elements that a design may paint, counting every use."""
DEEPEST = 60


def without(element: DesignElement, *names: str) -> dict[str, str]:
    """Return an element's attributes without some of them."""
    return {name: value for name, value in element.attributes.items() if name not in names}


class DesignReader(LabelElements):
    """Reads a design's elements in order, each with its inherited context."""

    _painted = 0

    def canvas(self, root: DesignElement) -> tuple[float, float]:
        """Return the trim's width and height: the viewBox in mm, the same as width and height."""
        box = numbers_of(root.get("viewBox")) or []
        sizes = numbers_of(" ".join(root.get(key).removesuffix("mm") for key in ("width", "height")))
        in_mm = all(root.get(key).endswith("mm") for key in ("width", "height"))
        possible = len(box) == 4 and box[:2] == [0, 0] and 0 < min(box[2:]) <= max(box[2:]) <= LARGEST_MM
        if not possible or sizes != box[2:] or not in_mm:
            raise DesignRefused(*self.problems, Problem("design.canvas", {"line": root.line}))
        self.width_mm, self.height_mm = box[2:]
        return box[2], box[3]

    def read(self, elements: Iterable[DesignElement], around: ElementContext = ROOT_CONTEXT) -> None:
        """Read elements with what they take from those around them."""
        for element in elements:
            if element.tag in _NOT_PAINTED or element.tag not in KNOWN:
                continue
            self._count(element, around)
            if element.tag == "g":
                self.read(element.children, self.inside(element, around))
            elif element.tag == "use":
                self._use(element, around)
            elif element.tag == "text":
                self.items += read_text(self, element, self.inside(element, around))
            elif element.tag == "image":
                at = self.inside(element, around)
                if at.shown:
                    read_image(self, element, at)
            elif element.tag in SHAPES:
                read_shape(self, element, self.inside(element, around))
            else:
                self._label_element(element, around)

    def _label_element(self, element: DesignElement, around: ElementContext) -> None:
        """Read one of our own elements; required ones must be shown.

        They are not in transformed groups, unless their lengths are those on the label already.
        """
        refused = {
            "use": bool(around.used),
            "transform": around.matrix is not None and not around.used and not element.placed,
            "clip-path": bool(around.clips),
            "display": bool(around.display) and element.tag in (*SLOTS, "ls:mark"),
        }
        for attribute in (name for name, there in refused.items() if there):
            self.fault(element, "design.group", attribute=attribute)
        at = replace(self.inside(element, around), matrix=None)
        if element.tag == "ls:artwork":
            read_pdf_artwork(self, element, at)
        elif element.tag == "ls:official":
            read_official(self, element, at)
            if not element.get("href"):
                self.read(element.children, replace(at, matrix=around.matrix))
        else:
            self.read_label_element(element, at)

    def _count(self, element: DesignElement, around: ElementContext) -> None:
        self._painted += 1
        if self._painted > MOST_ELEMENTS or around.depth > DEEPEST:
            raise DesignRefused(*self.problems, Problem("design.too_many", {"line": element.line}))

    def inside(self, element: DesignElement, around: ElementContext) -> ElementContext:
        """Return what an element's children take, or what it is painted with itself."""
        matrix = around.matrix
        if element.get("transform"):
            own = self.made(element, lambda: transform_matrix(element.get("transform")))
            matrix = own if own is None or matrix is None else own * matrix
            if matrix is not None and not is_finite(matrix):
                self.fault(element, "design.number", attribute="transform", value=element.get("transform"))
                matrix = around.matrix
        at = replace(
            around,
            matrix=matrix,
            inherited=around.inherited | {key: element.get(key) for key in INHERITED if element.get(key)},
            display=around.display + element.get("display"),
            depth=around.depth + 1,
        )
        clip = self._clip(element, at) if element.get("clip-path", "none") != "none" else None
        return at if clip is None else replace(at, clips=(*at.clips, clip))

    def _use(self, element: DesignElement, around: ElementContext) -> None:
        target = self.references.find(element, element.get("href"), "href", PAINTED | {"symbol"})
        place = {key: self.length(element, key, 0.0) for key in ("x", "y")}
        size = self._size(element)
        if target is None:
            return
        if target.get("id") in around.used:
            self.fault(element, "design.reference", attribute="href", value=element.get("href"), nearest="")
            return
        at = self.inside(element, around)
        at = moved(replace(at, used=(*around.used, target.get("id"))), **place)
        if target.tag == "symbol":
            self.read(target.children, self._viewport(target, self.inside(target, at), *size))
        else:
            self.read([target], at)

    def _size(self, use: DesignElement) -> tuple[float, float]:
        """Return the viewport that a ``use`` gives a symbol: by default the whole label."""
        width, height = self.length(use, "width", self.width_mm), self.length(use, "height", self.height_mm)
        for key, value in (("width", width), ("height", height)):
            if value <= 0:
                self.fault(use, "design.number", attribute=key, value=use.get(key))
        return max(width, 1e-3), max(height, 1e-3)

    def _viewport(self, symbol: DesignElement, at: ElementContext, width: float, height: float) -> ElementContext:
        box = numbers_of(symbol.get("viewBox", f"0 0 {width} {height}")) or []
        if len(box) != 4 or min(box[2:]) <= 0:
            self.fault(symbol, "design.number", attribute="viewBox", value=symbol.get("viewBox"))
            return at
        fit, cut = symbol.get("preserveAspectRatio"), symbol.get("overflow", "hidden") not in ("visible", "auto")
        return viewport(at, (box[0], box[1], box[2], box[3]), (width, height), fit, cut=cut)

    def _clip(self, element: DesignElement, at: ElementContext) -> Any:
        said = element.get("clip-path")
        written = _CLIP.fullmatch(said.strip())
        clip = self.references.find(element, f"#{written[2]}" if written else said, "clip-path", {"clipPath"})
        if clip is None:
            return None
        inside = self.inside(replace(clip, attributes=without(clip, "clip-path")), replace(at, inherited={}))
        children = [child for child in clip.children if child.tag in SHAPES or child.tag == "use"]
        found = [cut for child in children if (cut := self._clipping(child, inside)) is not None]
        if not found:
            self.fault(clip, "design.empty_clip")
        for attribute in {"clip-path"} & clip.attributes.keys():
            self.fault(clip, "design.in_clip", attribute=attribute)
        if clip.get("clipPathUnits", "userSpaceOnUse") != "userSpaceOnUse":
            self.fault(clip, "design.in_clip", attribute="clipPathUnits")
        return joined(found) if found else None

    def _clipping(self, element: DesignElement, around: ElementContext) -> tuple[Any, bool] | None:
        """Return the outline of a clip path's child, and whether its inside is by the even-odd rule."""
        for attribute in sorted({"display", "clip-path"} & element.attributes.keys()):
            self.fault(element, "design.in_clip", attribute=attribute)
        at = self.inside(replace(element, attributes=without(element, "display", "clip-path")), around)
        if element.tag == "use":
            target = self.references.find(element, element.get("href"), "href", SHAPES)
            place = {key: self.length(element, key, 0.0) for key in ("x", "y")}
            return None if target is None else self._clipping(target, moved(at, **place))
        path = self.made(element, lambda: shape_path(element))
        if path is None or not at.shown:
            return None
        return placed(path, at.matrix), at.inherited.get("clip-rule") == "evenodd"
