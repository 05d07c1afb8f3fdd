"""New passwords: what everybody would try first is refused, a sentence of one's own is taken."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.workflows.guessing import check_guessable

OWN = {"email": "canbo@vanphong.vn", "name": "Lê Thị Cán Bộ"}


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiopasdfgh", "1q2w3e4r5t6y7u8i", "iloveyouiloveyou", "letmeinletmeinletmein", "P@ssw0rdP@ssw0rd",
        "vietnam123456789", "0909123456090912", "correcthorsebatterystaple", "correct horse battery staple",
        "administrator1234", "canbo@vanphong.vncanbo@vanphong.vn", "canbocanbocanbo", "canbo.vanphong.vn",
        "anhyeuem123456789", "zaq12wsxcde34rfv", "hanoi2026hanoi2026", "nguyenvanan19850101", "khongcogiquyhon",
        "matkhaumatkhau123", "0123456789012345", "ocophanoi01012026", "               ", "…………………………………………",
    ],
)  # fmt: skip
def test_a_password_that_is_guessed_soon_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        check_guessable(password, **OWN)

    assert refusal.value.problems[0].code == "account.password_expected"


@pytest.mark.parametrize(
    "password",
    [
        "bốn con trâu trắng ăn cỏ", "trời hôm nay xanh quá nhỉ", "bon con trau trang an co", "xk3-Qm9-vLp-2zR-tt",
        "w0TJ8sdf9ZqLm2xPvb", "Chợ Đồng Xuân bán gà", "correct zebra moon plastic river", "🐃 gặm cỏ bên sông Đáy",
    ],
)  # fmt: skip
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    check_guessable(password, **OWN)


def test_no_password_takes_long_to_be_looked_at() -> None:
    check_guessable("một câu bình thường thôi")
    begun = time.process_time()

    for password in ("@4({[<360!1|7$5+%2" * 14, "P@ssw0rd$5+(!|1" * 17, "a1" * 128, "0" * 256):
        with suppress(InvalidValue):
            check_guessable(password)

    assert time.process_time() - begun < 4
