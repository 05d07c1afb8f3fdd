"""The office sees what scans raised an alarm about, and says what it did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.verdict import MANY_DEVICES
from labelsvc.web.public.app import public_app
from tests.offices.desk_office import DeskOffice


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def scan_unknown(desk: DeskOffice) -> str:
    """Scan a code that the office's key sealed, of a line that there is not; return the page."""
    code = desk.services.epochs.keys()[0].seal(StampIdentity(4_321, 7))
    page = public_app(desk.services).test_client().get(f"/{code}", headers={"User-Agent": "Firefox"})
    return page.get_data(as_text=True)


def test_alarms_announced_on_scans_appear_on_the_start_page(desk: DeskOffice) -> None:
    said = scan_unknown(desk)

    start = desk.client(Role.CLERK).get("/office/").text
    assert "Văn phòng Điều phối nhìn thấy điều này ở bàn làm việc." in said
    assert "1 cảnh báo từ lượt quét đang chờ xem." in start
    assert 'href="/office/alarms"' in start


def test_the_list_says_which_stamp_and_what_happened(desk: DeskOffice) -> None:
    scan_unknown(desk)

    page = desk.client(Role.AUDITOR).get("/office/alarms").text

    assert "dòng 4321, tem số 7" in page
    assert "Không có hồ sơ" in page
    assert "/seen" not in page, "an auditor changes nothing"


def test_a_stamp_of_many_devices_leads_to_its_product_and_batch(desk: DeskOffice) -> None:
    printed = desk.office.printed(1, 3)
    product = desk.services.products.all()[0].product.name
    for number in range(MANY_DEVICES):
        desk.services.scans.scan(printed.batch.epoch, 1, 2, desk.now, f"máy {number}")

    page = desk.client(Role.CLERK).get("/office/alarms").text

    assert product in page
    assert printed.batch.name in page
    assert f"Nhiều nhất {MANY_DEVICES} máy trong ngày" in page


def test_whoever_deals_with_an_alarm_says_what_was_done(desk: DeskOffice) -> None:
    scan_unknown(desk)
    desk.now += timedelta(minutes=5)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/alarms")
    [alarm] = desk.services.alarms.page()[0]

    answer = clerk.post(f"/office/alarms/{alarm.epoch}/4321/7/seen", note="Tem in thử của nhà in")

    page = clerk.get(answer.location).text
    assert "Tem in thử của nhà in" in page
    assert "Chờ xem" not in page
    assert "không có cảnh báo nào đang chờ" in clerk.get("/office/").text


def test_only_who_may_edit_marks_an_alarm(desk: DeskOffice) -> None:
    scan_unknown(desk)
    [alarm] = desk.services.alarms.page()[0]
    auditor = desk.client(Role.AUDITOR)
    auditor.get("/office/")

    assert auditor.post(f"/office/alarms/{alarm.epoch}/4321/7/seen").status_code == 403
    assert desk.services.alarms.count_open() == 1
