"""A design is for some product groups: others are refused by name, with the designs that suit them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labelsvc.domain.errors import DesignRefused, PrintRefused
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product import ProductGroup
from labelsvc.workflows.designs.design_groups import group_refusal
from labelsvc.workflows.designs.preview_label import LabelPreview, finished_png
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records
from tests.samples.labels_on_paper import HOST, PRODUCT, ROOM, design, replaced

GOODS = ("tem-25x35", "tem-tron-32", "nhan-60x90", "nhan-100x70")
TOUR = replace(PRODUCT, group=ProductGroup.TOURISM)
SAID = 'groups="food drink herbal craft ornamental"'
NOW = datetime(2026, 3, 9, tzinfo=UTC)
PREVIEW = LabelPreview(name="tem-25x35", stored=None, mark="MẪU", host=HOST, now=NOW)


@pytest.mark.parametrize("name", GOODS)
def test_services_get_no_goods_label(name: str) -> None:
    refusal = group_refusal(TOUR, ROOM.design(name), ROOM)

    assert refusal is not None
    assert (refusal.code, refusal.facts["design"]) == ("print.other_groups", name)
    assert refusal.facts["suited"] == ["bien-ke-105x74", "bien-ke-148x210", "chung-nhan-297x210"]


def test_shelf_card_is_for_every_group() -> None:
    card = ROOM.design("bien-ke-105x74")

    assert not any(group_refusal(replace(PRODUCT, group=group), card, ROOM) for group in ProductGroup)


@pytest.mark.parametrize("name", GOODS)
@pytest.mark.parametrize("group", [*(group for group in ProductGroup if group is not ProductGroup.TOURISM), None])
def test_goods_of_any_or_no_group_get_goods_labels(name: str, group: ProductGroup | None) -> None:
    assert group_refusal(replace(PRODUCT, group=group), ROOM.design(name), ROOM) is None


def test_design_that_names_no_groups_is_for_all_as_before() -> None:
    before = design(replaced(f" {SAID}", ""))

    assert before.groups == frozenset(ProductGroup)
    assert group_refusal(TOUR, before, ROOM) is None


def test_unknown_group_is_refused_with_the_nearest() -> None:
    with pytest.raises(DesignRefused) as error:
        design(replaced(SAID, 'groups="food tourist"'))

    (problem,) = error.value.problems
    assert (problem.code, problem.facts["value"], problem.facts["nearest"]) == (
        "design.product_group",
        "tourist",
        "tourism",
    )


def test_order_refuses_the_service_by_name_and_prints_its_neighbours(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    items = office.take(make_records(2, 1, day=office.today))
    tour = replace(items[0], stored=replace(items[0].stored, product=TOUR))

    plan = office.plan([tour, items[1]], "nhan-100x70", "single")

    assert [one.product for one in plan.refused] == [TOUR]
    assert plan.refused[0].reasons[0].code == "print.other_groups"
    assert not plan.refused[0].warnings
    assert plan.new is not None
    assert [line.product for line in plan.new.lines] == [items[1].stored.product]


def test_preview_refuses_a_service_as_printing_does() -> None:
    stored = StoredProduct(1, TOUR, ())

    with pytest.raises(PrintRefused, match="other_groups"):
        finished_png(replace(PREVIEW, stored=stored), ROOM, 72)


def test_preview_without_records_shows_a_product_of_the_designs_groups() -> None:
    source = replaced(SAID, 'groups="tourism"').encode()

    assert finished_png(replace(PREVIEW, name="tour", source=source), ROOM, 72)
