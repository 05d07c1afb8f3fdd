"""A batch whose output takes no files: its page, the lists and the API say since when and why, without places."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.errors import Problem
from labelsvc.domain.time_zone import VIETNAM
from tests.offices.desk_office import DeskOffice

FULL = Problem("output.full", {"path": "/srv/labelsvc/output", "free": 0.2, "reason": "No space left on device"})
PRODUCER = "chuthe@htx.vn"
TOLD_PRODUCERS = (
    "Tệp chưa in được vì nơi lưu tệp của văn phòng đang gặp sự cố; khi khắc phục xong, hệ thống tự in tiếp."
)


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def ordered(desk: DeskOffice) -> str:
    return desk.office.order(desk.office.plan(desk.take(1), quantity=20, queued=True, who="web"))


def test_pages_and_api_say_since_when_and_why_a_batch_waits(desk: DeskOffice) -> None:
    name = ordered(desk)
    desk.services.claims.waits.refused("", FULL, desk.now)
    since = desk.now.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
    told = f"Chờ từ {since}. Thư mục xuất output đã đầy (còn 0,2 GB): khi có chỗ, hệ thống tự in tiếp."
    clerk = desk.client(Role.CLERK)
    addresses = f"/office/batches/{name}", "/office/batches", "/office/batches/running"

    pages = [clerk.get(address).text for address in addresses]
    token = desk.token(Role.CLERK, "batches:read")
    listed = desk.app.test_client().get("/api/v1/batches", headers=token).json["items"]

    assert [told in page for page in pages] == [True] * 3
    assert not any("/srv" in page for page in pages)
    assert [item["waits"] for item in listed] == [told]


def test_a_producer_is_told_neither_where_nor_why_a_batch_waits(desk: DeskOffice) -> None:
    items = desk.take(1)
    producer = desk.services.product_lists.producer_of(items[0].stored.id)
    desk.add(PRODUCER, Role.PRODUCER, producer)
    plan = desk.office.plan(items, quantity=20, queued=True, who=PRODUCER, producer_id=producer)
    name = desk.office.order(plan)
    desk.services.claims.waits.refused("", FULL, desk.now)

    page = desk.client(PRODUCER).get(f"/producer/labels/{name}").text
    token = desk.token(PRODUCER, "batches:read")
    listed = desk.app.test_client().get("/api/v1/batches", headers=token).json["items"]

    assert TOLD_PRODUCERS in page
    assert [item["waits"] for item in listed] == [TOLD_PRODUCERS]
    assert [word for word in ("0,2 GB", "/srv", "Chờ từ") if word in page] == []


def test_a_printed_batch_no_longer_says_that_it_waits(desk: DeskOffice) -> None:
    name = ordered(desk)
    desk.services.claims.waits.refused("", FULL, desk.now - timedelta(minutes=1))

    desk.work()

    assert "Chờ từ" not in desk.client(Role.CLERK).get(f"/office/batches/{name}").text
    assert desk.services.batches.get(name).state == "ready"
    assert desk.services.claims.waits.all(desk.now) == []
