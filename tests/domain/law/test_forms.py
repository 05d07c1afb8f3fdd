"""Tests of how quantities, days and ingredients are written."""

import pytest

from labelsvc.domain.law.date_forms import right_dates
from labelsvc.domain.law.named_ingredients import unquantified
from labelsvc.domain.law.quantity_form import right_quantity


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("500g", "500 g"),
        ("1,5kg", "1,5 kg"),
        ("500 g", "500 g"),
        ("0,5 kg", "500 g"),
        ("0.25kg", "250 g"),
        ("0,75 l", "0,75 l"),
        ("khoảng 500 g", "500 g"),
        ("~500g", "500 g"),
        ("500 g ± 5 g", "500 g"),
        ("10 gói x 20 g", "200 g (10 gói x 20 g)"),
        ("10 gói x 20g", "200 g (10 gói x 20 g)"),
        ("20g x 10 túi", "200 g (10 túi x 20 g)"),
        ("6 chai x 500ml", "3 l (6 chai x 500 ml)"),
        ("2 x 250 ml", "500 ml (2 x 250 ml)"),
        ("200 g (10 gói x 20 g)", "200 g (10 gói x 20 g)"),
        ("5 bông", "5 bông"),
        ("1 bộ 6 món", "1 bộ 6 món"),
        ("10 gốc", "10 gốc"),
    ],
)
def test_quantities_have_one_right_form(written: str, right: str) -> None:
    assert right_quantity(written, ("khoảng", "xấp xỉ")) == right


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("31/12/2026", "31/12/2026"),
        ("2026-12-31", "31/12/2026"),
        ("12/31/2026", "31/12/2026"),
        ("05/06/2026", "05/06/2026"),
        ("12 tháng kể từ NSX", "12 tháng kể từ NSX"),
        ("HSD: 2026/1/5", "HSD: 05/01/2026"),
        ("01/01/2026-12/31/2026", "01/01/2026-31/12/2026"),
        ("Tổng đài 1900.12.12.88", "Tổng đài 1900.12.12.88"),
        ("Tổng đài 1900.63.68", "Tổng đài 1900.63.68"),
        ("ĐT 0912.11.56.78", "ĐT 0912.11.56.78"),
        ("ĐT 024.10.26.2026", "ĐT 024.10.26.2026"),
    ],
)
def test_days_come_before_months_and_years(written: str, right: str) -> None:
    assert right_dates(written) == right


@pytest.mark.parametrize(
    ("name", "ingredients", "named"),
    [
        ("Bánh đậu xanh", "Đậu xanh, đường", ["Đậu xanh"]),
        ("Bánh đậu xanh", "Đậu xanh 45 %, đường", []),
        ("Bánh đậu xanh", "Đậu xanh (45%), đường", []),
        ("Trà sen", "Trà xanh; hoa sen khô", ["hoa sen khô"]),
        ("Củ cải trắng Đông Cao", "Củ cải trắng tươi", []),
        ("Gạo nếp", "Gạo nếp 85,5 %, đậu", []),
        ("Mật ong nhãn", "Mật ong và nhãn", ["Mật ong", "nhãn"]),
        ("Bưởi Diễn", "", []),
        ("Giò lụa", "Thịt lợn 80 %, nước mắm", []),
    ],
)
def test_ingredients_in_a_name_need_their_amount(name: str, ingredients: str, named: list[str]) -> None:
    assert unquantified(name, ingredients) == named
