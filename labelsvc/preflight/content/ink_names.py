"""The purpose of a spot ink by its name: cutting, creasing, white, finishing; with the names used in the trade.

ISO 19593-1 marks purposes by layers with processing steps. Most files have only ink names, so names are recognised in
every case and spelling: ``Kiss Cut``, ``kiss-cut``, ``KISSCUT_2``.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_CUT_WITHIN = (
    "cutcontour", "contourcut", "cutline", "cutpath", "kisscut", "halfcut", "thrucut", "throughcut", "diecut",
    "dieline", "cutterguide", "schnittlinie", "schneidlinie", "stanz", "decoupe", "fustella", "troquel", "wykrojnik",
    "khuonbe", "duongbe", "bedemi",
)  # fmt: skip
"""What a cutting ink's name may hold: in English, German, French, Italian, Spanish, Polish, Vietnamese."""
_CUT_ALONE = frozenset((
    "cut", "cuts", "cutting", "die", "dies", "contour", "kontur", "knife", "cutter", "stans", "coupe", "taglio",
    "corte", "faca",
))  # fmt: skip
_CREASE_WITHIN = ("crease", "creasing", "perforat", "perfcut", "rillung", "foldline", "perfline")
_CREASE_ALONE = frozenset(("perf", "fold", "folding", "score", "scoring", "rill", "rillen", "falz"))
_WITH_TONES = {"bế": "cut", "cấn": "crease"}
"""Vietnamese names so short that without their tone mark they could be any."""
_WHITE_WITHIN = (
    "underbase", "opaquewhite", "whiteopaque", "spotwhite", "whiteink", "inkwhite", "rdgwhite", "indigowhite",
    "underprint", "muctrang", "lottrang",
)  # fmt: skip
_WHITE_ALONE = frozenset(("white", "weiss", "deckweiss", "blanc", "bianco", "blanco", "branco", "bialy", "trang"))
_FINISH_WITHIN = ("varnish", "spotuv", "uvspot", "lacquer", "hotfoil", "coldfoil", "foilstamp", "emboss", "deboss")
_COATING_WITHIN = ("scratch", "rubbel", "phucao")
_FINISH_ALONE = frozenset(("uv", "lack", "vernis", "barniz", "foil", "gloss", "matte", "primer"))


def cuts(ink: str) -> bool:
    """Return whether an ink is a die line's: lines in it are cut."""
    return purpose(ink) == "cut"


def is_structural(ink: str) -> bool:
    """Return whether an ink is drawn for the machine that cuts, creases or perforates, and never printed."""
    return purpose(ink) in ("cut", "crease")


def is_white(ink: str) -> bool:
    """Return whether an ink is the opaque white that is printed below colours on film or kraft."""
    return purpose(ink) == "white"


def is_coating(ink: str) -> bool:
    """Return whether an ink is a coating that people scratch off to see what is printed below it."""
    return purpose(ink) == "coating"


def is_technical(ink: str) -> bool:
    """Return whether an ink is not part of the image: for machines, white, varnish, foil, coatings."""
    return bool(purpose(ink))


@cache
def purpose(ink: str) -> str:
    """Return what an ink is for by its name: ``cut``, ``crease``, ``white``, ``coating``, ``finish``; else empty."""
    written = unicodedata.normalize("NFC", ink).casefold().strip(" _-.0123456789")
    if written in _WITH_TONES:
        return _WITH_TONES[written]
    letters = unicodedata.normalize("NFKD", written.replace("đ", "d"))
    name = "".join(letter for letter in letters if letter.isalpha())
    for kind, within, alone in (
        ("crease", _CREASE_WITHIN, _CREASE_ALONE),
        ("cut", _CUT_WITHIN, _CUT_ALONE),
        ("white", _WHITE_WITHIN, _WHITE_ALONE),
        ("coating", _COATING_WITHIN, frozenset()),
        ("finish", _FINISH_WITHIN, _FINISH_ALONE),
    ):
        if name in alone or any(part in name for part in within):
            return kind
    return ""
