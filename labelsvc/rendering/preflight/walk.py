"""A walk through a page's content: every painting with its graphics state, through forms and patterns.

A form that stands many times on a page at the same size and in the same state is walked once. Loops, depth and length
are bounded: what lies beyond is reported under the rule ``bounds``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.rendering.preflight.content import ContentStream, layer_numbers
from labelsvc.rendering.preflight.graphics import Painted, State
from labelsvc.rendering.preflight.page_checks import inherited
from labelsvc.rendering.preflight.rectangle_runs import folded
from labelsvc.rendering.preflight.shown_again import FormRun, ShownAgain
from labelsvc.rendering.preflight.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.rendering.preflight.text_reach import Widths, widths_of
from labelsvc.rendering.preflight.values import (
    IDENTITY,
    dictionary_of,
    items_of,
    matrix_of,
    numbers_of,
    object_number,
    times,
)

MOST_OPERATORS = 1_000_000
DEEPEST_FORM = 28

Report = Callable[[str, Problem, int], None]


class Walk:
    """Walks one page; ``report(rule, problem, object number)`` hears what is wrong with the content itself."""

    def __init__(self, pdf: pikepdf.Pdf, report: Report) -> None:
        self._pdf, self._report = pdf, report
        self._left = MOST_OPERATORS
        self._walked: dict[tuple[object, ...], FormRun] = {}
        self._open: list[int] = []
        self._widths: dict[int, Widths | None] = {}
        self.painted: list[Painted] = []
        self.states: list[Any] = []
        """Every ExtGState dictionary that was set."""
        self.again = ShownAgain()
        self.forms: list[Any] = []
        self.complete = True

    def page(self, page: Any, state: State | None = None) -> list[Painted]:
        """Return everything that a page's content paints; ``state``: the one that it begins with."""
        contents = page.get("/Contents")
        streams = items_of(contents) or [contents]
        parts = [self._bytes(stream) for stream in streams if isinstance(stream, pikepdf.Stream)]
        number = object_number(streams[0]) if streams else 0
        self._stream(b"\n".join(parts), dictionary_of(inherited(page, "/Resources")), state or State(), (), number)
        return self.painted

    def _bytes(self, stream: Any) -> bytes:
        try:
            return folded(decoded(stream))
        except StreamTooLarge:
            self.bound("preflight.stream_too_large", object_number(stream))
        except StreamUnreadable:
            self.complete = False
            self._report("structure", Problem("preflight.stream_unreadable", {}), object_number(stream))
        return b""

    def bound(self, code: str, number: int) -> None:
        """Note that content goes beyond what is looked at."""
        self.complete = False
        self._report("bounds", Problem(code, {}), number)

    def _stream(self, data: bytes, resources: Any, state: State, layers: tuple[int, ...], number: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                steps = pikepdf.parse_content_stream(pikepdf.Stream(self._pdf, data))
            except (pikepdf.PdfError, pikepdf.PdfParsingError):
                self.complete = False
                return self._report("structure", Problem("preflight.stream_unreadable", {}), number)
        self._left -= len(steps)
        if self._left < 0:
            return self.bound("preflight.too_many_operators", number)
        ContentStream(self, resources, state, layers, number).run(steps)
        return None

    def form(self, form: Any, resources: Any, state: State, layers: tuple[int, ...]) -> None:
        """Walk a form XObject or the cell of a pattern; ``resources`` are those of the stream that shows it."""
        number = object_number(form)
        if self._left < 0:
            return None
        if number and number in self._open:
            return self.bound("preflight.loop", number)
        if len(self._open) >= DEEPEST_FORM:
            return self.bound("preflight.too_deep", number)
        inner = state.copy()
        matrix = numbers_of(form.get("/Matrix"), 6)
        inner.ctm = times(matrix_of(matrix) if matrix else IDENTITY, state.ctm)
        own = form.get("/OC")
        within = layers + layer_numbers(own) if own is not None else layers
        key = (number, inner.key, within)
        if number and key in self._walked:
            return self.again.note(self._walked[key], *inner.ctm[4:])
        run = self._walked[key] = FormRun(*inner.ctm[4:], len(self.painted), len(self.again.moved))
        self.forms.append(form)
        self._open.append(number)
        self._stream(self._bytes(form), dictionary_of(form.get("/Resources", resources)), inner, within, number)
        self._open.pop()
        run.end, run.again_end = len(self.painted), len(self.again.moved)
        return None

    def widths(self, font: Any) -> Widths | None:
        """Return a font's widths, looked up once a page."""
        number = object_number(font)
        if not number:
            return widths_of(font)
        if number not in self._widths:
            self._widths[number] = widths_of(font)
        return self._widths[number]

    def report(self, rule: str, problem: Problem, number: int) -> None:
        """Hand a fault of the content on."""
        self._report(rule, problem, number)
