"""A product and who makes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.law.goods_class import GOODS_CLASSES, NUTRITION_EXEMPTIONS
from labelsvc.domain.places.address_line import joined_place
from labelsvc.domain.places.address_units import place_line

_VIETNAMESE_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")


_SEARCHED = re.compile(r"[^\W_]+")
LONGEST_SEARCHED = 64
LONGEST_WORD = 24
"""The longest word cached without its diacritics; records repeat the same few thousand words."""
GTIN_LENGTHS = (8, 12, 13, 14)


class ProductGroup(Enum):
    """The six groups of the OCOP programme, with the numbers of their product sets (26 in all)."""

    FOOD = range(1, 14)
    DRINK = range(14, 18)
    HERBAL = range(18, 21)
    CRAFT = range(21, 23)
    ORNAMENTAL = range(23, 26)
    TOURISM = range(26, 27)


def normal_text(text: str) -> str:
    """Return text in NFC with single spaces and without control characters, as it is stored and printed."""
    printable = text
    if not text.isprintable():  # fast when there is nothing to replace, which is nearly always
        printable = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return unicodedata.normalize("NFC", " ".join(printable.split()))


def _are_normal(texts: Iterable[str]) -> bool:
    """Check quickly whether texts are normalised as by :func:`normal_text`; False may be a false alarm."""
    joined = f"|{'|'.join(texts)}|"
    spaces_single = "  " not in joined and "| " not in joined and " |" not in joined
    return joined.isprintable() and spaces_single and unicodedata.is_normalized("NFC", joined)


@lru_cache(32_768)
def name_key(name: str) -> str:
    """Return the key shared by spellings of a name: case and spaces do not count, diacritics do (trầm is not trám)."""
    return normal_text(unicodedata.normalize("NFC", name).casefold())


def without_diacritics(text: str) -> str:
    """Return text without diacritics, as people type it in searches: "Củ cải" gives "cu cai"."""
    words = [_plain_word(word) if len(word) <= LONGEST_WORD else _plain(word) for word in text.split()]
    return " ".join(filter(None, words))


def search_words(text: str) -> list[str]:
    """Return the words that a text is found by: letters and digits without diacritics, cut at LONGEST_SEARCHED."""
    return [word[:LONGEST_SEARCHED] for word in _SEARCHED.findall(without_diacritics(text))]


def _plain(word: str) -> str:
    plain = _VIETNAMESE_MARKS.sub("", unicodedata.normalize("NFD", word.casefold().replace("đ", "d")))
    return plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))


_plain_word = lru_cache(32_768)(_plain)


_CODED = (
    ("product_set", frozenset(str(number) for group in ProductGroup for number in group.value)),
    ("goods_class", frozenset(GOODS_CLASSES)),
    ("nutrition_exemption", frozenset(NUTRITION_EXEMPTIONS)),
)
"""Text fields that hold one of a few values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What the office knows about a product. Empty text means that the record lacks it.

    Text is NFC. ``gtin`` is 8, 12, 13 or 14 digits with a right check digit (GS1 General Specifications
    7.9), ``gln`` 13. ``registered_mark``: the brand is registered, so ® may stand beside it.

    What goods classes need (``domain.law``): ``product_set`` is "1" to "26"; ``goods_class`` a value of GoodsClass,
    empty to have it guessed; ``nutrition`` what ``law.nutrition`` reads; ``nutrition_exemption`` a value of
    NutritionExemption; ``alcohol`` percent by volume, "29,5"; ``target_users`` and ``dose`` of health food;
    ``technical_data`` of crafts and textiles, class and traits of plants; ``production_year`` of textiles;
    ``circulation_number`` of plants, health food and cosmetics; ``craft_village`` may name an artisan.
    ``ingredients`` is the composition of what is not eaten.
    """

    name: str
    producer: str
    brand: str = ""
    address: str = ""
    commune: str = ""
    district: str = ""
    group: ProductGroup | None = None
    net_content: str = ""
    ingredients: str = ""
    storage: str = ""
    shelf_life: str = ""
    directions: str = ""
    warnings: str = ""
    origin: str = ""
    gtin: str = ""
    gln: str = ""
    ocop_code: str = ""
    product_set: str = ""
    goods_class: str = ""
    nutrition: str = ""
    nutrition_exemption: str = ""
    alcohol: str = ""
    target_users: str = ""
    dose: str = ""
    technical_data: str = ""
    production_year: str = ""
    circulation_number: str = ""
    craft_village: str = ""
    registered_mark: bool = False

    def __post_init__(self) -> None:
        if not _are_normal(_texts_of(self)):
            for name in TEXT_FIELDS:
                if (value := getattr(self, name)) != normal_text(value):
                    raise InvalidValue.from_code("product.text_not_normal", field=name, value=value)
        for needed in ("name", "producer"):
            if not getattr(self, needed):
                raise InvalidValue.from_code("product.empty", field=needed)
        if self.gtin and not (self.gtin.isascii() and self.gtin.isdigit() and len(self.gtin) in GTIN_LENGTHS):
            raise InvalidValue.from_code("product.gtin_length", field="gtin", value=self.gtin)
        if self.gtin and not gs1_check_digit_right(self.gtin):
            raise InvalidValue.from_code("product.gtin", field="gtin", value=self.gtin)
        if self.gln and not (len(self.gln) == 13 and gs1_check_digit_right(self.gln)):
            raise InvalidValue.from_code("product.gln", field="gln", value=self.gln)
        for name, known in _CODED:
            if (value := getattr(self, name)) and value not in known:
                raise InvalidValue.from_code(f"product.{name}", field=name, value=value)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies a product: normalised name and producer."""
        return name_key(self.name), name_key(self.producer)

    @property
    def shown_brand(self) -> str:
        """The brand, or else the producer's name: every design prints it."""
        return self.brand or self.producer

    @property
    def place(self) -> str:
        """Address and commune in one line, each named once; Hà Nội stands last where the address names it.

        The district is named where it is not one that Hanoi had.
        """
        return place_line(self.address, self.commune, self.district)


_FIELDS = tuple(each.name for each in fields(Product))
"""Asked for once: :func:`fields` looks each of them up again, for every product."""
TEXT_FIELDS = tuple(name for name in _FIELDS if name not in ("group", "registered_mark"))
_texts_of: Callable[[Product], tuple[str, ...]] = attrgetter(*TEXT_FIELDS)

PRODUCT_TEXTS = tuple(each.name for each in fields(Product) if each.type == "str")
"""The text fields: tables, forms and the API carry each of them under this name."""


class DistrictProduct(Product):
    """A product whose place names its district, as labels did until the end of 2026."""

    __slots__ = ()

    @classmethod
    def from_product(cls, product: Product) -> Self:
        """Return a product as it was printed then."""
        return cls(**{name: getattr(product, name) for name in _FIELDS})

    @property
    def place(self) -> str:
        """Address, commune and district in one line, each named once."""
        return joined_place(self.address, self.commune, self.district)


class EarlierProduct(DistrictProduct):
    """A product whose place is written as on the first labels, with whatever its address names already."""

    __slots__ = ()

    @property
    def place(self) -> str:
        """Address, commune and district in one line, whichever are known."""
        return ", ".join(part for part in (self.address, self.commune, self.district) if part)


def gs1_check_digit_right(number: str) -> bool:
    """Return whether the last digit of a GS1 number is its check digit (weights 3 and 1 from the right)."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = bytes(map(int, number))
    return (sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])) % 10 == 0
