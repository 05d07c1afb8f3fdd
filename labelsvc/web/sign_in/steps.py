"""What a browser remembers between the steps of a sign-in, so that the password is typed once.

It is kept in the signed cookie of the session: whose password was right and when, and where the person was going.
"""

from __future__ import annotations

from datetime import timedelta

from flask import request, session

from labelsvc.domain.errors import NotFound
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.own_path import own_path
from labelsvc.workflows.sign_in import Credentials, mark_of, matches

STEP_HOLDS = timedelta(minutes=10)
"""How long after the password its next step may take."""


def remember_password_step(found: Credentials) -> None:
    """Remember that somebody typed an account's password, but no code yet."""
    session["password_step"] = {"account": found.account.id, "mark": mark_of(found), "at": _now()}


def password_step() -> Credentials | None:
    """Return whose password was typed a moment ago, None if that is too long ago or it was changed since."""
    step = session.get("password_step", {})
    if not step or not _recent(step["at"]):
        return None
    try:
        found = desk.services().accounts.credentials_of(step["account"])
    except NotFound:
        return None
    return found if found.account.active and mark_of(found) == step["mark"] else None


def password_typed() -> None:
    """Remember that whoever is signed in typed the password just now."""
    session["password_at"] = _now()


def password_is_fresh() -> bool:
    """Return whether whoever is signed in typed the password a moment ago."""
    return _recent(session.get("password_at", 0))


def password_confirmed() -> bool:
    """Return whether the password was typed a moment ago, or stands in this form."""
    if password_is_fresh() and not request.form.get("password"):
        return True
    if password_matches():
        password_typed()
        return True
    return False


def password_matches() -> bool:
    """Return whether the password of whoever is signed in stands in this form."""
    services = desk.services()
    return matches(services.accounts, services.password_hashes, desk.me().id, request.form.get("password", ""))


def remember_where_to() -> None:
    """Remember the page that somebody asked for, to go there once the second factor is set up."""
    if request.method == "GET":
        session["following"] = own_path(request.full_path.rstrip("?"))


def where_to() -> str:
    """Return that page and forget it; empty if there is none."""
    return own_path(str(session.pop("following", "")))


def _now() -> int:
    return int(desk.now().timestamp())


def _recent(at: int) -> bool:
    return -desk.CLOCKS_APART.total_seconds() <= _now() - at < STEP_HOLDS.total_seconds()
