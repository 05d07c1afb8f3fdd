"""Who is signed in: a browser keeps a session's token in a signed cookie, the database keeps the session."""

from __future__ import annotations

from typing import Literal

from flask import Flask, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from labelsvc.domain.account import Account, Role
from labelsvc.domain.errors import NotFound
from labelsvc.web.desk import context as desk
from labelsvc.web.sign_in.steps import password_typed, remember_where_to

_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "login.second_factor",
        "login.sign_in",
        "login.sign_out",
        "login.passkey",
        "login.invitation",
        "language",
        "api_docs",
        "api_document",
    }
)
"""Pages of the sign-in, and pages that are public."""

SecretKind = Literal["api_token", "totp", "invitation"]


class SignedInUser(UserMixin):  # type: ignore[misc]
    """An account in a session; ``session_id`` names it in the list of sessions."""

    def __init__(self, account: Account, session_id: int, token: str) -> None:
        self.account = account
        self.session_id = session_id
        self._token = token

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self._token


def watch_sign_ins(app: Flask) -> None:
    """Let the application know who is signed in; who is not is sent to the sign-in page and back afterwards."""
    manager = LoginManager(app)
    manager.session_protection = None  # it would bind sessions to addresses, which phones change
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_sign_in)
    app.before_request(_demand_second_factor)


def _demand_second_factor() -> Response | None:
    """Send whoever needs a second factor to it, until there is one, from every page but its own.

    Public pages stay public, and the page that was asked for comes afterwards.
    """
    if not current_user.is_authenticated or not lacks_second_factor(desk.me()) or _is_open():
        return None
    remember_where_to()
    return redirect(url_for("login.second_factor"))


def lacks_second_factor(account: Account) -> bool:
    """Return whether an account may do nothing before it has a second factor."""
    return not account.second_factor and needs_second_factor(account)


def needs_second_factor(account: Account) -> bool:
    """Return whether an account must have a second factor: a real office's administrators, and whom it says."""
    settings = desk.services().settings
    if settings.host.specimen:
        return False
    of_whom = {"administrators": account.role is Role.ADMINISTRATOR, "office": account.of_office, "everybody": True}
    return of_whom[settings.second_factor]


def _is_open() -> bool:
    return request.endpoint in _WITHOUT_SECOND_FACTOR or request.blueprint == "register"


def begin(account: Account, password_hash: str = "") -> bool:
    """Begin a new session for an account that typed its password: of an older one only the language is kept.

    ``password_hash``: what the password was checked against; False, and no session, if it was changed meanwhile.
    """
    browser = request.headers.get("User-Agent", "")
    token = desk.services().sign_ins.begin(account.id, browser, desk.now(), password_hash)
    if not token:
        return False
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    password_typed()
    login_user(SignedInUser(account, 0, token))
    return True


def end() -> None:
    """End this browser's session."""
    language = session.get("language")
    token = str(session.get("_user_id", ""))
    if token:
        desk.services().sign_ins.leave(token)
    logout_user()
    session.clear()
    if language:
        session["language"] = language


def keep_secret(kind: SecretKind, secret: str) -> None:
    """Let a secret wait for this session's next page, outside the cookie."""
    desk.services().waiting_secrets.keep(current_user.get_id(), kind, secret, desk.now())


def look_at_secret(kind: SecretKind) -> str:
    """Return what waits for this session, and let it wait on; empty if there is nothing."""
    return desk.services().waiting_secrets.look(current_user.get_id(), kind, desk.now())


def take_secret(kind: SecretKind) -> str:
    """Return what waits for this session, once; empty if there is nothing."""
    return desk.services().waiting_secrets.take(current_user.get_id(), kind, desk.now())


def _load(token: str) -> SignedInUser | None:
    found = desk.services().sign_ins.find(token, desk.now())
    if found is None:
        return None
    try:
        account = desk.services().accounts.get(found.account_id)
    except NotFound:
        return None
    return SignedInUser(account, found.id, token) if account.active else None


def _to_sign_in() -> Response:
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("login.sign_in", next=here or None))
