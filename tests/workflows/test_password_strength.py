"""New passwords: what everybody would try first is refused, a sentence of one's own is taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, ServiceBusy
from labelsvc.workflows.password_hashes import OWASP, PasswordHashes
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


def test_passwords_are_stored_as_owasp_recommends() -> None:
    hashes = PasswordHashes()

    first, second = hashes.hash(PASSWORD), hashes.hash(PASSWORD)

    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert hashes.matches(first, PASSWORD)
    assert not hashes.matches(first, PASSWORD.upper())


def test_hashes_of_former_parameters_verify_and_are_outdated() -> None:
    former = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).hash(PASSWORD)

    assert PasswordHashes().matches(former, PASSWORD)
    assert PasswordHashes().outdated(former)


def test_many_passwords_at_once_take_the_memory_of_two() -> None:
    hashes = PasswordHashes(replace(OWASP, time_cost=1), patience=60)
    stored = hashes.hash(PASSWORD)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before = peak_memory()

    with ThreadPoolExecutor(12) as people:
        right = list(people.map(lambda _: hashes.matches(stored, PASSWORD), range(12)))

    assert all(right)
    assert peak_memory() - before < 64 << 20  # 12 at once would be 228 MiB


def test_sign_ins_that_wait_too_long_are_asked_for_patience() -> None:
    hashes, slow = PasswordHashes(CHEAPEST, patience=0.05), replace(CHEAPEST, time_cost=40_000)
    stored = PasswordHasher.from_parameters(replace(slow, time_cost=1)).hash(PASSWORD)
    costly = stored.replace("t=1", "t=40000")  # takes a second to compare with

    with ThreadPoolExecutor(8) as people:
        waiting = [people.submit(hashes.matches, costly, PASSWORD) for _ in range(8)]
        refused = [one.exception() for one in waiting]

    assert [type(error) for error in refused].count(ServiceBusy) == 6


def peak_memory() -> int:
    """Return the most bytes that this process took."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) << 10


@pytest.mark.parametrize("stored", ["", "!", "$argon2id$v=19$m=8", "bon con trau"])
def test_an_invalid_hash_matches_nothing(stored: str) -> None:
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


class ChangingHashes(PasswordHashes):
    """Hashes of newer parameters, during whose making somebody else does something."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__(replace(CHEAPEST, time_cost=2))
        self.meanwhile = meanwhile

    def hash(self, password: str) -> str:
        """Return the hash, once the other's change is done."""
        self.meanwhile()
        return super().hash(password)


@pytest.mark.parametrize(("other", "signs_in"), [("mật khẩu mới của chủ", False), (PASSWORD, True)])
def test_renewing_a_hash_keeps_a_password_changed_meanwhile(tmp_path: Path, other: str, signs_in: bool) -> None:
    desk, email = DeskOffice(tmp_path), ADDRESSES[Role.CLERK]
    accounts, plain = desk.services.accounts, PasswordHashes(replace(CHEAPEST, time_cost=3))
    owner, changed = accounts.credentials(email), plain.hash(other)
    assert owner
    context = ChangeContext(email, desk.now)
    hashes = ChangingHashes(lambda: accounts.set_password(owner.account.id, changed, context))

    found = check_password_of(accounts, hashes, email, PASSWORD)

    stored = accounts.credentials(email)
    assert stored
    assert stored.password_hash == changed
    assert (found is not None) == signs_in
