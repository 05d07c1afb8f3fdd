"""References in a design: ids, and the placement of a ``use``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from labelsvc.domain.errors import Problem
from labelsvc.rendering.design.element_context import ElementContext
from labelsvc.rendering.design.source import DesignElement, nearest
from labelsvc.rendering.svg.canvas import fitted


class References:
    """All elements of a design with an id; duplicate ids are problems."""

    def __init__(self, root: DesignElement, problems: list[Problem]) -> None:
        self._problems = problems
        self._named: dict[str, DesignElement] = {}
        for element in _all(root):
            name = element.get("id")
            if name in self._named:
                facts = {"line": element.line, "value": name, "first": self._named[name].line}
                problems.append(Problem("design.id_twice", facts))
            elif name:
                self._named[name] = element

    def has(self, name: str) -> bool:
        """Return whether an element has this id."""
        return name in self._named

    def find(self, by: DesignElement, said: str, attribute: str, kinds: Collection[str]) -> DesignElement | None:
        """Return the element that ``#id`` names, if it is of these kinds; None, with a problem, for anything else."""
        found = self._named.get(said.removeprefix("#")) if said.startswith("#") else None
        if found is not None and found.tag in kinds:
            return found
        possible = [name for name, element in self._named.items() if element.tag in kinds]
        facts = {"attribute": attribute, "value": said, "nearest": nearest(said.removeprefix("#"), possible)}
        self._problems.append(Problem("design.reference", {"line": by.line, "element": by.tag, **facts}))
        return None


def _all(element: DesignElement) -> Iterator[DesignElement]:
    yield element
    for child in element.children:
        yield from _all(child)


def moved(at: ElementContext, x: float, y: float) -> ElementContext:
    """Return a context whose origin is at (x, y)."""
    from svgelements import Matrix

    own = Matrix.translate(x, y)
    return replace(at, matrix=own if at.matrix is None else own * at.matrix)


def viewport(
    at: ElementContext,
    box: tuple[float, float, float, float],
    size: tuple[float, float],
    fit: str = "",
    *,
    cut: bool = True,
) -> ElementContext:
    """Return what a symbol takes: its view box fills the viewport of a size, as ``fit`` says, and is cut to it.

    SVG 2, 8.2 and 8.6: preserveAspectRatio is xMidYMid meet by default, overflow is hidden.
    """
    from svgelements import Matrix, Path, Rect

    from labelsvc.rendering.design.shapes import placed

    left, top, wide, high = box
    width, height = size
    if fit:
        scales, shift = fitted(box, size, fit)
        own = Matrix.scale(*scales) * Matrix.translate(*shift)
    else:
        own = Matrix.translate(-left - wide / 2, -top - high / 2) * Matrix.scale(min(width / wide, height / high))
        own = own * Matrix.translate(width / 2, height / 2)
    clips = (*at.clips, placed(Path(Rect(0, 0, width, height)), at.matrix)) if cut else at.clips
    return replace(at, matrix=own * at.matrix if at.matrix is not None else own, clips=clips)
