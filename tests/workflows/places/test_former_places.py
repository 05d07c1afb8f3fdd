"""Labels that carry an address name units that exist: refused by name else, with neighbours printed; stamps print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.host import Host
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.places.former_labels import design_carries_address, former_labels
from labelsvc.workflows.places.place_answers import read_place_answers
from labelsvc.workflows.places.renew_products import product_places, renew_products
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records

PLACES = (("Võng La", "Đông Anh"), ("Quảng An", "Tây Hồ"), ("Xã Gia Lâm", "Gia Lâm"), ("Bát Tràng", "Gia Lâm"))
ADDRESSED, STAMP = "nhan-60x90", "tem-25x35"


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def items(office: PrintingOffice) -> list[OrderItem]:
    records = make_records(len(PLACES), 4, day=office.today, seed=3)
    placed = [
        record | {"Địa chỉ": "Thôn 1", "Xã/Phường": commune, "Quận/Huyện": district}
        for record, (commune, district) in zip(records, PLACES, strict=True)
    ]
    return office.take(placed)


def codes(plan: OrderPlan) -> list[str]:
    """Return the code of each product's reason about its place, empty for none, in the order of PLACES."""
    found = [[problem.code for problem in decision.reasons] for decision in plan.decisions]
    return [next((code for code in each if code.endswith("_place")), "") for each in found]


def renewed(office: PrintingOffice, *answers: str) -> int:
    services = office.services
    renewer = PlaceRenewer(services.gazetteer, read_place_answers(answers, services.gazetteer))
    context = ChangeContext("thu", office.now, "Địa danh mới")
    return renew_products(product_places(services.place_editing.all(), renewer), services.place_editing, context)


def stored(office: PrintingOffice, wanted: list[OrderItem]) -> list[StoredProduct]:
    """Return the products as they are now, in the order of PLACES."""
    return [office.services.products.get(item.stored.id) for item in wanted]


def again(office: PrintingOffice, wanted: list[OrderItem]) -> list[OrderItem]:
    return [replace(item, stored=now) for item, now in zip(wanted, stored(office, wanted), strict=True)]


def test_addresses_in_former_units_are_refused_and_neighbours_print(office: PrintingOffice) -> None:
    plan = office.plan(items(office), ADDRESSED)

    assert codes(plan) == ["print.former_place", "print.divided_place", "", ""]
    former, divided = (decision.reasons[-1].facts for decision in plan.decisions[:2])
    assert former == {"before": "Thôn 1, Võng La, Đông Anh", "after": "Thôn 1, Xã Thiên Lộc"}
    assert divided["choices"] == ["Phường Hồng Hà", "Phường Tây Hồ"]
    assert [line.product.commune for line in plan.new.lines] == ["Xã Gia Lâm", "Bát Tràng"]


def test_stamps_without_an_address_print(office: PrintingOffice) -> None:
    assert codes(office.plan(items(office), STAMP)) == [""] * 4


def test_renewed_records_print_with_units_of_today(office: PrintingOffice) -> None:
    wanted = items(office)
    changed = renewed(office, "Quảng An, Tây Hồ=Phường Tây Hồ")

    plan = office.plan(again(office, wanted), ADDRESSED)

    assert changed == 3  # «Bát Tràng» gets its kind
    assert codes(plan) == [""] * 4
    assert [line.product.place for line in plan.new.lines] == [
        "Thôn 1, Xã Thiên Lộc", "Thôn 1, Phường Tây Hồ", "Thôn 1, Xã Gia Lâm", "Thôn 1, Xã Bát Tràng"
    ]  # fmt: skip
    assert renewed(office) == 0


def test_renewing_is_in_the_log_with_both_values(office: PrintingOffice) -> None:
    first = items(office)[0].stored.id
    renewed(office)

    changes, _ = office.services.changes.page(subject="product", subject_id=first)

    commune = next(change for change in changes if change.field == "commune" and change.before)
    assert (commune.before, commune.after, commune.reason) == ("Võng La", "Xã Thiên Lộc", "Địa danh mới")


def test_a_place_that_changed_meanwhile_is_left_alone(office: PrintingOffice) -> None:
    wanted = items(office)
    places = product_places(office.services.place_editing.all(), PlaceRenewer(office.services.gazetteer))
    context = ChangeContext("thu", office.now, "sửa")
    first = wanted[0].stored.id
    office.services.product_editing.change(first, lambda product: replace(product, commune="Cổ Loa"), context)

    renew_products(places, office.services.place_editing, context)

    assert office.services.products.get(first).product.commune == "Cổ Loa"


def test_specimens_show_the_proposed_unit_with_a_warning(office: PrintingOffice) -> None:
    wanted = items(office)
    plan = office.plan(wanted, ADDRESSED, host=Host.parse("OCOP.HANOI.EXAMPLE"))

    assert codes(plan) == ["", "print.divided_place", "", ""]
    assert plan.new.lines[0].product.commune == "Xã Thiên Lộc"
    assert "print.shown_place" in {problem.code for problem in plan.decisions[0].warnings}
    assert office.order(plan)
    assert stored(office, wanted)[0].product.commune == "Võng La"


def test_batches_with_former_addresses_are_listed_with_their_last_day(office: PrintingOffice) -> None:
    before = items(office)
    renewed(office, "Quảng An, Tây Hồ=Phường Tây Hồ")
    plan = office.plan(again(office, before), ADDRESSED)
    earlier = [
        replace(line, product=old.stored.product, record=line.product)
        for line, old in zip(plan.new.lines, before, strict=True)
    ]
    office.order(plan)
    assert plan.new is not None
    name = office.order(replace(plan, new=replace(plan.new, lines=earlier)))
    office.order(office.plan(again(office, before), STAMP))

    listed = list(former_labels(office.services.printed_places, office.services.gazetteer))

    assert {each.printed.batch for each in listed} == {name}
    assert {each.printed.place.commune for each in listed} == {"Võng La", "Quảng An"}
    assert {(each.until, each.after_change) for each in listed} == {(date(2027, 7, 1), True)}


def test_only_designs_that_name_a_place_carry_an_address(office: PrintingOffice) -> None:
    carry = {name: design_carries_address(office.services.assets.design_source(name)) for name in (
        "nhan-60x90", "nhan-100x70", "bien-ke-105x74", "tem-25x35", "tem-tron-32"
    )}  # fmt: skip

    assert list(carry.values()) == [True, True, True, False, False]
