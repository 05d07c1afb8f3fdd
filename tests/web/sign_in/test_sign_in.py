"""The sign-in: what is answered to strangers, the second factor, sessions, invitations."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice
from tests.offices.prepared_databases import on_sqlite_alone


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@on_sqlite_alone
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(desk: DeskOffice) -> None:
    client = desk.client()

    wrong = client.post("/login", email=ADDRESSES[Role.CLERK], password="không phải mật khẩu này")
    unknown = client.post("/login", email="ai@do.vn", password="không phải mật khẩu này")

    assert wrong.status_code == unknown.status_code == 401
    assert "không đúng" in wrong.text
    assert _without(wrong.text, ADDRESSES[Role.CLERK]) == _without(unknown.text, "ai@do.vn")


def _without(page: str, address: str) -> str:
    """Return what a page says, without the address that was typed, the form's token and the passkey's challenge."""
    drawn_anew = r'name="csrf_token" value="[^"]+"|&#34;challenge&#34;: &#34;[^&]+&#34;'
    return re.sub(drawn_anew, "", page.replace(address, "")).split("<main")[1]


def test_a_one_time_password_is_taken_once(desk: DeskOffice) -> None:
    account = desk.services.accounts.credentials(ADDRESSES[Role.ADMINISTRATOR])
    assert account
    secret = pyotp.random_base32()
    desk.services.accounts.set_second_factor(account.account.id, secret, 0, ChangeContext("cli", desk.now))
    form = {"email": ADDRESSES[Role.ADMINISTRATOR], "password": PASSWORD}
    code = pyotp.TOTP(secret).at(desk.now)

    without = desk.client().post("/login", **form)
    first = desk.client().post("/login", **form, code=code)
    again = desk.client().post("/login", **form, code=code)

    assert "xác thực hai bước" in without.text
    assert first.status_code == 302
    assert again.status_code == 401


@on_sqlite_alone
def test_administrators_need_a_second_factor_before_anything_else(desk: DeskOffice) -> None:
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    desk.second_factor(ADDRESSES[Role.ADMINISTRATOR], "")

    for path in ("/office", "/office/accounts", "/account", "/office/kit"):
        answer = admin.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/second-factor"), path
    assert admin.get("/account/second-factor").status_code == 200
    assert clerk.get("/office").status_code == 200
    assert admin.post("/office/kit/artwork/retire").headers["Location"] == "/account/second-factor"
    assert admin.post("/logout").headers["Location"] == "/login"


def test_a_session_ends_when_it_is_ended_elsewhere_or_left_alone(desk: DeskOffice) -> None:
    here, there = desk.client(Role.CLERK), desk.client(Role.CLERK)

    here.get("/account")
    here.post("/account/sessions/end")
    ended = there.get("/office").status_code
    desk.now += timedelta(hours=13)
    left = here.get("/office").status_code

    assert (ended, left) == (302, 302)


@on_sqlite_alone
def test_a_post_without_the_pages_token_is_refused(desk: DeskOffice) -> None:
    client = desk.client(Role.ADMINISTRATOR)

    answer = client.http.post("/office/accounts/invitations", data={"email": "a@b.vn", "role": "clerk"})

    assert answer.status_code == 400
    assert not desk.services.invitations.waiting(desk.now)


def test_an_invitation_creates_one_account_and_then_ends(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    admin.post("/office/accounts/invitations", email="moi@vanphong.vn", role="clerk")
    page = admin.get("/office/accounts").text
    path = "/invitation/" + page.split("/invitation/")[1].split("<")[0]
    guest = desk.client()
    guest.get(path)

    weak = guest.post(path, name="Mới", password="123456789012345678")
    made = guest.post(path, name="Mới", password="trời hôm nay xanh quá nhỉ")
    again = desk.client().get(path)

    assert weak.status_code == 422
    assert "dễ đoán" in weak.text
    assert made.status_code == 302
    assert again.status_code == 404


@on_sqlite_alone
def test_guessing_is_bounded_for_one_account_and_locks_nobody_else_out(desk: DeskOffice) -> None:
    client = desk.client()

    tries = [client.post("/login", email=ADDRESSES[Role.CLERK], password="đoán").status_code for _ in range(11)]
    other = client.post("/login", email=ADDRESSES[Role.AUDITOR], password=PASSWORD).status_code
    elsewhere = desk.app.test_client().get("/login").status_code

    assert tries == [401] * 10 + [429]
    assert (other, elsewhere) == (302, 200)
