"""Places renewed: the whole line before and after, nothing lost, nothing twice, nothing changed that need not be."""

from __future__ import annotations

import pytest

from labelsvc.domain.places.renewal import PlaceRenewer, RecordPlace, question_key
from labelsvc.domain.product import Product
from labelsvc.services import shared_folder
from labelsvc.workflows.places.read_gazetteer import read_gazetteer

RENEWER = PlaceRenewer(read_gazetteer(shared_folder("templates")))
QUESTION = "Phường Quảng An, Quận Tây Hồ"


@pytest.mark.parametrize(
    ("address", "commune", "district", "line"),
    [
        ("Thôn Đông Cao, xã Tráng Việt, huyện Mê Linh, Hà Nội", "", "", "Thôn Đông Cao, Xã Mê Linh, Hà Nội"),
        ("Thôn Đông Cao, xã Tráng Việt", "Tráng Việt", "Mê Linh", "Thôn Đông Cao, Xã Mê Linh"),
        ("Thôn Đông Cao, Tráng Việt, Mê Linh", "Tráng Việt", "Mê Linh", "Thôn Đông Cao, Xã Mê Linh"),
        ("Thôn 2 xã Thạch Xá huyện Thạch Thất TP Hà Nội", "", "", "Thôn 2, Xã Tây Phương, TP Hà Nội"),
        ("Thôn Thạch Xá; X.Thạch Xá; H.Thạch Thất", "Thạch Xá", "Thạch Thất", "Thôn Thạch Xá, Xã Tây Phương"),
        ("Cụm 4, Thị trấn Phùng - Đan Phượng - Hà Nội", "Phùng", "Đan Phượng", "Cụm 4, Xã Đan Phượng, Hà Nội"),
        ("Khu 2, TT. Quang Minh, huyện Mê Linh", "", "", "Khu 2, Xã Quang Minh"),
        ("Ngõ 12", "Trang Viet", "Me Linh", "Ngõ 12, Xã Mê Linh"),
        ("Thôn 3, xã Tráng Việt", "Xã Mê Linh", "Mê Linh", "Thôn 3, Xã Mê Linh"),
        ("Số 9, P. Văn Miếu - Quốc Tử Giám, Q. Đống Đa", "", "", "Số 9, P. Văn Miếu - Quốc Tử Giám"),
        ("", "Bát Tràng", "Gia Lâm", "Xã Bát Tràng"),
        ("Đội 3, huyện Sóc Sơn", "", "", "Đội 3"),
    ],
)
def test_former_units_go_out_of_the_whole_line(address: str, commune: str, district: str, line: str) -> None:
    renewal = RENEWER.renewal(RecordPlace(address, commune, district))

    after = renewal.after
    assert after.label_line == line
    assert Product(name="a", producer="b", address=after.address, commune=after.commune).place == line
    assert RENEWER.renewal(after) is None


@pytest.mark.parametrize(
    ("address", "commune", "district"),
    [
        ("Xóm 3, xã Mê Linh, Hà Nội", "Xã Mê Linh", "Mê Linh"),
        ("Số 3 phố Kim Mã", "Phường Giảng Võ", "Ba Đình"),
        ("Số 5, tỉnh Thái Nguyên", "Tân Lập", ""),
        ("Phố Đồng Kỵ, TP. Từ Sơn", "Đồng Kỵ", "Từ Sơn"),
        ("", "", "Gia Lâm"),
        ("", "", ""),
    ],
)
def test_places_of_today_and_of_elsewhere_are_left_alone(address: str, commune: str, district: str) -> None:
    assert RENEWER.renewal(RecordPlace(address, commune, district)) is None


@pytest.mark.parametrize(
    ("address", "district", "line"),
    [
        ("Thôn 2, xã Không Biết, huyện Thạch Thất, Hà Nội", "", "Thôn 2, xã Không Biết, Hà Nội"),
        ("Xóm 1, phường Chưa Rõ, quận Cầu Giấy", "Cầu Giấy", "Xóm 1, phường Chưa Rõ"),
    ],
)
def test_a_commune_that_nobody_knows_stays_in_the_address(address: str, district: str, line: str) -> None:
    assert RENEWER.renewal(RecordPlace(address, "", district)).after.label_line == line


@pytest.mark.parametrize("district", ["", "Thạch Thất"])
def test_an_address_with_an_unknown_commune_alone_is_left_alone(district: str) -> None:
    assert RENEWER.renewal(RecordPlace("Thôn 2, xã Không Biết, Hà Nội", "", district)) is None


def test_a_divided_unit_is_asked_about_until_somebody_answers() -> None:
    place = RecordPlace("Ngõ 5, phường Quảng An", "Quảng An", "Tây Hồ")
    asked = RENEWER.renewal(place)
    answer = next(unit for unit in asked.finding.choices if unit.name == "Phường Tây Hồ")

    answered = PlaceRenewer(RENEWER.gazetteer, {asked.key: answer}).renewal(place)

    assert (asked.after, asked.question) == (None, QUESTION)
    assert answered.after == RecordPlace("Ngõ 5", "Phường Tây Hồ", "Tây Hồ")


def test_the_district_stays_as_a_field() -> None:
    renewal = RENEWER.renewal(RecordPlace("Thôn Đông Cao, xã Tráng Việt, huyện Mê Linh", "", ""))

    assert renewal.after.district == "Huyện Mê Linh"
    assert renewal.after.line == "Thôn Đông Cao, Xã Mê Linh, Huyện Mê Linh"
    assert renewal.before.line == "Thôn Đông Cao, xã Tráng Việt, huyện Mê Linh"


def test_names_that_live_on_name_units_that_exist() -> None:
    written = {commune: RENEWER.renewal(RecordPlace("", commune, "Gia Lâm")) for commune in ("Bát Tràng", "Kiêu Kỵ")}

    assert written["Bát Tràng"].exists
    assert not written["Kiêu Kỵ"].exists


def test_every_former_unit_is_renewed_out_of_an_address() -> None:
    for old in RENEWER.gazetteer.former:
        address = f"Thôn 1, {old.name}, {old.district}, Hà Nội"
        answers = {question_key(f"{old.name}, {old.district}"): old.choices[0]}
        after = PlaceRenewer(RENEWER.gazetteer, answers).renewal(RecordPlace(address)).after
        unit = RENEWER.gazetteer.unit(after.commune)
        assert unit in old.choices, old
        assert after.label_line == f"Thôn 1, {unit.name}, Hà Nội", old
