"""Ingredients that a product is named after, and whether their amount is said (decree 37/2026, art. 43)."""

from __future__ import annotations

import re

from labelsvc.domain.product import name_key

_BETWEEN = re.compile(r"\s*[;,](?!\d)\s*|\s+và\s+")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|‰|mg|kg|g|ml|l)(?!\w)", re.IGNORECASE)
_NUMBERS = re.compile(r"[\(\[]?\s*(?:[<>≥≤]\s*)?\d+(?:[.,]\d+)?\s*(?:%|‰|mg|kg|g|ml|l)?(?!\w)\s*[\)\]]?", re.IGNORECASE)
_BEFORE = frozenset(
    ("bột", "tinh", "chất", "lá", "hoa", "củ", "quả", "hạt", "trái", "thịt", "nước", "dịch", "rễ", "búp", "nụ", "cao")
)
_AFTER = frozenset(("tươi", "khô", "sấy", "nguyên", "chất", "xay", "rang", "tự", "nhiên", "sạch", "hữu", "cơ"))
"""Words before and behind an ingredient that a name leaves out: "hoa sen khô" is the sen of "Trà sen"."""


_KINDS = frozenset(("nước", "bột", "thịt"))
"""Words that only say what kind of thing a product is: "Nước mơ" is not named after its water."""


def unquantified(name: str, ingredients: str) -> list[str]:
    """Return the ingredients in a product's name whose amount is not said; a single ingredient needs none."""
    parts = [part for part in _BETWEEN.split(_without_notes(ingredients).strip(" .;,")) if part]
    if len(parts) < 2:
        return []
    padded = f" {_letters(name)} "
    return [part for part in parts if not _AMOUNT.search(part) and _is_named(_letters(_NUMBERS.sub("", part)), padded)]


def _without_notes(text: str) -> str:
    """Return a text without what stands in brackets, unless that is an amount."""
    return re.sub(r"\([^()]*\)", lambda found: found[0] if _AMOUNT.search(found[0]) else "", text)


def _is_named(ingredient: str, padded_name: str) -> bool:
    words = ingredient.split()
    while len(words) > 1 and words[-1] in _AFTER:
        words.pop()
    cores = [" ".join(words)] if words else []
    while len(words) > 1 and words[0] in _BEFORE:
        words = words[1:]
        cores.append(" ".join(words))
    return any(f" {core} " in padded_name for core in cores if core not in _KINDS)


def _letters(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", name_key(text)).split())
