"""One's own account in two browsers: nothing is overwritten unseen. Its second factor is sealed, and may be a must."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.web.desk.limits import limiter
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskClient, DeskOffice

CLERK = ADDRESSES[Role.CLERK]


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def seen_in(page: str, form: str) -> str:
    """Return what the form of an address carries of what it showed."""
    found = re.search(rf'action="{form}".*?name="seen" value="([^"]*)"', page, re.DOTALL)
    assert found
    return found[1]


def shown(client: DeskClient) -> tuple[str, str]:
    """Return the secret that the page shows, and what its form was shown on."""
    page = client.get("/account/second-factor").text
    secret, seen = re.search(r'id="secret">([A-Z2-7]+)', page), re.search(r'name="seen" value="([^"]*)"', page)
    assert secret
    assert seen
    return secret[1], seen[1]


def set_up(desk: DeskOffice, client: DeskClient, secret: str, seen: str) -> Any:
    limiter.reset()
    return client.post("/account/second-factor", seen=seen, code=pyotp.TOTP(secret).at(desk.now))


def test_a_second_factor_of_another_browser_is_not_overwritten(desk: DeskOffice) -> None:
    here, there = desk.client(Role.CLERK), desk.client(Role.CLERK)
    mine, my_seen = shown(here)
    theirs, their_seen = shown(there)

    first = set_up(desk, there, theirs, their_seen)
    second = set_up(desk, here, mine, my_seen)
    stored = desk.services.accounts.credentials(CLERK)

    assert first.status_code == 200
    assert second.status_code == 302
    assert "vừa được đổi ở nơi khác" in here.get("/account").text
    assert desk.services.factor_secrets.open(stored.totp_secret, stored.account.id) == theirs
    assert theirs not in stored.totp_secret


def test_turning_off_and_new_codes_are_refused_on_an_old_page(desk: DeskOffice) -> None:
    here, there = desk.client(Role.CLERK), desk.client(Role.CLERK)
    set_up(desk, there, *shown(there))
    page = here.get("/account").text
    old_factor, old_codes = seen_in(page, "/account/second-factor/off"), seen_in(page, "/account/recovery-codes")
    there.post("/account/recovery-codes", seen=old_codes)
    account_id = desk.services.accounts.credentials(CLERK).account.id
    codes = desk.services.recovery_codes.mark(account_id)
    there.post("/account/second-factor/off", password=PASSWORD, seen=old_factor)
    set_up(desk, there, *shown(there))
    factor, later_codes = desk.services.accounts.credentials(CLERK), desk.services.recovery_codes.mark(account_id)

    limiter.reset()
    here.post("/account/second-factor/off", password=PASSWORD, seen=old_factor)
    here.post("/account/recovery-codes", seen=old_codes)

    assert codes not in (old_codes, later_codes)
    assert desk.services.accounts.credentials(CLERK) == factor
    assert desk.services.recovery_codes.mark(account_id) == later_codes


def test_a_password_changed_meanwhile_is_not_overwritten(desk: DeskOffice) -> None:
    found, context = desk.services.accounts.credentials(CLERK), ChangeContext(CLERK, desk.now)
    desk.services.accounts.set_password(found.account.id, "first", context, found.password_hash)

    with pytest.raises(ChangedMeanwhile):
        desk.services.accounts.set_password(found.account.id, "second", context, found.password_hash)

    assert desk.services.accounts.credentials(CLERK).password_hash == "first"


def test_a_code_without_its_key_is_not_called_wrong(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    secret, seen = shown(client)
    codes = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}", set_up(desk, client, secret, seen).text)
    form = {"email": CLERK, "password": PASSWORD}
    desk.services.key_file.path.rename(desk.folder / "away.json")
    desk.services.verifying_keys._keys = {}

    limiter.reset()
    by_code = desk.client().post("/login", **form, code=pyotp.TOTP(secret).at(desk.now))
    by_recovery = desk.client().post("/login", **form, recovery=codes[0])

    assert by_code.status_code == 503
    assert int(by_code.headers["Retry-After"]) > 0
    assert "thiếu khóa" in by_code.text
    assert by_recovery.status_code == 302


@pytest.mark.parametrize(
    ("whose", "demanded"),
    [("administrators", []), ("office", [Role.CLERK]), ("everybody", [Role.CLERK, Role.PRODUCER])],
)
def test_an_office_may_demand_second_factors_of_more(whose: str, demanded: list[Role], tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path, settings={"SECOND_FACTOR": whose})
    desk.take(1)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(1))

    homes = {Role.CLERK: ("/office", CLERK), Role.PRODUCER: ("/producer", "chuthe@htx.vn")}
    sent = [role for role, (home, email) in homes.items() if desk.client(email).get(home).status_code == 302]
    page = desk.client(CLERK).get("/account/second-factor").text

    assert sent == demanded
    assert ("bắt buộc tài khoản này" in page) == (Role.CLERK in demanded)


def test_the_start_page_offers_a_second_factor_until_there_is_one(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)

    before = client.get("/office").text
    set_up(desk, client, *shown(client))

    assert "/account/second-factor" in before
    assert "/account/second-factor" not in client.get("/office").text
