"""Rate limits against guessing: sign-in, second factor, API. Never on the page of a stamp."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from labelsvc.web.clock_watch import ClockWatch

SIGN_INS = "10 per minute;60 per hour"
"""Per address and account together, so that nobody can lock out somebody else."""
SIGN_INS_FROM_ONE_PLACE = "60 per minute"
REGISTER_PAGES, REGISTER_FILES, FILTERED_FILES = "300 per minute", "30 per minute", "10 per minute"
"""From one address: an office or a school may share it. A filtered file is made for one answer."""
API_CALLS = "600 per minute"

limiter = Limiter(key_func=get_remote_address, default_limits=[])


def asking_account() -> int:
    """Return the account that asks, by its session or its token."""
    account = g.api_account if "api_account" in g else current_user.account
    return int(account.id)


def place_and_account() -> str:
    """Return what sign-ins are counted by: the address that was typed, or whose password was right before the code."""
    if not request.form.get("password"):
        return f"{get_remote_address()} account {session.get('password_step', {}).get('account', 0)}"
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()[:254]}"


def forget_wrong_windows(watch: ClockWatch) -> Callable[[], None]:
    """Return what forgets all counts before a request where the clock was put back."""

    def look() -> None:
        if watch.was_put_back():
            limiter.reset()

    return look
