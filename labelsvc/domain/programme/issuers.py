"""Who signs a recognition: an issuer's text read as a kind of authority, and whether it fits stars and day.

An issuer is free text ("UBND thành phố Hà Nội", "Bộ NN&MT", "UBND H. Ba Vì"). It is kept as written; what is read out
of it only ever warns, since no list of spellings is complete.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from unicodedata import normalize

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import without_diacritics
from labelsvc.domain.programme.rules import IssuerKind, rules_on

ISSUERS_KEPT = 4_096
"""Issuers whose kind is remembered: an import of 20,000 rows names a few."""

_MARKS = re.compile(r"[^\w]+")
_GLUED = re.compile(r"^(ubnd)(?=tp|tx|tt|t\b|h\b|q\b|x\b|p\b)")
_LEADING = re.compile(
    r"^(?:tm|t m|thay mat|kt|pct|ct|(?:pho )?chu tich|uy ban nhan dan|uy ban|ub nhan dan|ubnd|hdnd"
    r"|hoi dong(?: danh gia)?(?: va)?(?: phan hang)?(?: san pham)?(?: ocop)?|cap|quyet dinh cua) "
)
"""What stands before the unit in "Chủ tịch UBND huyện Ba Vì" or "Hội đồng OCOP cấp huyện"."""

_HEAD = {
    "bộ trưởng": IssuerKind.MINISTRY, "bộ": IssuerKind.MINISTRY, "trung ương": IssuerKind.MINISTRY,
    "tw": IssuerKind.MINISTRY, "quốc gia": IssuerKind.MINISTRY,
    "thị xã": IssuerKind.DISTRICT, "tx": IssuerKind.DISTRICT,
    "huyện": IssuerKind.DISTRICT, "h": IssuerKind.DISTRICT, "quận": IssuerKind.DISTRICT, "q": IssuerKind.DISTRICT,
    "thị trấn": IssuerKind.COMMUNE, "tt": IssuerKind.COMMUNE, "xã": IssuerKind.COMMUNE, "x": IssuerKind.COMMUNE,
    "phường": IssuerKind.COMMUNE, "p": IssuerKind.COMMUNE, "đặc khu": IssuerKind.COMMUNE,
    "tỉnh": IssuerKind.PROVINCE, "t": IssuerKind.PROVINCE,
}  # fmt: skip
"""The unit's word: as here, or without any mark. "UBND Bố Trạch" is no ministry, "UBND Đan Phượng" no ward."""
_CITY = re.compile(r"^(?:thanh pho|tp)(?: (.*))?$")
_CENTRAL_CITY = re.compile(
    r"^(?:truc thuoc|ha noi|hn|ho chi minh|hcm|hai phong|da nang|can tho)(?: |$)"
    r"|^hue$"
)
"""Cities under the central government are provinces (Huế since 2025); any other was under one, as a district is."""

_ENGLISH: tuple[tuple[IssuerKind, re.Pattern[str]], ...] = (
    (IssuerKind.COMMUNE, re.compile(r"\b(?:communes?|wards?|townships?)\b")),
    (IssuerKind.DISTRICT, re.compile(r"\b(?:districts?|towns?)\b")),
    (IssuerKind.PROVINCE, re.compile(r"\b(?:provinces?|provincial|city)\b")),
    (IssuerKind.MINISTRY, re.compile(r"\b(?:ministry|minister|mard|mae)\b")),
    (IssuerKind.PROVINCE, re.compile(r"^(?:ha noi|hanoi|hn)\b")),
)
"""The smallest unit first: "People's Committee of Ba Vi District, Hanoi City" is the district's."""


@lru_cache(ISSUERS_KEPT)
def kind_of_issuer(text: str) -> IssuerKind | None:
    """Return the kind of authority that an issuer's text names first, or None if it names none that we know."""
    plain = _MARKS.sub(" ", without_diacritics(text)).strip()
    plain = _GLUED.sub(r"\1 ", plain.replace("u b n d", "ubnd"))
    while (shorter := _LEADING.sub("", plain)) != plain:
        plain = shorter
    if city := _CITY.match(plain):
        name = city[1] or ""
        return IssuerKind.PROVINCE if not name or _CENTRAL_CITY.match(name) else IssuerKind.DISTRICT
    written = f" {_MARKS.sub(' ', normalize('NFC', text).casefold())} "
    for word, kind in _HEAD.items():
        bare = without_diacritics(word)
        if f"{plain} ".startswith(f"{bare} ") and (f" {word} " in written or f" {bare} " in written):
            return kind
    return next((kind for kind, pattern in _ENGLISH if pattern.search(plain)), None)


def issuer_doubt(issuer: str, stars: int, decision_date: date) -> Problem | None:
    """Return why this issuer cannot have recognised these stars on that day, or None if nothing speaks against it.

    One and two stars get no decision, so nobody is asked for them; an issuer that is not understood is not doubted.
    """
    rules = rules_on(decision_date)
    kind, recogniser = kind_of_issuer(issuer), rules.recogniser_of(stars)
    if kind is None or recogniser is None or kind is recogniser:
        return None
    code = "recognition.issuer_commune" if kind is IssuerKind.COMMUNE else "recognition.issuer"
    facts = {"value": issuer, "stars": stars, "source": rules.source, "since": rules.since}
    return Problem(code, facts | {"right": Problem(f"recognition.by_{recogniser.value}")})
