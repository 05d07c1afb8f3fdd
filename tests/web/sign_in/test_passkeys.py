"""Passkeys in a browser with a virtual authenticator: made, used alone, refused where they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.workflows.passkeys import Challenge, PasskeySite, read_new, take_passkey
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice
from tests.offices.served_desk import served_desk

CLERK = ADDRESSES[Role.CLERK]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    return DeskOffice(tmp_path_factory.mktemp("passkeys"))


@pytest.fixture(scope="module")
def address(desk: DeskOffice) -> Iterator[str]:
    with served_desk(desk) as port:
        yield f"http://localhost:{port}"


class Device:
    """A page whose browser has an authenticator that is not there."""

    def __init__(self, browser: Any, address: str) -> None:
        self.address = address
        self.page = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN").new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.protocol = self.page.context.new_cdp_session(self.page)
        self.protocol.send("WebAuthn.enable")
        self.id = self.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def sign_in(self) -> None:
        self.page.goto(f"{self.address}/login")
        self.page.fill("#f-email", CLERK)
        self.page.fill("#f-password", PASSWORD)
        self.page.press("#f-password", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def add_passkey(self, name: str = "Máy của Lan") -> None:
        self.page.goto(f"{self.address}/account")
        self.page.click("#passkeys summary")
        self.page.fill("#passkey-name", name)
        self.page.click("#passkeys details button")
        self.page.wait_for_url("**/account#passkeys")
        self.page.wait_for_selector("#passkeys td")

    def sign_out(self) -> None:
        self.page.context.clear_cookies()

    def ask(self) -> None:
        self.page.goto(f"{self.address}/login?next=/office/products")
        self.page.click("form[data-passkey] button")


@pytest.fixture
def device(browser: Any, address: str, desk: DeskOffice) -> Iterator[Device]:
    desk.second_factor(CLERK, "")
    made = Device(browser, address)
    yield made
    made.page.context.close()
    account = desk.services.accounts.credentials(CLERK)
    assert account
    for passkey in desk.services.passkeys.of_account(account.account.id):
        desk.services.passkeys.remove(passkey.id, account.account.id, ChangeContext(CLERK, desk.now))


def test_a_passkey_signs_in_alone_beside_a_second_factor(device: Device, desk: DeskOffice) -> None:
    device.sign_in()
    device.add_passkey()
    desk.second_factor(CLERK)
    device.sign_out()

    device.ask()
    device.page.wait_for_url(lambda url: "/login" not in url and url.endswith("/office/products"))

    assert device.complaints == []
    rows, _ = desk.services.changes.page(subject="sign_in")
    assert rows[0].after.startswith("passkey · ")
    assert "khóa truy cập · mạng" in desk.client(Role.AUDITOR).get("/office/audit?subject=sign_in").text


def test_without_a_script_no_passkey_is_offered(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/login")

    assert page.locator("form[data-passkey]").count() == 1
    assert not page.locator("form[data-passkey] button").is_visible()
    assert page.locator("#f-password").is_visible()
    context.close()


def test_a_removed_passkey_signs_nobody_in(device: Device) -> None:
    device.sign_in()
    device.add_passkey()
    device.page.click("#passkeys td summary")
    device.page.click("#passkeys td form button")
    device.page.wait_for_selector("#passkeys td", state="detached")
    device.sign_out()

    device.ask()

    device.page.wait_for_selector("text=Khóa truy cập này không dùng được")


def test_a_device_that_does_not_verify_its_owner_is_refused(device: Device) -> None:
    device.sign_in()
    device.add_passkey()
    device.sign_out()
    device.protocol.send("WebAuthn.setUserVerified", {"authenticatorId": device.id, "isUserVerified": False})

    device.ask()

    device.page.wait_for_selector("[data-passkey-failed]:not([hidden])")


def test_taking_the_second_factor_away_takes_passkeys_too(device: Device, desk: DeskOffice) -> None:
    device.sign_in()
    device.add_passkey()
    account = desk.services.accounts.credentials(CLERK)
    assert account

    desk.services.accounts.set_second_factor(account.account.id, "", 0, ChangeContext("cli", desk.now))

    assert desk.services.passkeys.of_account(account.account.id) == []


class Answers:
    """What a device answered to real challenges, taken from the forms before they were sent."""

    def __init__(self, device: Device, desk: DeskOffice) -> None:
        device.sign_in()
        device.page.goto(f"{device.address}/account")
        device.page.evaluate("HTMLFormElement.prototype.requestSubmit = function () {}")
        device.page.click("#passkeys summary")
        device.page.fill("#passkey-name", "x")
        device.page.click("#passkeys details button")
        form = "#passkeys details form"
        self.new = self._answer(device, form)
        self.new_challenge = self._challenge(device, form, desk)
        device.page.context.clear_cookies()
        device.page.goto(f"{device.address}/login")
        device.page.evaluate("HTMLFormElement.prototype.requestSubmit = function () {}")
        device.page.click("form[data-passkey] button")
        self.known = self._answer(device, "form[data-passkey]")
        self.known_challenge = self._challenge(device, "form[data-passkey]", desk)
        self.site = PasskeySite("localhost", device.address)

    def _answer(self, device: Device, form: str) -> str:
        device.page.wait_for_function(f"document.querySelector('{form} [name=credential]').value")
        return str(device.page.eval_on_selector(f"{form} [name=credential]", "input => input.value"))

    def _challenge(self, device: Device, form: str, desk: DeskOffice) -> Challenge:
        options = str(device.page.get_attribute(form, "data-passkey"))
        found = re.search(r'"challenge": ?"([^"]+)"', options)
        assert found
        return Challenge.from_json([found[1], desk.now.isoformat()])


def test_an_answer_holds_once_for_its_challenge_on_its_site(device: Device, desk: DeskOffice) -> None:
    told = Answers(device, desk)
    account, store = desk.services.accounts.credentials(CLERK), desk.services.passkeys
    assert account
    made = read_new(told.site, told.new, told.new_challenge, "x")
    store.add(account.account.id, made, ChangeContext(CLERK, desk.now))
    other, elsewhere = Challenge(b"x" * 32, desk.now), PasskeySite("localhost", "https://localhost:1")
    later = desk.now + timedelta(seconds=2)

    def right(site: PasskeySite, answer: str, challenge: Challenge) -> bool:
        return take_passkey(store, site, answer, challenge, later)[1]

    assert not right(told.site, told.known, other)
    assert not right(elsewhere, told.known, told.known_challenge)
    assert not right(told.site, told.known.replace("signature", "signatur"), told.known_challenge)
    assert not right(told.site, "{}", told.known_challenge)
    assert right(told.site, told.known, told.known_challenge)
    assert not right(told.site, told.known, told.known_challenge)


def test_a_passkey_is_added_with_the_password_alone(desk: DeskOffice) -> None:
    client = desk.client(Role.CLERK)
    desk.now += timedelta(minutes=11)
    client.get("/account")

    client.post("/account/passkeys", name="lạ", credential="{}")

    assert "Mật khẩu" in client.get("/account").text
    assert desk.services.passkeys.of_account(2) == []


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("https://tem.vanphong.vn", True),
        ("http://tem.vanphong.vn", False),
        ("https://203.0.113.9", False),
        ("http://localhost:8000", True),
    ],
)
def test_passkeys_are_offered_where_browsers_take_them(tmp_path: Path, address: str, offered: bool) -> None:
    desk = DeskOffice(tmp_path, settings={"ADDRESS": address})

    page = desk.app.test_client().get("/login", base_url=address).text

    assert ("data-passkey=" in page) is offered
