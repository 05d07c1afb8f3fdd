"""Communes as people write them: which unit of today they are, or what has to be asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from labelsvc.domain.places.gazetteer import PlaceStanding
from labelsvc.domain.places.spelling import bare_name
from labelsvc.domain.places.unit import FormerUnit
from labelsvc.domain.product import without_diacritics
from labelsvc.services import shared_folder
from labelsvc.workflows.places.read_gazetteer import read_gazetteer

GAZETTEER = read_gazetteer(shared_folder("templates"))
SHORT = {"Xã": "X.", "Phường": "P. ", "Thị": "TT "}
CURRENT, RENAMED, DIVIDED, UNKNOWN, ELSEWHERE = (
    PlaceStanding.CURRENT, PlaceStanding.RENAMED, PlaceStanding.DIVIDED, PlaceStanding.UNKNOWN, PlaceStanding.ELSEWHERE
)  # fmt: skip


def _spellings(name: str) -> Iterator[str]:
    """Yield a unit's name as people write it: shortened, in capitals, decomposed, with the tone moved."""
    short = SHORT[name.split()[0]] + bare_name(name)
    yield from (name, name.upper(), name.lower(), short, short.lower(), unicodedata.normalize("NFD", name))
    yield name.replace("òa", "oà").replace("ủy", "uỷ").replace("ụy", "uỵ").replace("úy", "uý")


def _districts(name: str) -> Iterator[str]:
    bare = name.removeprefix("Huyện ").removeprefix("Quận ").removeprefix("Thị xã ")
    yield from (name, bare, bare.upper(), without_diacritics(bare))


@pytest.mark.parametrize("near", range(4))
def test_former_units_are_known_in_every_spelling(near: int) -> None:
    for old in GAZETTEER.former:
        district = list(_districts(old.district))[near]
        wanted = GAZETTEER.find(old.name, old.district)
        for spelling in _spellings(old.name):
            found = GAZETTEER.find(spelling, district)
            assert (found.standing, found.unit, found.choices) == (wanted.standing, wanted.unit, wanted.choices), (
                spelling
            )


def test_every_former_unit_is_answered_or_asked_about() -> None:
    for old in GAZETTEER.former:
        found = GAZETTEER.find(old.name, old.district)
        if found.standing is CURRENT:
            assert found.unit.name == old.name
        elif old.successor:
            assert (found.standing, found.unit) == (RENAMED, old.successor), old
        else:
            assert (found.standing, found.unit, found.choices) == (DIVIDED, None, old.choices), old
        assert found.unit is None or found.unit in old.choices


def test_renewed_units_need_no_renewal_in_their_former_district() -> None:
    for old in GAZETTEER.former:
        for unit in old.choices:
            for district in ("", old.district):
                found = GAZETTEER.find(unit.name, district)
                assert (found.standing, found.unit) == (CURRENT, unit), (unit, district)


def test_names_without_diacritics_only_propose() -> None:
    for old in GAZETTEER.former:
        plain = without_diacritics(bare_name(old.name))
        if plain.casefold() != bare_name(old.name).casefold():
            assert GAZETTEER.find(plain, old.district).standing in (RENAMED, DIVIDED), old


def test_wrong_diacritics_are_another_name() -> None:
    assert GAZETTEER.find("Trang Viet", "Me Linh").unit.name == "Xã Mê Linh"
    assert GAZETTEER.find("Tráng Viết", "Mê Linh").standing is UNKNOWN
    assert GAZETTEER.find("Tráng Viết", "").standing is ELSEWHERE


def test_the_former_district_tells_units_of_one_name_apart() -> None:
    found = {district: GAZETTEER.find("Kim Chung", district) for district in ("Đông Anh", "Hoài Đức")}

    assert found["Đông Anh"].unit.name == "Xã Thiên Lộc"
    assert found["Hoài Đức"].unit.name == "Xã Hoài Đức"
    assert GAZETTEER.find("Kim Chung", "").standing is DIVIDED


@pytest.mark.parametrize(
    ("commune", "district", "unit"),
    [
        ("Hòa Phú", "Ứng Hòa", "Xã Hòa Xá"),
        ("Hòa Phú", "Chương Mỹ", "Xã Hòa Phú"),
        ("xã Hồng Hà", "", "Xã Ô Diên"),
        ("phường Hồng Hà", "", "Phường Hồng Hà"),
        ("Xã Thanh Trì", "Hoàng Mai", "Xã Thanh Trì"),
        ("phường Bát Tràng", "Gia Lâm", "Xã Bát Tràng"),
        ("Phường Hà Đông", "TP Hà Nội", "Phường Hà Đông"),
        ("thị trấn Yên Viên", "Gia Lâm", "Xã Phù Đổng"),
    ],
)
def test_one_name_old_and_new(commune: str, district: str, unit: str) -> None:
    assert GAZETTEER.find(commune, district).unit.name == unit


def test_a_bare_name_that_may_be_two_units_is_asked_about() -> None:
    found = GAZETTEER.find("Hồng Hà", "")

    assert found.standing is DIVIDED
    assert [unit.name for unit in found.choices][:2] == ["Phường Hồng Hà", "Xã Ô Diên"]


@pytest.mark.parametrize(
    ("commune", "district"), [("Tân Cương", "Thái Nguyên"), ("Đồng Kỵ", ""), ("Xã Mê Linh", "Đông Hưng")]
)
def test_units_of_other_provinces_are_left_alone(commune: str, district: str) -> None:
    assert GAZETTEER.find(commune, district).standing is ELSEWHERE


def test_unknown_units_of_a_former_district_are_asked_about() -> None:
    found = GAZETTEER.find("Nguyễn Trung Trực", "Ba Đình")

    assert found.standing is UNKNOWN
    assert {unit.name for unit in found.choices} >= {"Phường Ba Đình", "Phường Ngọc Hà", "Phường Giảng Võ"}


def test_a_divided_unit_without_people_in_its_parts_has_one_successor() -> None:
    former = {(old.name, old.district): old for old in GAZETTEER.former}
    divided: FormerUnit = former["Phường Thụy Khuê", "Quận Tây Hồ"]

    assert divided.successor.name == "Phường Tây Hồ"
    assert [unit.name for unit in divided.choices] == ["Phường Tây Hồ", "Phường Ba Đình"]
