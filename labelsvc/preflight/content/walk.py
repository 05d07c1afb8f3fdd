"""Walks a page's content: every painting with its graphics state, through forms and patterns.

A form repeated on a page at the same size and in the same state is walked once. Loops, depth and length are bounded;
anything beyond is reported under the rule ``bounds``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.clips import NOTHING_KNOWN, rectangle
from labelsvc.preflight.content.graphics_state import GraphicsState, PaintedObject
from labelsvc.preflight.content.known_content import CachedForm, ContentCache, Report
from labelsvc.preflight.content.optional_content import layer_numbers
from labelsvc.preflight.content.page_tree import inherited
from labelsvc.preflight.content.pdf_values import (
    IDENTITY,
    Matrix,
    dictionary_of,
    items_of,
    matrix_of,
    numbers_of,
    object_number,
    times,
)
from labelsvc.preflight.content.rectangle_runs import RectangleRun
from labelsvc.preflight.content.repeated_forms import FormPaintings, RepeatedForms
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.content.text_extent import GlyphWidths
from labelsvc.preflight.content.work import TooMuchWork, WorkBudget

DEEPEST_FORM = 28
DEFAULTS = ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK")

Steps = Any
"""The operators of a content stream with their operands, as pikepdf parses them."""
Interpret = Callable[["ContentWalk", Steps, "StreamScope"], None]


class StreamScope(NamedTuple):
    """What a content stream begins with: resources, state, the layers around it, and the number of its object."""

    resources: Any
    state: GraphicsState
    layers: tuple[int, ...]
    number: int


class ContentWalk:
    """Walks one page; ``report(rule, problem, object number)`` receives faults of the content itself."""

    def __init__(self, pdf: pikepdf.Pdf, report: Report, interpret: Interpret, known: ContentCache) -> None:
        self._pdf, self._hear, self._interpret = pdf, report, interpret
        self.known = known
        self._reports: list[tuple[str, Problem, int]] = []
        self.work = WorkBudget()
        self._walked: dict[tuple[object, ...], list[FormPaintings]] = {}
        self._open: list[int] = []
        self._runs: list[FormPaintings] = []
        self._seen_aside: set[int] = set()
        self.painted: list[PaintedObject] = []
        self.states: list[Any] = []
        """Every ExtGState dictionary that was set."""
        self.beside: list[PaintedObject] = []
        """What is painted into soft masks and marks' appearances, and letters that only clip: no ink of the page."""
        self.texts: dict[int, set[bytes]] = {}
        """Strings that are shown, by the number of their font's object."""
        self.runs: list[RectangleRun] = []
        """Rectangles that were read together, by their numbers in the streams."""
        self.again = RepeatedForms()
        self.forms: list[Any] = []
        self.groups_aside: list[Any] = []
        """Forms within soft masks and appearances; the masks' own groups may be of grey."""
        self.complete = True

    def page(self, page: Any, state: GraphicsState | None = None) -> list[PaintedObject]:
        """Return everything that a page's content paints; ``state``: the one that it begins with."""
        contents = page.get("/Contents")
        streams = items_of(contents) or [contents]
        number = object_number(streams[0]) if streams else 0

        def walk() -> None:
            parts = [self._bytes(stream) for stream in streams if isinstance(stream, pikepdf.Stream)]
            resources = dictionary_of(inherited(page, "/Resources"))
            self._stream(b"\n".join(parts), resources, state or GraphicsState(), (), number)

        self._bounded(walk, number)
        return self.painted

    def _bounded(self, walk: Callable[[], object], number: int) -> None:
        """Do something that may cost too much; report it then."""
        try:
            walk()
        except TooMuchWork as error:
            self.bound(error.code, self._open[-1] if self._open else number)

    def _bytes(self, stream: Any) -> bytes:
        try:
            content, runs = self.known.reader.folded(decoded(stream, self.work.bytes_left), len(self.runs))
            self.runs += runs
            self.work.take(5 * sum(len(run.rectangles) for run in runs))
            return content
        except StreamTooLarge:
            self.bound("preflight.stream_too_large", object_number(stream))
        except StreamUnreadable:
            self.complete = False
            self.report("structure", Problem("preflight.stream_unreadable", {}), object_number(stream))
        return b""

    def bound(self, code: str, number: int) -> None:
        """Record that content exceeds the bounds."""
        self.complete = False
        self.report("bounds", Problem(code, {}), number)

    def mask(self, group: Any, resources: Any, base: Matrix) -> None:
        """Walk the group of a soft mask."""
        self._aside(group, resources, GraphicsState(ctm=base))

    def appearance(self, annotation: Any) -> None:
        """Walk the appearance of a printer's mark annotation (ISO 32000-1, 12.5.5)."""
        shown = dictionary_of(annotation.get("/AP")).get("/N")
        states = [shown] if isinstance(shown, pikepdf.Stream) else [item for _, item in dictionary_of(shown).items()]
        for state in states:
            self._bounded(partial(self._aside, state, pikepdf.Dictionary(), GraphicsState()), object_number(state))

    def _aside(self, form: Any, resources: Any, state: GraphicsState) -> None:
        """Walk a form whose paintings stand beside those of the page, once."""
        number = object_number(form)
        if not isinstance(form, pikepdf.Stream) or (number and number in self._seen_aside):
            return
        self._seen_aside.add(number)
        other = ContentWalk(self._pdf, self.report, self._interpret, self.known)
        other.work, other._open, other._seen_aside = self.work, self._open, self._seen_aside
        other.texts = self.texts
        other.form(form, resources, state, ())
        self.complete = self.complete and other.complete
        self.beside += other.painted + other.beside
        self.states += other.states
        self.groups_aside += [known for known in other.forms if known is not form] + other.groups_aside

    def note_text(self, font: Any, shown: Any) -> None:
        """Note what is shown in a font."""
        number = object_number(font)
        if number and isinstance(shown, pikepdf.String):
            self.texts.setdefault(number, set()).add(bytes(shown))
        elif number:
            parts = shown if isinstance(shown, pikepdf.Array) else [shown]
            self.texts.setdefault(number, set()).update(
                bytes(part) for part in parts if isinstance(part, pikepdf.String)
            )

    def inherits_font(self) -> None:
        """Note that what is being walked writes with a font from outside."""
        for run in self._runs:
            run.inherits_font = True

    def _check_defaults(self, resources: Any, number: int) -> None:
        """Default colour spaces replace device colours (ISO 32000-1, 8.6.5.6)."""
        spaces = dictionary_of(resources.get("/ColorSpace"))
        for name in DEFAULTS:
            if name in spaces and not isinstance(spaces.get(name), pikepdf.Name):
                self.report("colour_spaces", Problem("preflight.colour_spaces", {"space": name[1:]}), number)

    def _stream(self, data: bytes, resources: Any, state: GraphicsState, layers: tuple[int, ...], number: int) -> None:
        self._check_defaults(resources, number)
        self.work.take_stream(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                steps = pikepdf.parse_content_stream(pikepdf.Stream(self._pdf, data))
            except (pikepdf.PdfError, pikepdf.PdfParsingError):
                self.complete = False
                return self.report("structure", Problem("preflight.stream_unreadable", {}), number)
        self._interpret(self, steps, StreamScope(resources, state, layers, number))
        return None

    def form(self, form: Any, resources: Any, state: GraphicsState, layers: tuple[int, ...]) -> FormPaintings | None:
        """Walk a form XObject or the cell of a pattern; ``resources`` are those of the stream that shows it.

        Returns where its paintings are; None if it is not walked.
        """
        number = object_number(form)
        if (number and number in self._open) or len(self._open) >= DEEPEST_FORM:
            self.bound("preflight.loop" if number in self._open else "preflight.too_deep", number)
            return None
        inner = state.copy()
        matrix = numbers_of(form.get("/Matrix"), 6)
        inner.ctm = times(matrix_of(matrix) if matrix else IDENTITY, state.ctm)
        box = numbers_of(form.get("/BBox"), 4)
        inner.clips += (rectangle((box[0], box[1], box[2], box[3]), inner.ctm) if box else NOTHING_KNOWN,)
        own = form.get("/OC")
        within = layers + layer_numbers(own) if own is not None else layers
        key, font = (number, inner.key, within), (object_number(state.font), state.font_size)
        for run in self._walked.get(key, ()) if number else ():
            if not run.inherits_font or run.font == font:
                self.work.take(run.drawn)
                self.again.note(run, *inner.ctm[4:], len(self.painted), bool(state.clips))
                return run
        run = FormPaintings(*inner.ctm[4:], len(self.painted), len(self.again.moved), font=font, clips=len(state.clips))
        self._walked.setdefault(key, []).append(run)
        self.forms.append(form)
        whole = (*key, inner.ctm, inner.clips)
        known = self.known.form(whole) if number else None
        if known:
            self._take(known)
        else:
            self._open.append(number)
            self._runs.append(run)
            self._walk_form(form, resources, inner, within, whole)
            self._open.pop()
            self._runs.pop()
        run.end, run.again_end = len(self.painted), len(self.again.moved)
        run.drawn = run.end - run.start + sum(repeated.run.drawn for repeated in self.again.moved[run.again_start :])
        return run

    def _walk_form(
        self, form: Any, resources: Any, state: GraphicsState, layers: tuple[int, ...], key: tuple[object, ...]
    ) -> None:
        """Walk a form, and cache its result for later pages if it is the same there."""
        number, outer = object_number(form), self.texts
        counts, left = self._counts(), self.work.left
        painted, states, beside, reports = map(len, (self.painted, self.states, self.beside, self._reports))
        self.texts = {}
        try:
            self._stream(self._bytes(form), dictionary_of(form.get("/Resources", resources)), state, layers, number)
        finally:
            texts, self.texts = self.texts, outer
            self._note_texts(texts)
        if number and "/Resources" in form and self.complete and self._counts() == counts:
            parts = self.painted[painted:], self.states[states:], self.beside[beside:], texts, self._reports[reports:]
            self.known.keep(key, CachedForm(*parts, left - self.work.left))

    def _counts(self) -> tuple[int, ...]:
        """Return numbers that stay where a form shows no others, has no masks, and writes with fonts of its own."""
        inherits = sum(run.inherits_font for run in self._runs)
        return len(self.again.moved), len(self.forms), len(self._seen_aside), inherits

    def _take(self, known: CachedForm) -> None:
        """Replay the cached result of a form from an earlier page."""
        self.work.take(1 + known.work // 8)
        self.painted += known.painted
        self.states += known.states
        self.beside += known.beside
        self._note_texts(known.texts)
        for report in known.reports:
            self.report(*report)

    def _note_texts(self, texts: dict[int, set[bytes]]) -> None:
        for number, shown in texts.items():
            self.texts.setdefault(number, set()).update(shown)

    def widths(self, font: Any) -> GlyphWidths | None:
        """Return a font's widths, looked up once a file."""
        return self.known.widths(font)

    def report(self, rule: str, problem: Problem, number: int) -> None:
        """Report a fault of the content."""
        self._reports.append((rule, problem, number))
        self._hear(rule, problem, number)
