"""The texts of a file's symbols, so that no code is on two labels (PRODUCT §3: one stamp, one code)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from labelsvc.domain.errors import Problem
from labelsvc.domain.label_code import LENGTH, parse_code
from labelsvc.preflight.checks.pages import PageBoxes
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.findings import Findings, ReadSymbol

_SERIAL = "/21/"
"""What precedes a serial in a GS1 Digital Link (AI 21)."""


def counted_code(text: str) -> str | None:
    """Return the part of a symbol's text that identifies a single label; None if labels may share it.

    That is the last part of an address of ours (20 characters), or a GS1 Digital Link with a serial.
    """
    path = text.partition("#")[0].partition("?")[0].rstrip("/").upper()
    last = path.rpartition("/")[2]
    if "/" in path and len(last) == LENGTH and parse_code(last) == last:
        return last
    return path if _SERIAL in path and last else None


def once_a_label(symbols: Sequence[ReadSymbol], labels: Sequence[Box], sheet: PageBoxes) -> list[ReadSymbol]:
    """Return a page's symbols without those that one label (box of its die line in points) shows again."""
    kept: dict[tuple[str, object], ReadSymbol] = {}
    for at, symbol in enumerate(symbols):
        x, y = sheet.point(*symbol.place)
        label = next((i for i, box in enumerate(labels) if box[0] < x < box[2] and box[1] < y < box[3]), None)
        kept.setdefault((symbol.text, ("none", at) if label is None else label), symbol)
    return list(kept.values())


def check_codes(findings: Findings, may_repeat: Callable[[str], bool]) -> None:
    """Check that no code is on two labels; ``may_repeat``: labels share a code on purpose."""
    first: dict[str, ReadSymbol] = {}
    for symbol in sorted(findings.symbols, key=lambda symbol: (symbol.page, symbol.place[1], symbol.place[0])):
        code = counted_code(symbol.text)
        if code is None:
            continue
        findings.mark_checked("qr_unique")
        known = first.setdefault(code, symbol)
        if known is not symbol and not may_repeat(code):
            findings.fault("qr_unique", Problem("preflight.qr_twice", _facts(code, known)), symbol.page, symbol.place)


def _facts(code: str, first: ReadSymbol) -> Mapping[str, object]:
    x_mm, y_mm = first.place
    return {"code": code.rpartition("/")[2], "page": first.page, "x_mm": x_mm, "y_mm": y_mm}
