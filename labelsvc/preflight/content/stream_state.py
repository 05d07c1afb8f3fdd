"""The state of a content stream: resources, graphics state, layers; and how paintings are recorded."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.colours import InkColour
from labelsvc.preflight.content.graphics_state import GraphicsState, PaintedObject
from labelsvc.preflight.content.path_box import PathBox
from labelsvc.preflight.content.pdf_values import IDENTITY, dictionary_of
from labelsvc.preflight.content.rectangle_runs import RectangleRun
from labelsvc.preflight.content.walk import ContentWalk, StreamScope


class StreamState:
    """A content stream being interpreted."""

    def __init__(self, walk: ContentWalk, scope: StreamScope) -> None:
        self.walk, self.resources, self.state, self.number = walk, scope.resources, scope.state, scope.number
        self.base, self.inherited_font = scope.state.ctm, scope.state.font
        self.in_text = False
        self.lenient = 0
        self.layers: list[tuple[int, ...]] = [scope.layers]
        self.saved: list[GraphicsState] = []
        self.path = PathBox()
        self.only_run: RectangleRun | None = None
        self.clipping = False
        self.text_matrix = self.line_matrix = IDENTITY

    def named(self, kind: str, name: Any) -> Any:
        """Return a named resource; a missing one is a fault."""
        found = dictionary_of(self.resources.get(kind)).get(str(name))
        if found is None:
            facts = {"kind": kind[1:], "name": str(name)[1:]}
            self.walk.report("resources", Problem("preflight.resource", facts), self.number)
        return found

    def add(self, kind: str, box: Any, colour: InkColour, overprints: bool, **more: Any) -> None:
        """Record a painting in the current state; ``more``: fields of :class:`PaintedObject`."""
        state = self.state
        mode, within = state.overprint_mode, self.layers[-1]
        painting = PaintedObject(
            kind,
            box,
            colour,
            overprints,
            mode,
            within,
            self.number,
            state.transparent,
            matrix=more.pop("matrix", state.ctm),
            cell=state.cell,
            clips=state.clips,
            dashed=state.dashed,
            **more,
        )
        self.walk.painted.append(painting)
