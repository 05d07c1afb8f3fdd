"""Address, commune and district in one line, each named once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PARTS = re.compile(r"\s*[,;]\s*|\s+[-–]\s+")
_COMMUNE = re.compile(r"(?:(?:xã|phường|thị trấn|đặc khu)\s+|(?:x|p|tt)\s*\.\s*)")
_DISTRICT = re.compile(r"(?:(?:huyện|quận|thị xã|thành phố)\s+|(?:h|q|tx|tp)\s*\.\s*|tp\s+)")
CITY = re.compile(r"(?:(?:thành phố|tp)\s*\.?\s*)?hà\s+nội")


@lru_cache(2_048)
def joined_place(address: str, commune: str, district: str) -> str:
    """Return address, commune and district, whichever are known; what the address names already is not said again.

    «Thôn 2, xã Thạch Xá» and the commune «Thạch Xá» give «Thôn 2, xã Thạch Xá». A unit is known again by its name, with
    its kind («xã», «P.» …) or without; «huyện Ba Vì» is not the commune «Ba Vì». A city at the end of the address stays
    last.
    """
    parts = [part for part in PARTS.split(address) if part]
    city = [parts.pop()] if parts and CITY.fullmatch(_key(parts[-1])) else []
    line = _without_city(address, city)
    said = list(map(_key, parts))
    for unit, kind in ((commune, _COMMUNE), (district, _DISTRICT)):
        if unit and not any(_same(part, _key(unit), kind) for part in said):
            said.append(_key(unit))
            line.append(unit)
    return ", ".join([*line, *city])


def _without_city(address: str, city: list[str]) -> list[str]:
    """Return the address as it is written, without a city at its end."""
    rest = address[: len(address.rstrip(" ,;.")) - len(city[0])] if city else address
    rest = rest.rstrip(" ,;-–") if city else rest
    return [rest] if rest else []


def _same(part: str, unit: str, kind: re.Pattern[str]) -> bool:
    """Return whether a part of an address is a unit, each with its kind or without."""
    return kind.sub("", part, count=1) == kind.sub("", unit, count=1) if kind.match(part) else part == _bare(unit, kind)


def _bare(unit: str, kind: re.Pattern[str]) -> str:
    return kind.sub("", unit, count=1) if kind.match(unit) else unit


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().strip(" .").split())
