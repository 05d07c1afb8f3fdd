"""Ways into the desk that are none: a link that passes the second factor by, a host that is not ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST
from limits.storage import MemoryStorage

from labelsvc.config import Settings
from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk.limits import limiter
from labelsvc.workflows.password_hashes import PasswordHashes
from labelsvc.workflows.sign_in import invite
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskClient, DeskOffice


class Down(MemoryStorage):
    """A shared storage that cannot be reached: every call ends as one over a broken line does."""

    STORAGE_SCHEME = ["rediss"]  # noqa: RUF012  what limits reads; no other test has a storage of this kind

    @property
    def base_exceptions(self) -> type[Exception]:
        return ConnectionError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        raise ConnectionError

    def get(self, key: str) -> int:
        raise ConnectionError

    def check(self) -> bool:
        return False


NEW = "trời hôm nay xanh quá nhỉ"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def reset(desk: DeskOffice, role: Role) -> DeskClient:
    """Return a browser that has just set a new password by a link."""
    invitations, producers = desk.services.invitations, desk.services.producer_names
    token = invite(invitations, producers, ADDRESSES[role], role, None, ChangeContext("cli", desk.now))
    guest = desk.client()
    guest.get(f"/invitation/{token}")
    guest.post(f"/invitation/{token}", name="Mới", password=NEW)
    return guest


def test_a_password_reset_link_does_not_bypass_the_second_factor(desk: DeskOffice) -> None:
    desk.second_factor(ADDRESSES[Role.ADMINISTRATOR])

    guest = reset(desk, Role.ADMINISTRATOR)

    assert guest.get("/office").headers["Location"].startswith("/login")
    assert "thu hồi" in guest.get("/login").text
    asked = guest.post("/login", email=ADDRESSES[Role.ADMINISTRATOR], password=NEW)
    assert asked.status_code == 200
    assert 'name="code"' in asked.text


def test_a_new_password_by_a_link_ends_sessions_and_tokens(desk: DeskOffice) -> None:
    other, token = desk.client(Role.CLERK), desk.token(Role.CLERK, "products:read")
    before = desk.app.test_client().get("/api/v1/products", headers=token).status_code

    guest = reset(desk, Role.CLERK)

    assert guest.get("/office").status_code == 200
    assert other.get("/office").status_code == 302
    assert (before, desk.app.test_client().get("/api/v1/products", headers=token).status_code) == (200, 401)


def test_ones_own_new_password_lets_tokens_wait_and_says_so(desk: DeskOffice) -> None:
    clerk, token = desk.client(Role.CLERK), desk.token(Role.CLERK, "products:read")
    clerk.get("/account")

    clerk.post("/account/password", old="bốn con trâu trắng ăn cỏ", password=NEW)

    said = clerk.get("/account").text
    waiting = desk.app.test_client().get("/api/v1/products", headers=token).status_code
    clerk.post("/account/tokens/1/confirm")
    confirmed = desk.app.test_client().get("/api/v1/products", headers=token).status_code
    assert "1 khóa API đang chờ" in said
    assert (waiting, confirmed) == (401, 200)


class ChangedMeanwhile(PasswordHashes):
    """Hashes; once a password was checked, its owner changes it before anything else happens."""

    def __init__(self, desk: DeskOffice) -> None:
        super().__init__(CHEAPEST)
        self.desk = desk

    def matches(self, password_hash: str, password: str) -> bool:
        """Return whether it matches, after the change."""
        right = super().matches(password_hash, password)
        accounts, context = self.desk.services.accounts, ChangeContext("x", self.desk.now)
        found = accounts.credentials(ADDRESSES[Role.CLERK])
        assert found
        accounts.set_password(found.account.id, self.hash(NEW), context)
        return right


def test_a_sign_in_whose_password_changed_meanwhile_begins_no_session(desk: DeskOffice) -> None:
    desk.services.password_hashes = ChangedMeanwhile(desk)
    guest = desk.client()

    answer = guest.post("/login", email=ADDRESSES[Role.CLERK], password=PASSWORD)

    assert answer.status_code == 401
    assert guest.get("/office").status_code == 302


def link_of(admin: DeskClient, host: str) -> str:
    """Return the link of an invitation that was made under a host."""
    there = {"base_url": f"http://{host}"}
    admin.http.post("/office/accounts/invitations", data={"csrf_token": admin.csrf, "email": "a@b.vn"}, **there)
    found = re.search(r'id="link">([^<]+)<', admin.get("/office/accounts", **there).text)
    assert found
    return found[1]


def test_an_invitation_names_no_host_that_a_request_made_up(desk: DeskOffice) -> None:
    links = {}
    for host in ("evil.example.com", "8.8.8.8", "127.0.0.1:8000", "localhost:8000", "192.168.1.7:8000"):
        admin = desk.client(Role.ADMINISTRATOR)
        with admin.http.session_transaction() as old:
            kept = dict(old)
        with admin.http.session_transaction(base_url=f"http://{host}") as session:
            session.update(kept)
        admin.get("/office/accounts", base_url=f"http://{host}")
        links[host] = link_of(admin, host)

    own = {host: link.startswith(f"http://{host}/invitation/") for host, link in links.items()}
    assert own == {host: host not in ("evil.example.com", "8.8.8.8") for host in links}
    assert links["evil.example.com"].startswith("/invitation/")


def test_links_use_the_configured_address_and_other_hosts_are_refused(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path, settings={"ADDRESS": "https://tem.vanphong.vn/"})
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")

    link = link_of(admin, "localhost")
    refused = desk.app.test_client().get("/login", base_url="http://evil.example.com")
    taken = [
        desk.app.test_client().get("/login", base_url=f"http://{host}").status_code
        for host in ("tem.vanphong.vn", desk.services.settings.host.name, "127.0.0.1:8000")
    ]

    assert link.startswith("https://tem.vanphong.vn/invitation/")
    assert (refused.status_code, refused.mimetype) == (400, "text/plain")
    assert taken == [200] * 3


@pytest.mark.parametrize("value", ["tem.vanphong.vn", "https://a.vn/desk", "ftp://a.vn", "https://a b.vn", "https://"])
def test_an_invalid_address_is_refused_with_its_variable(value: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Settings.read({"LABELSVC_ADDRESS": value})

    assert refusal.value.problems[0].code == "config.address"


@pytest.fixture
def _limiter_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask-Limiter is one of a process: it would take the storage of the next desks for down, too."""
    for name in ("_storage", "_limiter", "_storage_dead"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))


@pytest.mark.usefixtures("_limiter_as_before")
def test_people_sign_in_while_the_limit_storage_is_down(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path, settings={"LIMITS": "rediss://down"})
    guest = desk.client()

    answers = [guest.post("/login", email=ADDRESSES[Role.CLERK], password="không phải") for _ in range(12)]

    assert {answer.status_code for answer in answers} == {401, 429}
    assert desk.client().post("/login", email=ADDRESSES[Role.AUDITOR], password=PASSWORD).status_code == 302
