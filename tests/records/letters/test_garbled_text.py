"""Garbled letters: old fonts, wrong encodings and lost letters are found; names that are meant so never are."""

from __future__ import annotations

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.records.letters.garbled_text import convert, find_garbled
from labelsvc.records.letters.syllables import is_syllable
from tests import CHECKOUT
from tests.samples import vietnamese
from tests.samples.legacy_text import MISREADINGS, VIETNAMESE, in_tcvn3, in_viqr, in_vni, misread

SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"
NAMES = (
    "Gốm Việt", "Rượu nếp cái hoa vàng", "Bánh đa nem", "Chè sen Tây Hồ", "Mật ong bạc hà", "Miến dong",
    "Trà hoa cúc", "Hợp tác xã nông nghiệp Đông Cao", "Công ty TNHH Thương mại và Dịch vụ Thành Đạt",
    "Nước mắm Cự Đà", "Cốm làng Vòng", "Khuỷu tay giò lụa Ước Lễ", "Giường mây tre đan Phú Vinh",
    "Xã Ứng Hoà, huyện Quốc Oai", "Quyết định số 6521/QĐ-UBND",
)  # fmt: skip
FOREIGN = (
    "Café Crème", "Crème brûlée", "Thé vert", "Restaurant Thaï", "Thaï", "Moët & Chandon", "Häagen-Dazs", "L'Oréal",
    "Nestlé", "Château Dalat", "Müller", "Köln", "Jalapeño", "Pâté gan", "Citroën", "Hermès", "São Paulo",
    "Señor Piña", "L'Occitane en Provence", "Rosé", "Gruyère", "Noël", "O'Neil's", "Don't", "Co., Ltd.", "C++",
    "A & B", "Smørrebrød", "Brand®", "Trà® Sen", "Sen·Việt", "m²", "lọc 5 µm", "10×20 g", "5–10 °C", "½ kg",
    "«Trà đá»…", "LÀNG XÃ”", "XÃ ĐẠI YÊN", "Đắk Lắk", "Ðậu phụ Ɖông Anh", "Êđê", "K'Ho", "Ngon không?",
    "Bạn khoẻ chứ? Trà đây.", "https://a.vn/x?id=1&b=2", "GO+", "CO+ 500", "Xi'an", "Sôcôla", "Jăm-bông",
    "H’Mông", "TH true MILK",
    "Vitamin C (a) và (b)", "'Tis", "Bún bò Huế", "MÁ–BA",
    "Hoa hồng Français", "Bánh mì Kebab Döner", "Việt Nam’s best",
)  # fmt: skip
ONSETS = (
    "b",
    "c",
    "ch",
    "d",
    "đ",
    "g",
    "h",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "nh",
    "ph",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
)
RIMES = (
    "à",
    "ằn",
    "ẩm",
    "ẫu",
    "ố",
    "ộc",
    "ưởng",
    "ướp",
    "uối",
    "ử",
    "ọ",
    "ỡ",
    "á",
    "ăng",
    "ông",
    "ữu",
    "ảo",
    "oẵn",
    "úp",
)

spoken = st.lists(
    st.builds("".join, st.tuples(st.sampled_from(ONSETS), st.sampled_from(RIMES))), min_size=2, max_size=6
).map(" ".join)


# What is garbled


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("garble", [in_tcvn3, in_vni, in_viqr], ids=["TCVN3", "VNI", "VIQR"])
def test_names_in_old_encodings_are_found_with_the_likely_text(name: str, garble) -> None:
    garbled = find_garbled(garble(name))

    assert garbled is not None
    assert garbled.proposed.casefold() == name.casefold()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("codec", MISREADINGS.values())
@pytest.mark.parametrize("times", [1, 2])
def test_misread_utf_8_is_found_with_the_likely_text(name: str, codec: str, times: int) -> None:
    text = name
    for _ in range(times):
        text = misread(text, codec)

    garbled = find_garbled(text)

    assert garbled is not None
    assert garbled.proposed == name


def test_windows_1258_read_as_1252_is_found() -> None:
    garbled = find_garbled("Gôìm Viêòt Nam")

    assert garbled is not None
    assert garbled.proposed == "Gốm Việt Nam"


@pytest.mark.parametrize("garble", [in_vni, in_viqr], ids=["VNI", "VIQR"])
@given(text=spoken)
def test_any_spoken_words_come_back_from_old_encodings(garble, text: str) -> None:
    garbled = find_garbled(garble(text.title()) + garble(" gốm việt"))

    assert garbled is not None
    assert garbled.proposed == text.title() + " gốm việt"


@pytest.mark.parametrize("letter", VIETNAMESE)
def test_every_letter_comes_back_from_every_old_encoding(letter: str) -> None:
    word = next(
        onset + letter + coda
        for onset in ("t", "ng", "g", "qu", "")
        for coda in ("", "n", "ng", "c", "u", "y", "i")
        if is_syllable(onset + letter + coda)
    )

    assert convert(in_tcvn3(word), "TCVN3 (.VnTime)") == word
    assert convert(in_vni(word), "VNI") == word
    assert convert(in_vni(word.upper()), "VNI") == word.upper()
    garbled = find_garbled(in_viqr(f"{word} Việt"))
    assert garbled is not None
    assert garbled.proposed == f"{word} Việt"


def test_capitals_in_the_old_capitals_font_come_back_as_capitals() -> None:
    garbled = find_garbled("HîP T¸C X· N¤NG NGHIÖP §¤NG ANH")

    assert garbled is not None
    assert garbled.proposed == "HỢP TÁC XÃ NÔNG NGHIỆP ĐÔNG ANH"


def test_of_good_words_only_the_garbled_one_is_converted() -> None:
    garbled = find_garbled("Gốm ViÖt Đông Anh, thé")

    assert garbled is not None
    assert garbled.proposed == "Gốm Việt Đông Anh, thé"


@pytest.mark.parametrize(
    "text",
    ["G?m Vi?t", "R??u n?p", "?ậu phụ", "Nem ch?", "Tr\ufffd sen", "□à sen", "Trà\ue001", "Trï¿½ sen", "Tr\x81 sen"],
)
def test_lost_letters_are_found_and_nothing_is_proposed(text: str) -> None:
    garbled = find_garbled(text)

    assert garbled is not None
    assert not garbled.proposed


# What is not


@pytest.mark.parametrize("text", [*NAMES, *FOREIGN])
def test_good_names_are_not_called_garbled(text: str) -> None:
    assert find_garbled(text) is None
    assert find_garbled(text.upper()) is None
    assert find_garbled(unicodedata.normalize("NFD", text)) is None


def test_no_cell_of_the_demonstration_is_called_garbled() -> None:
    with SAMPLE.open(encoding="utf-8-sig") as lines:
        cells = {cell for row in csv.reader(lines) for cell in row}

    assert [cell for cell in cells if find_garbled(cell)] == []


@given(st.one_of(vietnamese.names, vietnamese.sentences))
def test_any_vietnamese_syllables_are_not_called_garbled(text: str) -> None:
    assert find_garbled(text) is None


@given(st.lists(st.sampled_from([*NAMES, *FOREIGN]), min_size=1, max_size=4).map(" – ".join))
def test_good_names_beside_each_other_are_not_called_garbled(text: str) -> None:
    assert find_garbled(text) is None


@given(st.text(max_size=60))
def test_any_text_is_judged_and_a_proposal_differs_from_it(text: str) -> None:
    fault = find_garbled(text)

    assert fault is None or fault.proposed != text
