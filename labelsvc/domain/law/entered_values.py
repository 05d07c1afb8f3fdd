"""What people enter into the fields of goods classes, as it is stored: codes, numbers, an understood nutrition text.

Each function takes a normalised text and returns what a product stores, or raises InvalidValue with the right form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.law.goods_class import GOODS_CLASSES, NUTRITION_EXEMPTIONS
from labelsvc.domain.law.nutrition import parse_nutrition
from labelsvc.domain.product import without_diacritics

_SET = re.compile(r"(?:(?:bo(?: san pham)?|product set|set)\s*(?:so|no\.?)?\s*:?\s*)?0?(\d{1,2})(?:\s*[.:)–-]\s*\D.*)?")
_PERCENT = re.compile(
    r"(?:(?:do )?con|ethanol|alcohol|alc\.?)?\s*:?\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:%|°|do|º)?\s*(?:con|ethanol)?\s*"
    r"(?:vol\.?|v/v|the tich|abv)?"
)
_YEAR = re.compile(r"(?:nam\s*)?((?:19|20)\d\d)")

_CLASS_WORDS = {
    "rice": ("gao", "gao ngu coc", "ngu coc", "luong thuc", "grain"),
    "food": ("thuc pham",),
    "drink": ("do uong", "thuc uong", "nuoc giai khat", "drinks", "beverage"),
    "alcohol": ("ruou", "ruou bia", "do uong co con", "liquor"),
    "health_food": ("thuc pham bao ve suc khoe", "thuc pham chuc nang", "health food", "food supplement"),
    "cosmetic": ("my pham", "cosmetics"),
    "textile": ("det may", "hang det may", "vai may mac", "det may da", "det may da giay", "textiles"),
    "ceramic": ("gom su", "do gom su", "gom", "ceramics"),
    "wood": ("do go", "go"),
    "handicraft": ("thu cong my nghe", "hang thu cong my nghe", "my nghe", "handicrafts"),
    "plant": ("giong cay trong", "cay trong", "cay canh", "hoa cay canh", "sinh vat canh", "plants", "seed"),
    "service": ("dich vu", "du lich", "dich vu du lich", "tourism"),
}
_EXEMPTION_WORDS = {
    "single_ingredient": (
        "mot thanh phan",
        "mot nguyen lieu",
        "chi co mot thanh phan nguyen lieu",
        "single ingredient",
    ),
    "salt": ("muoi", "muoi an"),
    "vinegar": ("giam", "giam an"),
    "plain_tea_coffee": (
        "che ca phe",
        "tra ca phe",
        "che ca phe khong phu gia",
        "che",
        "tra",
        "ca phe",
        "plain tea or coffee",
    ),
    "small_maker": ("san xuat nho le", "co so nho le", "ho san xuat nho le", "ho gia dinh", "small household maker"),
}


def entered_set(text: str) -> str:
    """Return the number of a product set from 5, "Bộ 5", "Bộ sản phẩm số 5" or "5. Đồ ăn nhanh"."""
    match = _SET.fullmatch(without_diacritics(text))
    return match[1] if match else text


def entered_alcohol(text: str) -> str:
    """Return percent by volume as it is printed, "29,5", from "29,5 % vol", "29.5%" or "29,5 độ"."""
    match = _PERCENT.fullmatch(without_diacritics(text))
    if not match or not 0 < float(match[1].replace(",", ".")) < 100:
        raise InvalidValue.from_code("law.alcohol", field="alcohol", value=text)
    return match[1].replace(".", ",")


def entered_year(text: str) -> str:
    """Return a year of make, "2026"."""
    match = _YEAR.fullmatch(without_diacritics(text))
    if not match:
        raise InvalidValue.from_code("law.production_year", field="production_year", value=text)
    return match[1]


def entered_nutrition(text: str) -> str:
    """Return a nutrition text that is understood."""
    parse_nutrition(text)
    return text


def _coded(words: Mapping[str, tuple[str, ...]], codes: tuple[str, ...]) -> Callable[[str], str]:
    known = {word: code for code, some in words.items() for word in some} | {code: code for code in codes}
    known |= {code.replace("_", " "): code for code in codes}

    def code_of(text: str) -> str:
        plain = " ".join(re.sub(r"[^\w]+", " ", without_diacritics(text)).split())
        return known.get(plain, text)

    return code_of


ENTERED: Mapping[str, Callable[[str], str]] = {
    "product_set": entered_set,
    "goods_class": _coded(_CLASS_WORDS, GOODS_CLASSES),
    "nutrition": entered_nutrition,
    "nutrition_exemption": _coded(_EXEMPTION_WORDS, NUTRITION_EXEMPTIONS),
    "alcohol": entered_alcohol,
    "production_year": entered_year,
}
"""Fields whose text is not stored as it is entered; a Product refuses codes that it does not know."""


def entered(field: str, text: str) -> str:
    """Return what a product stores for an entered text; empty stays empty."""
    read = ENTERED.get(field)
    return read(text) if read and text else text
