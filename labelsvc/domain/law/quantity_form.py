"""How a net quantity is written on a label (circular 21/2014/TT-BKHCN)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_UNIT = r"(?:mg|kg|gr|gam|gram|g|ml|cl|dl|lít|l|cc)"
_NO_SPACE = re.compile(rf"(\d)({_UNIT})(?![^\W\d_])", re.IGNORECASE)
_SPACES = re.compile(rf"(\d)\s+({_UNIT})(?![^\W\d_])", re.IGNORECASE)
_UNDER_A_KILOGRAM = re.compile(r"(?<![\d.,])0[.,](\d{1,4}) (?:kg)(?![^\W\d_])", re.IGNORECASE)
_PACKS_FIRST = re.compile(
    rf"(?P<count>\d{{1,4}}) ?(?P<pack>[^\W\d_]+)? ?[x×*] ?(?P<each>\d+(?:[.,]\d+)?) (?P<unit>{_UNIT})", re.IGNORECASE
)
_PACKS_LAST = re.compile(
    rf"(?P<each>\d+(?:[.,]\d+)?) (?P<unit>{_UNIT}) ?[x×*] ?(?P<count>\d{{1,4}}) ?(?P<pack>[^\W\d_]+)?", re.IGNORECASE
)
_TOLERANCE = re.compile(r"\s*(?:±|\+/-)\s*\d+(?:[.,]\d+)?\s*(?:[^\W\d_]+|%)?|[~≈]\s*")


@lru_cache(4_096)
def right_quantity(text: str, vague: Sequence[str]) -> str:
    """Return a quantity in its right form; the same text if it has it. ``vague`` are words like "khoảng".

    "0,5kg" gives "500 g", "10 gói x 20g" gives "200 g (10 gói x 20 g)".
    """
    right = text
    for word in vague:
        right = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)\.?\s*", "", right, flags=re.IGNORECASE)
    right = _TOLERANCE.sub("", right)
    right = _NO_SPACE.sub(r"\1 \2", _SPACES.sub(r"\1 \2", right))
    right = _UNDER_A_KILOGRAM.sub(lambda found: _grams(found[1]), right)
    packs = _PACKS_FIRST.fullmatch(right) or _PACKS_LAST.fullmatch(right)
    return (_with_total(packs) if packs else right).strip(" :")


def _grams(decimals: str) -> str:
    grams = float(f"0.{decimals}") * 1_000
    return f"{grams:g} g".replace(".", ",")


def _with_total(packs: re.Match[str]) -> str:
    count, pack, each, unit = int(packs["count"]), packs["pack"], packs["each"], packs["unit"]
    held = f"{count} {pack}" if pack else count
    total = count * float(each.replace(",", "."))
    if unit.casefold() in ("g", "ml") and total >= 1_000:
        whole, larger = total / 1_000, "kg" if unit.casefold() == "g" else "l"
    else:
        whole, larger = total, unit
    return f"{whole:g} {larger}".replace(".", ",") + f" ({held} x {each} {unit})"
