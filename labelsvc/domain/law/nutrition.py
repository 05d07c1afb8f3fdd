"""The nutrition of a product, from one text that people write into a cell or a field.

"Trong 100 g: năng lượng 350 kcal; chất đạm 7 g; carbohydrat 80 g; chất béo 1 g; natri 5 mg". The basis is 100 g where
the text names none; "Khẩu phần 30 g:" and "per serving 30 g:" are taken too. Nutrients stand in any order, with
semicolons (or commas and a space) between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import without_diacritics


@dataclass(frozen=True, slots=True)
class Nutrient:
    """An amount of one nutrient: ``name`` is a key of NUTRIENTS, ``amount`` as it is printed: "7,5"."""

    name: str
    amount: str
    unit: str

    @property
    def label(self) -> str:
        """The nutrient as a Vietnamese table calls it."""
        return NUTRIENTS[self.name].label


@dataclass(frozen=True, slots=True)
class NutritionTable:
    """Nutrients in the order of circular 29/2023; ``quantity`` ("100 g") is what holds them, a serving or not."""

    quantity: str
    serving: bool
    nutrients: tuple[Nutrient, ...]

    @property
    def names(self) -> frozenset[str]:
        """The nutrients that the table has."""
        return frozenset(each.name for each in self.nutrients)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A nutrient's unit, its Vietnamese label, and the spellings that people use, without diacritics."""

    unit: str
    label: str
    spellings: tuple[str, ...]


NUTRIENTS: Mapping[str, _Kind] = {
    "energy": _Kind("kcal", "Năng lượng", ("nang luong", "gia tri nang luong", "energy", "calories", "calo")),
    "protein": _Kind("g", "Chất đạm", ("chat dam", "dam", "protein", "proteins")),
    "carbohydrate": _Kind(
        "g",
        "Carbohydrat",
        ("carbohydrat", "carbohydrate", "carbohydrates", "cacbohydrat", "tinh bot", "bot duong", "chat bot duong"),
    ),
    "sugars": _Kind(
        "g", "Đường tổng số", ("duong tong so", "tong so duong", "duong", "total sugars", "sugars", "sugar")
    ),
    "fat": _Kind("g", "Chất béo", ("chat beo", "beo", "lipid", "chat beo tong so", "total fat", "fat")),
    "saturated_fat": _Kind(
        "g", "Chất béo bão hòa", ("chat beo bao hoa", "beo bao hoa", "saturated fat", "saturates", "saturated fats")
    ),
    "fibre": _Kind("g", "Chất xơ", ("chat xo", "xo", "dietary fibre", "dietary fiber", "fibre", "fiber")),
    "sodium": _Kind("mg", "Natri", ("natri", "na", "sodium")),
}
"""In the order of a table."""

_NAMES = {spelling: name for name, kind in NUTRIENTS.items() for spelling in kind.spellings}
_BASIS = re.compile(
    r"(?:(?:gia tri|thanh phan) dinh duong )?(?:\(?)(?:trong|tren|moi|per|in|tinh tren)? ?"
    r"(?P<serving>(?:mot |1 )?(?:khau phan(?: an)?|serving)(?: of)?)? ?"
    r"\(?(?P<amount>\d{1,4}(?:[.,]\d)?) ?(?P<unit>g|ml)\)?"
)
_ITEM = re.compile(r"(?P<name>[^\d:<~]+?)\s*:?\s*(?P<amount>(?:< ?)?\d{1,5}(?:[.,]\d{1,3})?)\s*(?P<unit>[^\W\d]+)?")
_BETWEEN = re.compile(r"\s*;\s*|,\s+|\s+\|\s+")


@lru_cache(4_096)
def parse_nutrition(text: str) -> NutritionTable:
    """Return the table in a text; InvalidValue (field ``nutrition``) names the part that is not understood."""
    head, colon, rest = text.partition(":")
    basis = _BASIS.fullmatch(without_diacritics(head)) if colon else None
    found: dict[str, Nutrient] = {}
    for nutrient in _nutrients(rest if basis else text):
        if nutrient.name in found:
            raise _refused("nutrition_twice", nutrient.label)
        found[nutrient.name] = nutrient
    if not found:
        raise _refused("nutrition_item", text)
    quantity = f"{basis['amount'].replace('.', ',')} {basis['unit']}" if basis else "100 g"
    serving = bool(basis and basis["serving"])
    return NutritionTable(quantity, serving, tuple(found[name] for name in NUTRIENTS if name in found))


def find_nutrition(text: str) -> NutritionTable | None:
    """Return the table in a text, None where there is none or it is not understood."""
    try:
        return parse_nutrition(text) if text else None
    except InvalidValue:
        return None


def _nutrients(text: str) -> Iterator[Nutrient]:
    for part in _BETWEEN.split(text.strip(" ;,.")):
        if not part:
            continue
        item = _ITEM.fullmatch(part.strip())
        name = _NAMES.get(without_diacritics(item["name"]).strip()) if item else None
        if not item or not name:
            raise _refused("nutrition_item", part)
        unit = NUTRIENTS[name].unit
        if (item["unit"] or "").casefold() != unit:
            raise _refused("nutrition_unit", part, unit=unit)
        yield Nutrient(name, item["amount"].replace(".", ",").replace(" ", ""), unit)


def _refused(code: str, value: str, **facts: object) -> InvalidValue:
    return InvalidValue.from_code(f"law.{code}", field="nutrition", value=value, **facts)
