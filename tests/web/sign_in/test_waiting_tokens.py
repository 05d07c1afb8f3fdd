"""Tokens that wait after a new password, until their owner confirms each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskClient, DeskOffice

NEW_PASSWORD = "năm con vịt vàng bơi lội"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def recorded(desk: DeskOffice, subject: str = "sign_in") -> list[tuple[str, str, str]]:
    """Who, which field and what the audit has, the oldest first."""
    rows, _ = desk.services.changes.page(subject=subject)
    return [(row.who, row.field, row.after) for row in reversed(rows)]


def call(desk: DeskOffice, token: dict[str, str], address: str = "203.0.113.9") -> Any:
    client = desk.app.test_client()
    return client.get("/api/v1/products", headers=token, environ_base={"REMOTE_ADDR": address})


def changed_password(desk: DeskOffice) -> DeskClient:
    client = desk.client(Role.CLERK)
    client.get("/account")
    client.post("/account/password", old=PASSWORD, password=NEW_PASSWORD)
    return client


def test_a_new_password_lets_tokens_wait_until_each_is_confirmed(desk: DeskOffice) -> None:
    kept, forgotten = desk.token(Role.CLERK, "products:read"), desk.token(Role.CLERK, "products:read")
    before = call(desk, kept).status_code
    client = changed_password(desk)
    page = client.get("/account").text
    waiting = call(desk, kept)

    client.post("/account/tokens/1/confirm")

    assert (before, waiting.status_code) == (200, 401)
    assert "chờ xác nhận" in waiting.get_json()["title"]
    assert "2 khóa API đang chờ" in page
    assert [call(desk, each).status_code for each in (kept, forgotten)] == [200, 401]
    fields = [field for _, field, _ in recorded(desk, "account")]
    assert fields[-2:] == ["tokens_waiting", "token_confirmed"]


def test_tokens_are_confirmed_and_created_with_the_password_only(desk: DeskOffice) -> None:
    token = desk.token(Role.CLERK, "products:read")
    client = changed_password(desk)
    desk.now += timedelta(minutes=11)
    client.get("/account")

    client.post("/account/tokens/1/confirm")
    client.post("/account/tokens", name="lạ", scopes="products:read")
    without = call(desk, token).status_code, len(desk.services.sign_ins.tokens_of(2))
    client.post("/account/tokens/1/confirm", password=NEW_PASSWORD)

    assert without == (401, 1)
    assert call(desk, token).status_code == 200


def test_a_revoked_token_is_not_confirmed_again(desk: DeskOffice) -> None:
    token = desk.token(Role.CLERK, "products:read")
    client = changed_password(desk)
    client.get("/account")
    client.post("/account/tokens/1/revoke")

    answer = client.post("/account/tokens/1/confirm")

    assert answer.status_code == 404
    assert call(desk, token).status_code == 401


def test_an_administrators_token_needs_the_second_factor_that_a_session_needs(desk: DeskOffice) -> None:
    token = desk.token(Role.ADMINISTRATOR, "products:read")

    without = call(desk, token)
    desk.second_factor(ADDRESSES[Role.ADMINISTRATOR])

    assert (without.status_code, call(desk, token).status_code) == (403, 200)
    assert "xác thực hai bước" in without.get_json()["detail"]


def test_a_demonstrations_administrator_needs_none(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path, host="OCOP.HANOI.EXAMPLE")

    assert call(desk, desk.token(Role.ADMINISTRATOR, "products:read")).status_code == 200
