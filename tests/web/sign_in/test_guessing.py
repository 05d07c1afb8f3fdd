"""Guesses at the sign-in: what counts, what waits, what is recorded, and that no address is among it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.people.sign_ins import hash_of
from labelsvc.web.sign_in.networks import network_of
from labelsvc.workflows.recovery_codes import make_recovery_codes
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice

CLERK = ADDRESSES[Role.CLERK]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW_PASSWORD = "năm con vịt vàng bơi lội"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def guarded(desk: DeskOffice) -> DeskOffice:
    """An office whose clerk has a second factor."""
    desk.second_factor(CLERK, SECRET)
    return desk


def sign_in(desk: DeskOffice, address: str = "203.0.113.9", email: str = CLERK, **form: str) -> Any:
    client = desk.client()
    client.http.environ_base["REMOTE_ADDR"] = address
    return client.post("/login", email=email, **({"password": PASSWORD} | form))


def right_code(desk: DeskOffice) -> str:
    return pyotp.TOTP(SECRET).at(desk.now)


def wrong_code(desk: DeskOffice, address: str) -> Any:
    right = {pyotp.TOTP(SECRET).at(desk.now + timedelta(seconds=30 * step)) for step in (-1, 0, 1)}
    return sign_in(
        desk, address, code=next(code for code in ("000000", "111111", "222222", "333333") if code not in right)
    )


def addresses(count: int) -> Iterable[str]:
    return (f"198.51.{number}.7" for number in range(count))


def recorded(desk: DeskOffice, subject: str = "sign_in") -> list[tuple[str, str, str]]:
    """Who, which field and what the audit has, the oldest first."""
    rows, _ = desk.services.changes.page(subject=subject)
    return [(row.who, row.field, row.after) for row in reversed(rows)]


def test_wrong_codes_count_by_account_wherever_they_come_from(guarded: DeskOffice) -> None:
    refused = [wrong_code(guarded, address).status_code for address in addresses(6)]

    waiting = sign_in(guarded, "192.0.2.200", code=right_code(guarded))

    assert refused == [401] * 5 + [429]
    assert waiting.status_code == 429
    assert 0 < int(waiting.headers["Retry-After"]) <= 60
    assert "mật khẩu đã bị lộ" in waiting.text


def test_wrong_recovery_codes_count_too(guarded: DeskOffice) -> None:
    for address in addresses(5):
        assert sign_in(guarded, address, recovery="ABCD-EFGH-JKMN-PQRS").status_code == 401

    assert sign_in(guarded, code=right_code(guarded)).status_code == 429


def test_each_further_try_doubles_the_wait_up_to_a_day(guarded: DeskOffice) -> None:
    for address in addresses(5):
        wrong_code(guarded, address)

    waits = []
    for number in range(13):
        waits.append(int(wrong_code(guarded, f"198.51.100.{number}").headers["Retry-After"]))
        guarded.now += timedelta(seconds=waits[-1])
        assert wrong_code(guarded, "198.51.100.99").status_code == 401

    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-2:] == [86_400, 86_400]


def test_the_right_code_after_the_wait_resets_the_count(guarded: DeskOffice) -> None:
    for address in addresses(5):
        wrong_code(guarded, address)
    guarded.now += timedelta(minutes=1)

    assert sign_in(guarded, code=right_code(guarded)).status_code == 302
    assert [wrong_code(guarded, address).status_code for address in addresses(5)] == [401] * 5


def test_a_new_password_ends_the_wait(guarded: DeskOffice) -> None:
    for address in addresses(6):
        wrong_code(guarded, address)
    found = guarded.services.accounts.credentials(CLERK)
    assert found
    new = guarded.services.password_hashes.hash(NEW_PASSWORD)

    guarded.services.accounts.set_password(found.account.id, new, ChangeContext("cli", guarded.now))

    assert sign_in(guarded, password=NEW_PASSWORD, code=right_code(guarded)).status_code == 302


def test_a_clock_running_ahead_locks_nobody_out(guarded: DeskOffice) -> None:
    guarded.now += timedelta(days=900)
    for address in addresses(6):
        wrong_code(guarded, address)

    guarded.now -= timedelta(days=900)

    assert sign_in(guarded, code=right_code(guarded)).status_code == 302


def test_wrong_passwords_lock_nobody_out(desk: DeskOffice) -> None:
    for address in addresses(30):
        assert sign_in(desk, address, password="đoán bừa").status_code == 401

    assert sign_in(desk).status_code == 302


def test_wrong_passwords_flood_no_audit_and_count_unknown_addresses(desk: DeskOffice) -> None:
    for address in addresses(12):
        sign_in(desk, address, password="đoán bừa")
        sign_in(desk, address, email="khong-co@vanphong.vn")

    rows, _ = desk.services.changes.page(subject="sign_in")
    found = [(row.subject_id, row.after.rpartition(" · ")[2]) for row in reversed(rows)]
    account = desk.services.accounts.credentials(CLERK)
    assert account
    assert found == [(account.account.id, "1"), (0, "1"), (account.account.id, "10"), (0, "10")]


def test_sign_ins_and_refusals_are_in_audit_and_log_without_addresses(
    guarded: DeskOffice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "labelsvc"):
        sign_in(guarded, "203.0.113.9", password="đoán bừa")
        wrong_code(guarded, "203.0.113.77")
        sign_in(guarded, "203.0.113.130", code=right_code(guarded))
        guarded.now += timedelta(minutes=1)
        sign_in(guarded, "2001:db8:1:2::3", code=right_code(guarded))
        guarded.now += timedelta(minutes=1)
        sign_in(guarded, "2001:db8:1:ffff::4", code=right_code(guarded))

    found = recorded(guarded)
    marks = [after.split(" · ")[1] for _, _, after in found]
    assert [(who, field, re.sub(r"[0-9a-f]{12}", "M", after)) for who, field, after in found] == [
        ("", "sign_in_refused", "password · M · 1"),
        ("", "sign_in_refused", "code · M · 1"),
        (CLERK, "signed_in", "code · M · new"),
        (CLERK, "signed_in", "code · M · new"),
        (CLERK, "signed_in", "code · M"),
    ]
    assert len(set(marks[:3])) == len(set(marks[3:])) == 1 < len(set(marks))
    said = " ".join(record.getMessage() for record in caplog.records if record.name == "labelsvc.sign_in")
    assert said.count("network=") == 5
    assert CLERK not in said
    assert not re.search(r"203\.0|2001:", said + str(found))


def test_the_audits_page_says_it_in_words(guarded: DeskOffice) -> None:
    wrong_code(guarded, "203.0.113.77")
    sign_in(guarded, code=right_code(guarded))
    sign_in(guarded, email="khong-co@vanphong.vn")

    page = guarded.client(Role.AUDITOR).get("/office/audit?subject=sign_in").text

    for words in ("Từ chối đăng nhập", "mã một lần · mạng", "lần thứ 1", "mạng mới", "không có tài khoản này"):
        assert words in page


def test_owners_are_told_of_refusals_since_their_last_sign_in(guarded: DeskOffice) -> None:
    for address in addresses(3):
        wrong_code(guarded, address)
    client = guarded.client()
    client.post("/login", email=CLERK, password=PASSWORD, code=right_code(guarded))

    assert "có 3 lần nhập đúng mật khẩu nhưng sai mã" in client.get("/office/products").text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_network_is_what_a_household_has(address: str, network: str) -> None:
    assert network_of(address) == network


def call(desk: DeskOffice, token: dict[str, str], address: str = "203.0.113.9") -> Any:
    client = desk.app.test_client()
    return client.get("/api/v1/products", headers=token, environ_base={"REMOTE_ADDR": address})


def test_a_token_from_a_new_network_is_recorded_once(desk: DeskOffice, caplog: pytest.LogCaptureFixture) -> None:
    token = desk.token(Role.CLERK, "products:read")

    for address in ("203.0.113.9", "203.0.113.10", "198.51.100.1", "203.0.113.9"):
        assert call(desk, token, address).status_code == 200

    found = recorded(desk)
    assert [(who, field, after.split(" · ")[0]) for who, field, after in found] == [(CLERK, "token_network", "thử")] * 2
    assert caplog.text.count("a token was used from a new network") == 2
    assert not re.search(r"203\.0|198\.51", caplog.text)


def test_networks_of_half_a_year_ago_are_forgotten(desk: DeskOffice) -> None:
    token = desk.token(Role.CLERK, "products:read")
    call(desk, token)
    desk.now += timedelta(days=181)
    call(desk, token)

    assert len(recorded(desk)) == 2


def test_forbidden_requests_are_logged(desk: DeskOffice, caplog: pytest.LogCaptureFixture) -> None:
    clerk, token = desk.client(Role.CLERK), desk.token(Role.CLERK, "batches:read")
    clerk.get("/office/products")

    answers = [clerk.get("/office/accounts"), call(desk, token), clerk.http.post("/logout", data={"csrf_token": "x"})]

    assert [answer.status_code for answer in answers] == [403, 403, 400]
    said = [record.getMessage() for record in caplog.records if "was refused" in record.getMessage()]
    assert [re.sub("network=[0-9a-f]{12}", "network=M", line) for line in said] == [
        "a request was refused: account=2, network=M, why=403, page=office.accounts",
        "a request was refused: account=2, network=M, why=scope, page=api.products",
        "a request was refused: account=2, network=M, why=csrf, page=login.sign_out",
    ]


def test_trying_too_often_is_logged(desk: DeskOffice, caplog: pytest.LogCaptureFixture) -> None:
    client = desk.client()
    answers = [client.post("/login", email=CLERK, password="đoán bừa").status_code for _ in range(11)]

    assert answers[-1] == 429
    assert "why=429, page=login.sign_in" in caplog.text


def test_recovery_codes_have_120_bits_and_earlier_ones_hold(guarded: DeskOffice) -> None:
    found = guarded.services.accounts.credentials(CLERK)
    assert found
    context = ChangeContext("cli", guarded.now)
    made = make_recovery_codes(guarded.services.recovery_codes, found.account, context)
    assert {len(code.replace("-", "")) * 5 for code in made} == {120}

    guarded.services.recovery_codes.replace(found.account.id, [hash_of("0123456789ABCDEF")], context)

    assert sign_in(guarded, recovery="0123-4567-89ab-cdef").status_code == 302


@pytest.mark.parametrize(("behind_tls", "name"), [("yes", "__Host-labelsvc"), ("no", "labelsvc")])
def test_the_cookie_belongs_to_this_host_alone_behind_tls(tmp_path: Path, behind_tls: str, name: str) -> None:
    desk = DeskOffice(tmp_path, settings={"BEHIND_TLS": behind_tls})

    cookie = desk.app.test_client().get("/login").headers["Set-Cookie"]

    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie, "Domain" in cookie, "Path=/" in cookie) == (behind_tls == "yes", False, True)
