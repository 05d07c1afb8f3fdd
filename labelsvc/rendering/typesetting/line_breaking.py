"""Where a Vietnamese text may be broken into lines, and which breaks read best.

Vietnamese is written in syllables with spaces between; a line is broken there and never inside a syllable. A number
stays with its unit ("100 g", "5–10 °C"), a dash never begins a line, and a long token may also be broken after a
hyphen, dash, slash or comma that does not stand between two digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from labelsvc.rendering.typesetting.fonts import FontFace

_NUMBER = re.compile(r"\W*\d+(?:[.,:/–−×x-]\d+)*")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DASHES = _set("- – — − ÷ ~ × x ± · | / + & =")
_UNITS = _set(
    "g kg mg µg mcg tấn tạ lạng ml mL l L lít cl dl cc m cm mm km m² m³ ha kcal cal kJ J kW W V đ ₫ VNĐ đồng độ vol "
    "h giờ phút giây ngày tuần tháng năm sao gói túi hộp chai lọ hũ viên quả trái con cái chiếc miếng bánh bộ đôi tem"
)
_TAKES_NUMBER = _set(
    "số thôn xóm khu tổ đội cụm quận phường lô ngõ ngách hẻm tầng km ql đt tl lớp loại khoảng dưới trên từ đến"
)
_TAKES_NAME = _set("tp. tx. tt. q. p. h. x. ông bà")
_LEANS_FORWARD = _set(
    "và của với cho từ hoặc tại ở do là bằng trong theo để không xã phường huyện quận tỉnh thôn làng thị thành"
)
_BREAK_AFTER = "-–—/,;"
_IS_NUMBER, _IS_UNIT, _IS_DASH, _TAKES_A_NUMBER, _TAKES_A_NAME = 1, 2, 4, 8, 16


@dataclass(frozen=True, slots=True)
class UnbreakablePieces:
    """The unbreakable pieces of a text, as parallel lists; widths in 1/1000 em with tracking after every letter."""

    texts: Sequence[str]
    spaced: Sequence[bool]  # whether a space stands before the piece (it vanishes at a line's start)
    widths: Sequence[float]
    gaps: Sequence[float]  # width between the piece before and this one on the same line
    lefts: Sequence[float]  # ink left of the piece's start
    rights: Sequence[float]  # ink right of its end
    tops: Sequence[float]
    bottoms: Sequence[float]

    def line(self, start: int, end: int) -> str:
        """Return the text of the pieces [start, end) on one line."""
        parts = [self.texts[start]]
        for i in range(start + 1, end):
            parts.append(" " + self.texts[i] if self.spaced[i] else self.texts[i])
        return "".join(parts)


@lru_cache(maxsize=20_000)
def _kind(word: str) -> int:
    lower = word.casefold()
    bare = word.rstrip(",.;:)")
    return (
        _IS_NUMBER * bool(_NUMBER.fullmatch(word))
        | _IS_UNIT * (bare in _UNITS or word[0] in "°%‰")
        | _IS_DASH * (word in _DASHES)
        | _TAKES_A_NUMBER * (lower in _TAKES_NUMBER)
        | _TAKES_A_NAME * (lower in _TAKES_NAME)
    )


def _belong_together(before: int, after: int) -> bool:
    """Say whether two neighbouring words, by their kinds, stay on one line."""
    if after & _IS_DASH or before & _TAKES_A_NAME:
        return True
    if after & _IS_NUMBER:
        return bool(before & (_IS_DASH | _TAKES_A_NUMBER))
    return bool(before & _IS_NUMBER and after & _IS_UNIT)


@lru_cache(maxsize=20_000)
def _inner_parts(token: str) -> tuple[str, ...]:
    """Split a token after each hyphen, dash, slash or comma at which it may be broken."""
    breaks = [0]
    for i in range(2, len(token)):
        if token[i - 1] in _BREAK_AFTER and token[i].isalnum() and not (token[i - 2].isdigit() and token[i].isdigit()):
            breaks.append(i)
    return tuple(token[a:b] for a, b in zip(breaks, [*breaks[1:], len(token)], strict=True))


def keep_together(words: Sequence[str]) -> list[str]:
    """Join the words that stay on one line into tokens."""
    tokens = [words[0]]
    before = _kind(words[0])
    for word in words[1:]:
        kind = _kind(word)
        if (kind or before) and _belong_together(before, kind):
            tokens[-1] += " " + word
        else:
            tokens.append(word)
        before = kind
    return tokens


def make_pieces(face: FontFace, tokens: Sequence[str], tracking: float, split_over: float) -> UnbreakablePieces:
    """Measure tokens, and split those that are wider than ``split_over`` (1/1000 em) where they may be broken.

    Raises ``PrintRefused`` text.letter_missing for a letter that the face lacks.
    """
    space = face.letter(" ").advance + tracking
    texts: list[str] = []
    spaced: list[bool] = []
    gaps: list[float] = []
    measures = []
    for token in tokens:
        measure = face.word(token)
        if measure.advance + tracking * measure.letters <= split_over or len(parts := _inner_parts(token)) == 1:
            texts.append(token)
            spaced.append(True)
            gaps.append(space)
            measures.append(measure)
            continue
        texts.extend(parts)
        spaced.extend([True] + [False] * (len(parts) - 1))
        gaps.extend([space, *(face.kern(a[-1], b[0]) for a, b in pairwise(parts))])
        measures.extend(map(face.word, parts))
    return UnbreakablePieces(
        texts,
        spaced,
        [m.advance + tracking * m.letters for m in measures],
        gaps,
        [m.left_overhang for m in measures],
        [m.right_overhang for m in measures],
        [m.y_max for m in measures],
        [m.y_min for m in measures],
    )


def break_greedily(pieces: UnbreakablePieces, limit: float, most: int) -> list[int] | None:
    """Return the first piece of every line, each line as full as it can be; None if ``most`` lines do not do.

    ``limit`` is a line's width in 1/1000 em, with one tracking added since the last letter's does not count.
    """
    widths, gaps, lefts, rights = pieces.widths, pieces.gaps, pieces.lefts, pieces.rights
    starts = [0]
    used = lefts[0] + widths[0]
    if used + rights[0] > limit:
        return None
    for i in range(1, len(widths)):
        used += gaps[i] + widths[i]
        if used + rights[i] > limit:
            used = lefts[i] + widths[i]
            if len(starts) == most or used + rights[i] > limit:
                return None
            starts.append(i)
    return starts


def break_well(pieces: UnbreakablePieces, limit: float, latest: list[int], balanced: bool) -> list[int]:
    """Return better breaks with as many lines as the greedy ``latest``: even widths, no lonely last syllable.

    Balanced lines are of similar width (names); otherwise lines are full and the last may be short (paragraphs).
    Exact: among all breaks into this many lines, the cheapest by :func:`_make_cost`.
    """
    count, total = len(latest), len(pieces.widths)
    ends = [0.0, *accumulate(width + gap for width, gap in zip(pieces.widths, pieces.gaps, strict=True))]
    cost = _make_cost(pieces, limit, ends, total, balanced)
    earliest = _earliest_starts(pieces, limit, ends, count)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for line in range(1, count):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start in range(max(earliest[line], line), latest[line] + 1):
            options = ((known + cost(before, start), way) for before, (known, way) in best.items() if before < start)
            known, way = min(options, default=(float("inf"), ()))
            if known < float("inf"):
                reached[start] = (known, (*way, start))
        best = reached
    return list(min((known + cost(before, total), way) for before, (known, way) in best.items())[1])


def _earliest_starts(pieces: UnbreakablePieces, limit: float, ends: list[float], count: int) -> list[int]:
    """Return how early each line may start so that the lines after it still hold the rest."""
    starts = [0] * count
    end = len(pieces.widths)
    for line in range(count - 1, 0, -1):
        start = end - 1
        while start > 1 and _width(pieces, ends, start - 1, end) <= limit:
            start -= 1
        starts[line] = end = start
    return starts


def _width(pieces: UnbreakablePieces, ends: list[float], start: int, end: int) -> float:
    return pieces.lefts[start] + ends[end] - ends[start] - pieces.gaps[start] + pieces.rights[end - 1]


def _make_cost(
    pieces: UnbreakablePieces, limit: float, ends: list[float], total: int, balanced: bool
) -> Callable[[int, int], float]:
    """Return the cost of a line [start, end): its blank, squared, plus what is amiss with the break at its end."""

    def cost(start: int, end: int) -> float:
        blank = 1 - _width(pieces, ends, start, end) / limit
        if blank < -1e-9:
            return float("inf")
        if end == total:
            lonely = 1.5 if end - start == 1 and " " not in pieces.texts[start] else 0.0
            return lonely + (blank * blank if balanced else 0.0)
        return blank * blank + _break_cost(pieces.texts[end - 1], pieces.texts[end])

    return cost


@lru_cache(maxsize=50_000)
def _break_cost(before: str, after: str) -> float:
    """Return how bad it is to break here: inside a proper name, or after a word that leans on the next."""
    if before[-1] in ",.;:–—)":
        return -0.02
    if before.casefold() in _LEANS_FORWARD:
        return 0.08
    return 0.08 if before[0].isupper() and after[0].isupper() else 0.0
