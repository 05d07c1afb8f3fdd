"""Where a product is made, as labels say it: each unit once, and older batches as they were printed."""

from __future__ import annotations

import pytest

from labelsvc.domain.print_options import PrintOptions
from labelsvc.rendering.design.filling import fill, label_texts
from tests.samples.labels_on_paper import ROOM, facts

DESIGNS = ("nhan-60x90", "nhan-100x70", "bien-ke-105x74")
BEFORE = ROOM.kept(PrintOptions.from_json({"proof": "auto", "apart_mm": 0.2}))


def words(design: object, **place: str) -> str:
    return " ".join(" ".join(text.lines) for text in label_texts(fill(design, facts(district="", **place))))


@pytest.mark.parametrize("name", DESIGNS)
def test_commune_that_the_address_names_is_printed_once(name: str) -> None:
    printed = words(ROOM.design(name), address="Thôn 2, xã Thạch Xá", commune="Thạch Xá")

    assert printed.count("Thạch Xá") == 1
    assert "Thôn 2, xã Thạch Xá, Hà Nội" in printed


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("address", ["Số 8 Trần Phú, Hà Nội", "Số 8 Trần Phú", ""])
def test_city_is_printed_once(name: str, address: str) -> None:
    printed = words(ROOM.design(name), address=address, commune="Hà Đông")

    assert "Hà Đông, Hà Nội" in printed
    assert "Hà Nội, Hà Nội" not in printed


@pytest.mark.parametrize("name", DESIGNS)
def test_older_batches_keep_the_place_as_it_was_printed(name: str) -> None:
    assert "xã Thạch Xá, Thạch Xá" in words(BEFORE.design(name), address="xã Thạch Xá", commune="Thạch Xá")
