"""Long runs of rectangles filled together, such as a QR's modules: looked up in a table instead of interpreted.

A page of 132 symbols has 25,000 rectangles of 2,000 kinds, written identically in every symbol. Each kind is parsed
once, which makes walking a page ten times faster.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from labelsvc.preflight.content.path_box import Box, BoxArray, Subpath

FEWEST = 4
MARK = "LabelsvcRun"
"""The operator that stands for a run of rectangles, behind its number."""
MOST_KINDS = 100_000
_MARK = MARK.encode()
_RUN = re.compile(rb"(?<![^\s])(?:(?:[-+.0-9]++[ \n\r\t]++){4}+re[ \n\r\t]++){%d,}+(?=f\*?[ \n\r\t])" % FEWEST)
_NEVER_PLAIN = (b"(", b"<", b"%", b"BI")
"""Starts of strings, comments and inline images, where a run could mean something else."""


@dataclass(frozen=True, slots=True, eq=False)
class RectangleRun:
    """Rectangles that one path fills: float64[n, 4] as left, lower, right, upper, in the space of their stream.

    ``box``: the one around them; ``least``: the shortest of their sides.
    """

    rectangles: BoxArray
    box: Box
    least: float

    @property
    def thinnest(self) -> Box:
        """The rectangle whose shorter side is the shortest."""
        sides = self.rectangles[:, 2:] - self.rectangles[:, :2]
        left, low, right, high = self.rectangles[int(sides.min(axis=1).argmin())].tolist()
        return left, low, right, high


def run_of(parts: Sequence[Subpath]) -> RectangleRun | None:
    """Return subpaths as rectangles filled together; None if there are few, or other shapes among them."""
    if len(parts) < FEWEST or not all(len(part.segments) == 1 and part.segments[0][0] == "re" for part in parts):
        return None
    rectangles = np.array([part.box for part in parts])
    left, low = rectangles[:, :2].min(axis=0).tolist()
    right, high = rectangles[:, 2:].max(axis=0).tolist()
    least = float((rectangles[:, 2:] - rectangles[:, :2]).min())
    return RectangleRun(rectangles, (left, low, right, high), least)


class _Kinds(dict[bytes, int]):
    """Numbers of rectangles by how they are written; ``boxes`` holds them in this order."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[Box] = []

    def __missing__(self, written: bytes) -> int:
        if len(self) > 2 * MOST_KINDS:
            raise ValueError(written)
        x, y, wide, high = map(float, written.split())
        self.boxes.append((min(x, x + wide), min(y, y + high), max(x, x + wide), max(y, y + high)))
        self[written] = len(self.boxes) - 1
        return len(self.boxes) - 1


class RunReader:
    """Reads the runs of one file's content streams."""

    def __init__(self) -> None:
        self._kinds = _Kinds()

    def folded(self, content: bytes, first: int = 0) -> tuple[bytes, list[RectangleRun]]:
        """Return a content stream in which runs of filled rectangles are ``n MARK``, and the runs: n from ``first``.

        A stream with strings, inline images or comments, in which such a run could be something else, stays as it is.
        """
        if _MARK in content:
            content = content.replace(_MARK, b"?" * len(_MARK))  # a stream must not contain our marker
        if content.count(b"re") < FEWEST or any(start in content for start in _NEVER_PLAIN):
            return content, []
        spans = [found.span() for found in _RUN.finditer(content)]
        try:
            runs = self._runs([content[start:end] for start, end in spans])
        except ValueError:
            return content, []
        edges = [0, *(edge for span in spans for edge in span), len(content)]
        between = [content[start:end] for start, end in list(pairwise(edges))[::2]]
        marks = [b"%d %s\n" % (first + number, _MARK) for number in range(len(runs))]
        return b"".join(part for pair in zip(between, [*marks, b""], strict=True) for part in pair), runs

    def _runs(self, written: list[bytes]) -> list[RectangleRun]:
        """Return runs by how they are written; ValueError if a number is none."""
        if not written:
            return []
        if len(self._kinds) > MOST_KINDS:
            self._kinds = _Kinds()
        kinds = [run.split(b"re")[:-1] for run in written]
        look_up = self._kinds.__getitem__
        numbers = np.fromiter((number for run in kinds for number in map(look_up, run)), dtype=np.int64)
        all_of_them: BoxArray = np.array(self._kinds.boxes)[numbers]
        ends = np.cumsum([len(run) for run in kinds])
        starts = np.array([0, *ends[:-1]])
        low = np.minimum.reduceat(all_of_them[:, :2], starts).tolist()
        high = np.maximum.reduceat(all_of_them[:, 2:], starts).tolist()
        across, up = (all_of_them[:, 2:] - all_of_them[:, :2]).T
        least = np.minimum.reduceat(np.minimum(across, up), starts).tolist()
        return [
            RectangleRun(all_of_them[start:end], (*lower, *upper), shortest)
            for start, end, lower, upper, shortest in zip(starts, ends, low, high, least, strict=True)
        ]
