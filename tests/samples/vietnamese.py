"""Vietnamese syllables for property tests: every tone over every vowel, often the tallest and the lowest."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

ONSETS = [
    *[
        "b",
        "c",
        "ch",
        "d",
        "đ",
        "g",
        "gh",
        "gi",
        "h",
        "k",
        "kh",
        "l",
        "m",
        "n",
        "ng",
        "ngh",
        "nh",
        "p",
        "ph",
        "qu",
        "r",
        "s",
        "t",
        "th",
        "tr",
        "v",
        "x",
    ],
    "",
]
VOWELS = [
    *[
        "a",
        "ă",
        "â",
        "e",
        "ê",
        "i",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
        "y",
        "ai",
        "ao",
        "âu",
        "ây",
        "eo",
        "iê",
        "oa",
        "oai",
        "oay",
        "oe",
        "ôi",
        "uâ",
        "uây",
        "uê",
        "ui",
        "uô",
        "uơ",
        "uy",
        "uyê",
        "ươ",
        "ươi",
        "yê",
    ],
]
CODAS = [*["c", "ch", "m", "n", "ng", "nh", "p", "t"], ""]
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
WORST = ["Ẵng", "Ấm", "Ộ", "Ỷ", "Ậy", "Ặc", "Ẳn", "ụy", "ạ", "ỵ", "ợ", "Ệ", "jộ", "jẫy", "gỵ", "Qụy", "Ắ", "Ự"]


def _compose(onset: str, vowel: str, coda: str, tone: str, case: str) -> str:
    syllable = onset + vowel[:1] + tone + vowel[1:] + coda
    shaped = {"lower": syllable, "title": syllable[:1].upper() + syllable[1:], "upper": syllable.upper()}[case]
    return unicodedata.normalize("NFC", shaped)


syllables = st.one_of(
    st.builds(
        _compose,
        st.sampled_from(ONSETS),
        st.sampled_from(VOWELS),
        st.sampled_from(CODAS),
        st.sampled_from(TONES),
        st.sampled_from(["lower", "lower", "title", "upper"]),
    ),
    st.sampled_from(WORST),
)
names = st.lists(syllables, min_size=1, max_size=14).map(" ".join)
measures = st.sampled_from(
    ["100 g", "1,5 kg", "5–10 °C", "5 – 10 °C", "−18 °C", "12 tháng", "số 12", "NSX/HSD", "TP. Hà Nội", "01/02/2026"]
)
sentences = st.lists(st.one_of(syllables, syllables, syllables, measures), min_size=1, max_size=24).map(" ".join)
