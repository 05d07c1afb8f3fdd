"""Long runs of rectangles that are filled together, such as a QR's modules: one rectangle around them says as much.

The rules ask for the box of what is filled and for the thinnest of it; so a page of symbols is walked in a tenth of the
time.
"""

from __future__ import annotations

import re

_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
_RUN = re.compile(rb"(?<![^\s])((?:" + (_NUMBER + rb"[ \n\r\t]+") * 4 + rb"re[ \n\r\t]+){4,})(?=f\*?[ \n\r\t])")
FEWEST = 4
_NOT_PLAIN = re.compile(rb"[(<%]|(?<![^\s])BI(?![^\s])")


def folded(content: bytes) -> bytes:
    """Return a content stream in which four and more filled rectangles are one around them and the thinnest.

    A stream with strings, inline images or comments, in which such a run could be something else, stays as it is.
    """
    plain = content.count(b"re") >= FEWEST and not _NOT_PLAIN.search(content)
    return _RUN.sub(_around, content) if plain else content


def _around(run: re.Match[bytes]) -> bytes:
    values = list(map(float, run[1].replace(b"re", b"").split()))
    lefts, lows, widths, heights = (values[side::4] for side in range(4))
    rights = [x + wide for x, wide in zip(lefts, widths, strict=True)]
    tops = [y + high for y, high in zip(lows, heights, strict=True)]
    left, right = min(min(lefts), min(rights)), max(max(lefts), max(rights))
    low, top = min(min(lows), min(tops)), max(max(lows), max(tops))
    thin = min(range(len(lefts)), key=lambda at: min(abs(widths[at]), abs(heights[at])))
    thinnest = b"%.5f %.5f %.5f %.5f re\n" % (lefts[thin], lows[thin], widths[thin], heights[thin])
    return b"%.5f %.5f %.5f %.5f re\n" % (left, low, right - left, top - low) + thinnest
