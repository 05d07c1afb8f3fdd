"""A producer's desk: labels that are taken, and stamps that the office is asked for."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.permission import current_recognition
from tests.offices.desk_office import DeskOffice, printable


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def test_a_producers_download_keeps_its_serials_and_takes_its_quota_once(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(product))
    producer = desk.client("chuthe@htx.vn")
    page = producer.get(f"/producer/products/{product}").text
    form = {"quantity": 3, "design": "tem-25x35", "nonce": "n"}

    first = producer.post(f"/producer/products/{product}/labels", **form).headers["Location"]
    again = producer.post(f"/producer/products/{product}/labels", **form).headers["Location"]
    desk.work()
    codes = [producer.get(f"{first}/forms/qr-svg.zip").data for _ in range(2)]
    picture = producer.get(f"{first}/forms/labels-300dpi-png.zip")
    drawing = producer.get(f"{first}/forms/labels-svg.zip")
    stored = desk.services.products.get(product)
    recognition = current_recognition(stored.history, desk.now.date())
    assert recognition
    quota = desk.services.quotas.for_recognitions([stored.id_of(recognition)])[stored.id_of(recognition)]

    assert 'aria-current="page">Sản phẩm của tôi<' in page
    assert first == again
    assert codes[0] == codes[1]
    assert len(zipfile.ZipFile(io.BytesIO(codes[0])).namelist()) == 3
    assert picture.status_code == 200
    assert all(name.endswith(".svg") for name in zipfile.ZipFile(io.BytesIO(drawing.data)).namelist())
    assert quota.used == 3


def test_a_stamp_order_goes_from_asked_to_delivered(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(product))
    producer, clerk = desk.client("chuthe@htx.vn"), desk.client(Role.CLERK)
    producer.get(f"/producer/products/{product}")
    producer.post(f"/producer/products/{product}/orders", quantity=40, design="tem-25x35", note="gấp")
    order = desk.services.stamp_orders.page()[0][0]
    clerk.get("/office/stamp-orders")

    too_early = clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    clerk.post(f"/office/stamp-orders/{order.id}/approved", answer="được")
    clerk.post(
        "/office/print", product=product, quantity=40, design="tem-25x35", stock="a4", nonce="o", order_id=order.id
    )
    desk.work()
    clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    done = desk.services.stamp_orders.get(order.id)

    assert too_early.status_code == 409
    assert (done.state, done.answer, done.batch) == ("delivered", "được", desk.services.batches.last().name)
