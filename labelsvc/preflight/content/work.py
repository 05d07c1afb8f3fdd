"""The work budget of a page's content, so that a file of three kilobytes cannot keep a machine busy.

A unit is about a microsecond. A sheet of 132 stamps takes 60,000, a map of 100,000 paths half a million.
"""

from __future__ import annotations

MOST_WORK = 4_000_000
MOST_BYTES = 32 << 20
"""The most bytes of content of a page, all streams decoded."""
_DELIMITERS = b" \t\r\n\f\0[]()<>{}/%"
_PATH, _ANY = 2, 4
_COSTS = {
    **dict.fromkeys(("m", "l", "c", "v", "y", "re", "h"), _PATH),
    **dict.fromkeys(("f", "F", "f*", "S", "s", "B", "B*", "b", "b*"), 16),
    **dict.fromkeys(("Tj", "TJ", "'", '"'), 40),
    **dict.fromkeys(("Do", "gs", "scn", "SCN", "sc", "SC", "cs", "CS", "Tf"), 16),
    **dict.fromkeys(("sh", "INLINE IMAGE"), 1000),
}


class TooMuchWork(Exception):
    """A page's content exceeds its work budget; ``code`` names what there is too much of."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WorkBudget:
    """The work that is left for one page."""

    def __init__(self) -> None:
        self.left, self.bytes_left = MOST_WORK, MOST_BYTES

    def take(self, units: int) -> None:
        """Take some units; TooMuchWork preflight.too_many_operators where they are not left."""
        self.left -= units
        if self.left < 0:
            raise TooMuchWork("preflight.too_many_operators")

    def take_stream(self, content: bytes) -> None:
        """Charge the cost of parsing a decoded content stream, beforehand."""
        self.bytes_left -= len(content)
        if self.bytes_left < 0:
            raise TooMuchWork("preflight.stream_too_large")
        self.take(3 * (len(content) - len(content.translate(None, _DELIMITERS))) + len(content) // 64)

    def take_operator(self, operator: str) -> None:
        """Charge the cost of an operator."""
        self.take(_COSTS.get(operator, _ANY))
