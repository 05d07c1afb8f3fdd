"""A sign-in types the password once, ends where it was going, and has recovery codes for the day without the phone."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pyotp
import pytest
from argon2.profiles import CHEAPEST

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.web.server.desk_app import SESSION_LASTS
from labelsvc.workflows.password_hashes import AT_ONCE, PasswordHashes
from labelsvc.workflows.sign_in import invite
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskClient, DeskOffice

ADMIN = ADDRESSES[Role.ADMINISTRATOR]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def code(desk: DeskOffice, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(desk.now)


def typed_password(desk: DeskOffice, following: str = "") -> DeskClient:
    """Return an administrator's browser that is asked for the code."""
    desk.second_factor(ADMIN, SECRET)
    client = desk.client()
    asked = client.post("/login", email=ADMIN, password=PASSWORD, next=following)
    assert (asked.status_code, 'name="password"' in asked.text) == (200, False)
    client.get("/register")  # any page with a form's token
    client.csrf = re.search(r'name="csrf_token" value="([^"]+)"', asked.text)[1]
    return client


def set_up(desk: DeskOffice) -> tuple[DeskClient, Any]:
    """Return a browser of an administrator who has just set the second factor up, and the answer."""
    desk.second_factor(ADMIN, "")
    client = desk.client()
    client.post("/login", email=ADMIN, password=PASSWORD, next="/office/batches?state=ready")
    client.get("/office/batches?state=ready")
    page = client.get("/account/second-factor").text
    secret = re.search(r'id="secret">([A-Z2-7]+)<', page)[1]
    return client, client.post("/account/second-factor", code=code(desk, secret))


def printed(answer: Any) -> list[str]:
    found: list[str] = re.findall(r'<li class="mono">([0-9A-Z-]+)</li>', answer.text)
    return found


def test_the_code_follows_the_password_without_typing_it_again(desk: DeskOffice) -> None:
    client = typed_password(desk, "/office/audit")

    wrong = client.post("/login", code="000000", next="/office/audit")
    client.csrf = re.search(r'name="csrf_token" value="([^"]+)"', wrong.text)[1]
    done = client.post("/login", code=code(desk), next="/office/audit")

    assert (wrong.status_code, done.status_code, done.location) == (401, 302, "/office/audit")


def test_a_code_without_password_signs_nobody_in(desk: DeskOffice) -> None:
    desk.second_factor(ADMIN, SECRET)

    assert desk.client().post("/login", code=code(desk)).status_code == 401


@pytest.mark.parametrize("late", [True, False], ids=["ten minutes later", "after a new password"])
def test_the_step_of_the_password_ends(desk: DeskOffice, late: bool) -> None:
    client = typed_password(desk)
    if late:
        desk.now += timedelta(minutes=10)
    else:
        account = desk.services.accounts.credentials(ADMIN)
        assert account
        new = desk.services.password_hashes.hash("năm con vịt vàng bơi lội")
        desk.services.accounts.set_password(account.account.id, new, ChangeContext("cli", desk.now))

    answer = client.post("/login", code=code(desk))

    assert answer.status_code == 401
    assert 'name="password"' in answer.text


def test_setup_right_after_sign_in_asks_for_no_password(desk: DeskOffice) -> None:
    _, done = set_up(desk)

    assert done.status_code == 200
    assert len(set(printed(done))) == 10
    assert 'href="/office/batches?state=ready"' in done.text


def test_a_password_typed_long_ago_is_asked_for_again(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    desk.now += timedelta(minutes=11)
    page = clerk.get("/account/second-factor").text
    secret = re.search(r'id="secret">([A-Z2-7]+)<', page)[1]

    refused = clerk.post("/account/second-factor", code=code(desk, secret))

    assert 'name="password"' in page
    assert refused.status_code == 422


def test_the_page_says_that_it_is_compulsory_and_why(desk: DeskOffice) -> None:
    desk.second_factor(ADMIN, "")
    client = desk.client()
    client.post("/login", email=ADMIN, password=PASSWORD)

    assert "Bắt buộc với quản trị viên" in client.get("/account/second-factor").text
    assert "Bắt buộc" not in desk.client(Role.CLERK).get("/account/second-factor").text


@pytest.mark.parametrize("path", ["/register", "/register/register.csv", "/api/v1/docs", "/api/v1/openapi.json"])
def test_public_pages_stay_public_before_the_second_factor(desk: DeskOffice, path: str) -> None:
    desk.second_factor(ADMIN, "")
    client = desk.client()
    client.post("/login", email=ADMIN, password=PASSWORD)

    assert client.get(path).status_code == 200


def test_a_recovery_code_stands_in_for_the_phone_once(desk: DeskOffice) -> None:
    _, done = set_up(desk)
    recovery = printed(done)[3]
    form = {"email": ADMIN, "password": PASSWORD}

    first = desk.client().post("/login", **form, recovery=recovery.lower().replace("-", " "))
    again = desk.client().post("/login", **form, recovery=recovery)

    assert (first.status_code, again.status_code) == (302, 401)
    assert "đã dùng rồi" in again.text
    account = desk.services.accounts.credentials(ADMIN)
    assert account
    assert desk.services.recovery_codes.count_left(account.account.id) == 9


def test_new_recovery_codes_replace_old_ones_and_are_shown_once(desk: DeskOffice) -> None:
    client, done = set_up(desk)
    client.get("/account")
    old = printed(done)

    new = printed(client.post("/account/recovery-codes"))
    signed_in = desk.client().post("/login", email=ADMIN, password=PASSWORD, recovery=old[0])

    assert not set(old) & set(new)
    assert signed_in.status_code == 401
    page = client.get("/account").text
    assert "Còn 10 mã dự phòng" in page
    assert not [code for code in (*old, *new) if code in page]


def test_codes_are_kept_as_hashes_and_end_with_the_second_factor(desk: DeskOffice) -> None:
    _, done = set_up(desk)
    account = desk.services.accounts.credentials(ADMIN)
    assert account
    with desk.services.database.reading() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM recovery_codes").all())

    desk.services.accounts.set_second_factor(account.account.id, "", 0, ChangeContext("cli", desk.now))

    assert not [code for code in printed(done) if code in kept or code.replace("-", "") in kept]
    assert desk.services.recovery_codes.count_left(account.account.id) == 0


@pytest.mark.parametrize(
    ("how", "said"),
    [("accepted", "đã được dùng ngày"), ("replaced", "thay bằng lời mời khác"), ("withdrawn", "được rút lại"),
     ("expired", "hết hạn ngày")],
)  # fmt: skip
def test_an_invitation_that_ended_says_how_and_where_to_sign_in(desk: DeskOffice, how: str, said: str) -> None:
    context = ChangeContext("cli", desk.now)
    invitations, producers = desk.services.invitations, desk.services.producer_names
    token = invite(invitations, producers, "moi@vanphong.vn", Role.CLERK, None, context)
    guest = desk.client()
    guest.get(f"/invitation/{token}")
    if how == "accepted":
        guest.post(f"/invitation/{token}", name="Mới", password="trời hôm nay xanh quá nhỉ")
    elif how == "replaced":
        invite(invitations, producers, "moi@vanphong.vn", Role.CLERK, None, context)
    elif how == "withdrawn":
        invitations.withdraw(invitations.waiting(desk.now)[0].id, context)
    else:
        desk.now += timedelta(days=8)

    answer = desk.client().get(f"/invitation/{token}")

    assert answer.status_code == 404
    assert said in answer.text
    assert 'href="/login"' in answer.text


def test_a_sign_in_among_too_many_is_answered_kindly(desk: DeskOffice) -> None:
    desk.services.password_hashes = PasswordHashes(CHEAPEST, patience=0.01)
    client = desk.client()

    others_are_done = Event()
    others = [desk.services.password_hashes._hands.submit(others_are_done.wait) for _ in range(AT_ONCE)]
    answer = client.post("/login", email=ADMIN, password=PASSWORD)
    others_are_done.set()

    assert all(other.result() for other in others)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Đang có quá nhiều người đăng nhập" in answer.text


def test_a_session_holds_by_the_desk_s_clock_alone(desk: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = desk.client(Role.CLERK)
    statuses = []
    for days in (-30, 30):
        astray = time.time() + days * 86_400
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda astray=astray: astray)
            statuses.append(clerk.get("/office/").status_code)
    desk.now -= timedelta(seconds=50)  # what another machine of the office may be behind
    statuses.append(clerk.get("/office/").status_code)
    desk.now += SESSION_LASTS + timedelta(minutes=2)
    over = clerk.get("/office/")

    assert statuses == [200, 200, 200]
    assert over.status_code == 302
