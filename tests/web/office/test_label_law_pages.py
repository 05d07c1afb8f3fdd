"""Label law on the pages of a product, in the office and at a producer's desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from tests.offices.desk_office import DeskOffice


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def test_both_desks_list_the_rules_and_give_the_sheet(desk: DeskOffice) -> None:
    desk.take(8)
    clerk, own = desk.client(Role.CLERK), 1
    producer_id = desk.services.product_lists.producer_of(own)
    desk.add("chuthe@htx.vn", Role.PRODUCER, producer_id)
    producer = desk.client("chuthe@htx.vn")
    other = next(each.id for each in desk.services.products.all() if each.id != own)

    for client, room in ((clerk, "office"), (producer, "producer")):
        page = client.get(f"/{room}/products/{own}").text
        assert "Nội dung nhãn hàng hóa" in page
        assert "nghị định 37/2026" in page.casefold()
        assert "Đã đối chiếu với các quy tắc này" in page
        assert "hợp pháp" not in page
        sheet = client.get(f"/{room}/products/{own}/label-content.pdf")
        assert sheet.data.startswith(b"%PDF-")
        assert "attachment" in sheet.headers["Content-Disposition"]
    if desk.services.product_lists.producer_of(other) != producer_id:
        assert producer.get(f"/producer/products/{other}/label-content.pdf").status_code == 404


def test_the_form_takes_class_fields_as_people_write_them(desk: DeskOffice) -> None:
    desk.take(1)
    clerk = desk.client(Role.CLERK)
    stored = desk.services.products.get(1)
    form = {"name": stored.product.name, "producer": stored.product.producer, "reason": "bổ sung nhãn"}
    clerk.get("/office/products/1/edit")

    wrong = clerk.post("/office/products/1/edit", **form, nutrition="nhiều chất", alcohol="mạnh")
    assert wrong.status_code == 422
    assert "Không hiểu «nhiều chất»" in wrong.text

    clerk.post("/office/products/1/edit", **form, product_set="Bộ 14", alcohol="29.5% vol", goods_class="alcohol")
    product = desk.services.products.get(1).product
    assert (product.product_set, product.alcohol, product.goods_class) == ("14", "29,5", "alcohol")
    assert "Rượu, đồ uống có cồn" in clerk.get("/office/products/1").text


def test_the_sheet_of_a_service_is_refused_with_its_reason(desk: DeskOffice) -> None:
    desk.take(1)
    stored = desk.services.products.get(1)
    desk.services.product_changes.change(
        stored, lambda product: replace(product, goods_class="service"), ChangeContext("a@b.vn", desk.now, "dịch vụ")
    )

    answer = desk.client(Role.CLERK).get("/office/products/1/label-content.pdf")

    assert answer.status_code in (409, 422)
    assert "không mang nhãn hàng hóa" in answer.text
