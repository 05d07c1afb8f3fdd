"""A product that a design cannot show: a plate says why in the picture's place, and saving warns."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskOffice, printable

UNPRINTABLE = "Bột sắn dây 葛粉"
"""Letters that no face of ours has: no design can show it, however much room it has."""
FORM = {"name": UNPRINTABLE, "producer": "Hộ kinh doanh Lê Thị Hoa", "stars": "4", "decision_date": "2026-01-05"}


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def test_plates_explain_missing_pictures(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/new")

    page = clerk.get(clerk.post("/office/products/new", **FORM).headers["Location"]).text

    assert page.count('class="plate"') == len(desk.services.looks.names)
    assert "/labels/tem-25x35.png" not in page
    assert "notice warned" in page
    assert "chưa in được trên mẫu nhãn nào" in page


def test_pictures_stand_where_labels_can_be_shown(desk: DeskOffice) -> None:
    desk.take(2)
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/products/{printable(desk)}").text

    assert 'class="plate"' not in page
    assert page.count("/labels/tem-25x35.png") == 1
    assert "Nhãn Nhãn" not in page


def test_sheet_captions_name_the_die_line_only_if_present(desk: DeskOffice) -> None:
    desk.take(2)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    order = {"product": product, "quantity": 4, "design": "tem-25x35"}

    captions = [
        clerk.get("/office/print", query_string=order | {"stock": stock}).text for stock in ("a4", "avery-l7160")
    ]

    assert ["CutContour" in caption for caption in captions] == [True, False]
    assert all("FOGRA39" in caption for caption in captions)
