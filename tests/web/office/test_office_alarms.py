"""The office sees what scans raised an alarm about, and says what it did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.verification.stamp_record import MANY_DEVICES
from tests.offices.desk_office import DeskOffice, scan_unknown


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


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
    desk.services.scans.queue.write_now()

    page = desk.client(Role.CLERK).get("/office/alarms").text

    assert product in page
    assert printed.batch.name in page
    assert f"Nhiều nhất {MANY_DEVICES} máy trong ngày" in page


def test_dealing_with_an_alarm_needs_a_note(desk: DeskOffice) -> None:
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


def test_a_missing_key_is_told_on_the_desk(desk: DeskOffice) -> None:
    desk.services.key_file.path.unlink()
    desk.services.verifying_keys.compare()
    client = desk.client(Role.CLERK)

    pages = [client.get(path).text for path in ("/office/", "/office/alarms")]
    verdict = desk.app.test_client().get(
        "/api/v1/verdicts/7K3QX9ZT4M2B8RVC5WHD", headers=desk.token(Role.CLERK, "verdicts:read")
    )

    for page in pages:
        assert "Có vấn đề về khóa." in page
        assert "Máy này không có khóa của kỳ" in page
        assert str(desk.folder) not in page
    assert (verdict.status_code, verdict.get_json()["verdict"]) == (503, "cannot_be_checked")
    assert int(verdict.headers["Retry-After"]) > 0
    assert verdict.get_json()["signature"] is None


def test_a_verdict_of_the_api_is_signed_and_keeps_its_etag(desk: DeskOffice) -> None:
    scan_unknown(desk)
    code = desk.services.epochs.keys()[0].seal(StampIdentity(4_321, 7))
    desk.services.verifying_keys.compare()
    headers = desk.token(Role.CLERK, "verdicts:read")

    first = desk.app.test_client().get(f"/api/v1/verdicts/{code}", headers=headers)
    desk.now += timedelta(seconds=90)
    again = desk.app.test_client().get(
        f"/api/v1/verdicts/{code}", headers=headers | {"If-None-Match": first.headers["ETag"]}
    )

    assert first.get_json()["signature"]["algorithm"] == "Ed25519"
    assert again.status_code == 304
