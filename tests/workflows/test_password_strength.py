"""New passwords: what everybody would try first is refused, a sentence of one's own is taken."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST

from labelsvc.domain.account import Role
from labelsvc.domain.errors import InvalidValue
from labelsvc.workflows.password_hashes import PasswordHashes
from labelsvc.workflows.password_strength import check_guessable
from labelsvc.workflows.sign_in import check_password_of
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice

OWN = {"email": "canbo@vanphong.vn", "name": "Lê Thị Cán Bộ"}


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y7u8i",
        "iloveyouiloveyou",
        "letmeinletmeinletmein",
        "P@ssw0rdP@ssw0rd",
        "vietnam123456789",
        "0909123456090912",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "administrator1234",
        "canbo@vanphong.vncanbo@vanphong.vn",
        "canbocanbocanbo",
        "canbo.vanphong.vn",
        "anhyeuem123456789",
        "zaq12wsxcde34rfv",
        "hanoi2026hanoi2026",
        "nguyenvanan19850101",
        "khongcogiquyhon",
        "matkhaumatkhau123",
        "0123456789012345",
        "ocophanoi01012026",
        "               ",
        "…………………………………………",
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        check_guessable(password, **OWN)

    assert refusal.value.problems[0].code == "account.password_expected"


@pytest.mark.parametrize(
    "password",
    [
        "bốn con trâu trắng ăn cỏ",
        "trời hôm nay xanh quá nhỉ",
        "bon con trau trang an co",
        "xk3-Qm9-vLp-2zR-tt",
        "w0TJ8sdf9ZqLm2xPvb",
        "Chợ Đồng Xuân bán gà",
        "correct zebra moon plastic river",
        "🐃 gặm cỏ bên sông Đáy",
    ],
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    check_guessable(password, **OWN)


def test_no_password_takes_long_to_be_looked_at() -> None:
    check_guessable("một câu bình thường thôi")
    begun = time.process_time()

    for password in ("@4({[<360!1|7$5+%2" * 14, "P@ssw0rd$5+(!|1" * 17, "a1" * 128, "0" * 256):
        with suppress(InvalidValue):
            check_guessable(password)

    assert time.process_time() - begun < 4


def test_passwords_are_stored_as_rfc_9106_recommends() -> None:
    hashes = PasswordHashes()

    first, second = hashes.hash(PASSWORD), hashes.hash(PASSWORD)

    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert hashes.matches(first, PASSWORD)
    assert not hashes.matches(first, PASSWORD.upper())


@pytest.mark.parametrize("stored", ["", "!", "$argon2id$v=19$m=8", "bon con trau"])
def test_a_hash_that_is_none_matches_nothing(stored: str) -> None:
    assert not PasswordHashes(CHEAPEST).matches(stored, PASSWORD)


def test_a_hash_of_older_parameters_is_renewed_at_sign_in(tmp_path: Path) -> None:
    desk, email = DeskOffice(tmp_path), ADDRESSES[Role.CLERK]
    accounts, newer = desk.services.accounts, PasswordHashes(replace(CHEAPEST, time_cost=2))

    signed_in = check_password_of(accounts, newer, email, PASSWORD)

    stored = accounts.credentials(email)
    assert stored
    assert signed_in == stored
    assert "t=2" in stored.password_hash
    assert newer.matches(stored.password_hash, PASSWORD)
