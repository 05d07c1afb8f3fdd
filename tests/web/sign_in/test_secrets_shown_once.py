"""A new token, a secret for one-time passwords and an invitation's link are shown once, and stand in no cookie."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from labelsvc.domain.account import Role
from labelsvc.storage.db.tables.accounts import waiting_secrets
from tests.offices.desk_office import DeskClient, DeskOffice

COOKIE = "labelsvc"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def make_token(client: DeskClient) -> str:
    client.get("/account")
    client.post("/account/tokens", name="máy in", scopes="products:read")
    return "/account"


def invite(client: DeskClient) -> str:
    client.get("/office/accounts")
    client.post("/office/accounts/invitations", email="moi@vanphong.vn", role="clerk")
    return "/office/accounts"


def begin_second_factor(client: DeskClient) -> str:
    return "/account/second-factor"


SHOWN = [
    pytest.param(make_token, r"lsv_[\w-]{40,}", id="token"),
    pytest.param(invite, r"/invitation/[\w-]{40,}", id="invitation"),
    pytest.param(begin_second_factor, r'id="secret">([A-Z2-7]{32})', id="totp"),
]
Act = Callable[[DeskClient], str]


def cookie_of(client: DeskClient) -> str:
    cookie = client.http.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def written_in(cookie: str) -> str:
    """What anybody reads in a signed cookie, compressed or not."""
    packed = cookie.startswith(".")
    body = cookie.lstrip(".").split(".")[0]
    content = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(content) if packed else content).decode()


@pytest.mark.parametrize(("act", "secret"), SHOWN)
def test_no_cookie_on_the_way_holds_the_secret(desk: DeskOffice, act: Act, secret: str) -> None:
    client = desk.client(Role.ADMINISTRATOR)

    page = act(client)
    waiting = cookie_of(client)
    shown = re.search(secret, client.get(page).text)

    assert shown is not None
    value = shown[shown.lastindex or 0].rpartition("/")[2]
    assert value not in written_in(waiting) + written_in(cookie_of(client))


@pytest.mark.parametrize(("act", "secret"), SHOWN[:2])
def test_a_replayed_cookie_shows_nothing(desk: DeskOffice, act: Act, secret: str) -> None:
    client = desk.client(Role.ADMINISTRATOR)
    page = act(client)
    waiting = cookie_of(client)
    first = client.get(page).text

    client.http.set_cookie(COOKIE, waiting)
    again = client.get(page)

    assert re.search(secret, first)
    assert again.status_code == 200
    assert not re.search(secret, again.text)


def test_a_replayed_cookie_never_reveals_an_active_factors_secret(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    secret = re.search(SHOWN[2].values[1], client.get("/account/second-factor").text)[1]
    waiting = cookie_of(client)
    assert client.post("/account/second-factor", code=pyotp.TOTP(secret).at(desk.now)).status_code == 200

    client.http.set_cookie(COOKIE, waiting)

    assert secret not in client.get("/account/second-factor").text


def test_the_secret_stays_the_same_until_its_first_code_is_right(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    page = client.get("/account/second-factor").text

    again = client.post("/account/second-factor", code="000000").text

    assert re.search(SHOWN[2].values[1], page)[1] in again


@pytest.mark.parametrize(("act", "secret"), SHOWN[:2])
def test_unseen_secrets_expire(desk: DeskOffice, act: Act, secret: str) -> None:
    client = desk.client(Role.ADMINISTRATOR)
    page = act(client)

    desk.now += timedelta(minutes=31)

    assert not re.search(secret, client.get(page).text)


@pytest.mark.parametrize(("act", "secret"), SHOWN)
def test_the_database_shows_no_secret_and_forgets_it_with_the_session(desk: DeskOffice, act: Act, secret: str) -> None:
    client = desk.client(Role.ADMINISTRATOR)
    page = act(client)
    if act is begin_second_factor:
        client.get(page)
    with desk.services.database.reading() as connection:
        kept = connection.execute(select(waiting_secrets)).mappings().one()
    readable = bytes.fromhex(kept["cipher"]).decode(errors="replace")

    client.post("/logout")

    assert not re.search(secret.removeprefix('id="secret">'), readable)
    with desk.services.database.reading() as connection:
        assert connection.execute(select(waiting_secrets)).first() is None
