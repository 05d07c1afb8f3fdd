"""A service that somebody forgot to stop when its database was moved: it says what happened, not that it is busy."""

from __future__ import annotations

from pathlib import Path

from labelsvc.domain.account import Role
from labelsvc.storage.db.moved_mark import mark_moved
from labelsvc.web.server.readiness import Readiness
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice, printable, scan_unknown

PLACE = "postgresql://labelsvc@db/labelsvc"


def test_pages_and_the_api_say_that_records_were_moved(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    desk.take(1)
    stranger, orders = desk.client(), desk.token(Role.CLERK, "batches:write") | {"Idempotency-Key": "once-more-please"}
    body = {"products": [{"product_id": printable(desk), "quantity": 5}], "stock": "a4"}
    stranger.get("/login")
    with desk.services.database.writing() as connection:
        mark_moved(connection, PLACE)

    shown = [stranger.get(path).status_code for path in ("/register", "/register/register.csv", "/login")]
    scanned = scan_unknown(desk)
    page = stranger.post("/login", email=ADDRESSES[Role.CLERK], password=PASSWORD)
    answer = stranger.http.post("/api/v1/batches", json=body, headers=orders)

    assert shown == [200, 200, 200]
    assert "Văn phòng Điều phối nhìn thấy điều này" in scanned
    assert Readiness(desk.services).lacking()["database"] == "storage.moved"
    assert (page.status_code, answer.status_code) == (503, 503)
    assert "đã chuyển sang" in page.text
    assert "LABELSVC_DATABASE" in answer.json["detail"]
    assert not any("Retry-After" in each.headers for each in (page, answer))
