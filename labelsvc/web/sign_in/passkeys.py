"""Pages of passkeys: sign in with one, alone; add and remove one's own. They take a script, as browsers want it."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_bytes
from urllib.parse import urlsplit

from flask import redirect, render_template, request, session, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.limits import SIGN_INS, SIGN_INS_FROM_ONE_PLACE, limiter
from labelsvc.web.desk.own_path import own_path
from labelsvc.web.sign_in import events, signed_in
from labelsvc.web.sign_in.login import home_of, login
from labelsvc.web.sign_in.steps import password_confirmed
from labelsvc.workflows.passkeys import (
    Challenge,
    PasskeySite,
    ask_for_known,
    ask_for_new,
    read_new,
    take_passkey,
)

HOLDS = timedelta(minutes=10)
CHALLENGE_BYTES, LONGEST_NAME = 32, 80


def passkey_site() -> PasskeySite | None:
    """Return where passkeys hold: the desk's address that is set, or this machine for trying; None elsewhere."""
    origin = desk.services().settings.address or request.host_url.rstrip("/")
    host = urlsplit(origin).hostname or ""
    secure = origin.startswith("https://") or host == "localhost"
    return PasskeySite(host, origin) if secure and not host.replace(".", "").isdigit() and ":" not in host else None


def known_options() -> str:
    """Return what the sign-in's pages ask a device for; empty where passkeys do not hold at this address."""
    site = passkey_site()
    return ask_for_known(site, _new_challenge("passkey")) if site else ""


def new_options() -> str:
    """Return what the page of one's own account asks a device for."""
    site, account = passkey_site(), desk.me()
    if site is None:
        return ""
    known = desk.services().passkeys.of_account(account.id)
    return ask_for_new(site, account, known, _new_challenge("new_passkey"))


@login.post("/login/passkey")
@limiter.limit(SIGN_INS_FROM_ONE_PLACE)
def passkey() -> PageAnswer:
    """Sign in with a passkey, which is both factors."""
    site, challenge = passkey_site(), _challenge("passkey")
    following, answer = own_path(request.form.get("next", "")), request.form.get("credential", "")
    if site and challenge:
        found, right = take_passkey(desk.services().passkeys, site, answer, challenge, desk.now())
        account = desk.services().accounts.get(found.account_id) if found else None
        if account and right and account.active:
            signed_in.begin(account)
            events.signed_in(account, "passkey")
            return redirect(following or home_of(account))
        if account:
            events.factor_refused(account, "passkey")
    page = render_template("login/sign_in.html", email="", following=following, refusal="passkey")
    return page, 401


@login.post("/account/passkeys")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(SIGN_INS)
def add_passkey() -> Response:
    """Keep a passkey that this browser's device made, with the password."""
    site, challenge = passkey_site(), _challenge("new_passkey")
    name = request.form.get("name", "").strip()
    try:
        if not password_confirmed():
            raise InvalidValue.from_code("account.old_password")
        if site is None or challenge is None or not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
            raise InvalidValue.from_code("account.passkey_refused", field="passkey")
        made = read_new(site, request.form.get("credential", ""), challenge, name)
        desk.services().passkeys.add(desk.me().id, made, desk.context())
    except InvalidValue as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("login.passkey_added")
    return redirect(url_for("login.profile") + "#passkeys")


@login.post("/account/passkeys/<int:passkey_id>/remove")
@login_required  # type: ignore[untyped-decorator]
def remove_passkey(passkey_id: int) -> Response:
    """Let one of one's own passkeys hold no more."""
    desk.services().passkeys.remove(passkey_id, desk.me().id, desk.context())
    desk.flash_success("login.passkey_removed")
    return redirect(url_for("login.profile") + "#passkeys")


def _new_challenge(name: str) -> Challenge:
    challenge = Challenge(token_bytes(CHALLENGE_BYTES), desk.now())
    session[name] = challenge.to_json()
    return challenge


def _challenge(name: str) -> Challenge | None:
    """Return the challenge that this browser was given, once, and not too late."""
    kept = session.pop(name, None)
    challenge = Challenge.from_json(kept) if kept else None
    return challenge if challenge and -desk.CLOCKS_APART <= desk.now() - challenge.at < HOLDS else None
