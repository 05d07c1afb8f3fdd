"""A name that labels bear is changed with a reason by somebody who saw what was printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, InvalidValue
from labelsvc.domain.product import Product
from labelsvc.domain.time_zone import VIETNAM
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def rename(office: PrintingOffice, reason: str = "", *, confirmed: bool = False, **facts: str) -> Product:
    """Change the office's first product and return it as it is stored then."""
    stored = office.services.products.all()[0]
    context = ChangeContext("lan", office.now, reason)
    office.services.product_changes.change(
        stored, lambda product: replace(product, **facts), context, rename_confirmed=confirmed
    )
    return office.services.products.get(stored.id).product


def ordered(office: PrintingOffice) -> str:
    """Order 7 labels of one new product; return the batch's name."""
    records = make_records(1, 7, day=office.now.astimezone(VIETNAM).date())
    return office.order(office.plan(office.take(records)))


@pytest.mark.parametrize("field", ["name", "producer"])
def test_a_printed_name_is_not_changed_unconfirmed(office: PrintingOffice, field: str) -> None:
    batch = ordered(office)
    before = office.services.products.all()[0].product

    with pytest.raises(Conflict) as refused:
        rename(office, **{field: "Tên khác"})

    facts = refused.value.problems[0].facts
    assert (facts["name"], facts["producer"], facts["count"]) == (before.name, before.producer, 7)
    assert facts["batches"] == (batch,)
    assert [problem.facts["field"] for problem in refused.value.problems] == ["rename_confirmed", "reason"]
    assert office.services.products.all()[0].product == before


def test_a_confirmed_rename_needs_its_reason(office: PrintingOffice) -> None:
    ordered(office)

    with pytest.raises(InvalidValue, match=r"product\.rename_reason"):
        rename(office, " ", confirmed=True, name="Tên khác")


def test_a_confirmed_rename_with_its_reason_is_stored(office: PrintingOffice) -> None:
    ordered(office)

    assert rename(office, "Theo quyết định đổi tên", confirmed=True, name="Tên khác").name == "Tên khác"


def test_other_fields_and_unprinted_products_change_without_asking(office: PrintingOffice, tmp_path: Path) -> None:
    ordered(office)
    assert rename(office, brand="Nhãn mới").brand == "Nhãn mới"

    never_printed = PrintingOffice(tmp_path / "other")
    never_printed.take(make_records(1, day=never_printed.today))
    assert rename(never_printed, name="Tên khác").name == "Tên khác"


def test_a_cancelled_batch_puts_no_stamps_out(office: PrintingOffice) -> None:
    office.services.batch_progress.cancel(ordered(office), "Nhầm", ChangeContext("lan", office.now))

    assert rename(office, name="Tên khác").name == "Tên khác"
