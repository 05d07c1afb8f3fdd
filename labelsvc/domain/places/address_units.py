"""Communes and districts that an address names itself: «Thôn 2, xã Thạch Xá, huyện Thạch Thất, Hà Nội».

They are known by their kinds; without one only as a whole part between commas, and only where the record says the same
in its own field: «phố Kim Mã» is a street.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from labelsvc.domain.places.address_line import CITY, PARTS, joined_place
from labelsvc.domain.places.districts import is_former_district
from labelsvc.domain.places.spelling import bare_name, district_key, read_commune
from labelsvc.domain.twin_names import twin_key

_COMMUNE_KIND = r"(?:xã|phường|thị\s+trấn)\s+|(?:x|p|tt)\s*\.\s*|tt\s+"
_DISTRICT_KIND = r"(?:huyện|quận|thị\s+xã)\s+|(?:h|q|tx)\s*\.\s*|tx\s+"
_CITY = r"(?:(?:thành\s+phố|tp)\s*\.?\s*)?hà\s+nội(?!\w)"
_KIND = re.compile(
    rf"(?<!\w)(?:(?P<district>{_DISTRICT_KIND})|(?P<commune>{_COMMUNE_KIND})|(?P<city>{_CITY}))", re.IGNORECASE
)
_MAYBE = re.compile(r"xã|phường|thị\s+trấn|huyện|quận|hà\s+nội|[xphq]\s*\.|t[tx]")
"""What every match of ``_KIND`` has in it, found in a fraction of the time."""
_OTHER_PROVINCE = re.compile(r"(?:tỉnh|thành phố|tp\.?)\s+\S", re.IGNORECASE)
_NAME = re.compile(r"[^,;]+?(?=\s+[-–]\s+(?!quốc tử giám|trung tự)|[,;]|$)", re.IGNORECASE)
"""Up to a comma or a dash; two wards of Đống Đa have a dash in their names."""


_SPARE = 4
"""Characters by which a name may be longer than another one with the same key: a dash, dots."""
_BETWEEN = ",;-–"
_SPLIT = re.compile(rf"({PARTS.pattern})")


@dataclass(frozen=True, slots=True)
class NamedInAddress:
    """A unit that an address names: the text with its kind, up to the next comma or kind, and where it stands."""

    text: str
    start: int
    is_district: bool


@lru_cache(4_096)
def units_named(address: str) -> tuple[NamedInAddress, ...]:
    """Return the communes and districts that an address names with their kinds, in its order."""
    if not _MAYBE.search(address.lower()):  # most addresses are a street or a hamlet
        return ()
    marks = list(_KIND.finditer(address))
    ends = [*(mark.start() for mark in marks[1:]), len(address)]
    found = []
    for mark, end in zip(marks, ends, strict=False):
        name = _NAME.match(address, mark.end(), end)
        if name and not mark["city"]:
            text = address[mark.start() : name.end()].rstrip(" -–.")
            found.append(NamedInAddress(text, mark.start(), mark["district"] is not None))
    return tuple(found)


def place_line(address: str, commune: str, district: str) -> str:
    """Return address, commune and district in one line, each named once; a former district of Hanoi is not printed."""
    if any(not named.is_district and _is_same(named, commune) for named in units_named(address)):
        commune = ""
    return joined_place(address, commune, "" if is_former_district(district) else district)


def page_line(address: str, commune: str, district: str) -> str:
    """Return the line with the district, unless the commune is named whole, «Xã Mê Linh», as those of today are."""
    line = place_line(address, commune, district)
    return line if read_commune(commune).kind else joined_place(address, commune, district)


def is_elsewhere(address: str) -> bool:
    """Return whether an address ends with another province or city than Hanoi."""
    parts = [part.strip(" .") for part in PARTS.split(address) if part.strip(" .")]
    last = parts[-1] if parts else ""
    return bool(_OTHER_PROVINCE.match(last)) and not CITY.fullmatch(last.casefold())


def without_units(address: str, commune: str, district: str) -> str:
    """Return an address without a commune and a district that stand in it, and without what that leaves between commas.

    They go with whatever kind they are written; without one, where they are all that stands between two commas.
    """
    named_units, kept = units_named(address), address
    if not named_units and not _SPLIT.search(address):
        return "" if _is_bare(address, commune, district) else address
    for named in reversed(named_units):
        wanted = district if named.is_district else commune
        if wanted and _is_same(named, wanted):
            before, after = kept[: named.start].rstrip(), kept[named.start + len(named.text) :].lstrip()
            kept = before + _joint(before, after) + after
    parts = _SPLIT.split(kept)
    texts, between = parts[::2], ["", *parts[1::2]]
    stay = [
        (mark, text)
        for mark, text in zip(between, texts, strict=True)
        if text.strip(" .") and not _is_bare(text, commune, district)
    ]
    return "".join(mark * (number > 0) + text for number, (mark, text) in enumerate(stay)).strip(f" {_BETWEEN}")


def _joint(before: str, after: str) -> str:
    """Return what stands between two parts of an address that a unit stood between."""
    if not before or not after or after[0] in _BETWEEN:
        return ""
    return " " if before[-1] in _BETWEEN else ", "


def _is_same(named: NamedInAddress, wanted: str) -> bool:
    if named.is_district:
        return district_key(named.text) == district_key(wanted)
    return read_commune(named.text).key == read_commune(wanted).key


def _is_bare(text: str, commune: str, district: str) -> bool:
    """Return whether a part is the commune or the district without its kind."""
    name = text.strip(" .")
    longest = max(len(commune), len(district)) + _SPARE
    if len(name) > longest:
        return False
    of_commune = bool(commune) and twin_key(name) == twin_key(bare_name(commune))
    return of_commune or (bool(district) and district_key(name) == district_key(district))
