"""Sign-ins, refusals and tokens from new networks, in audit and log: by account and network, without addresses.

ASVS 5.0, 16.3.1 and 6.3: every one of them is recorded. The log has sign-ins at INFO, the rest as warnings.
"""

from __future__ import annotations

import logging

from flask import g, request
from flask_login import current_user

from labelsvc.domain.account import Account, normal_email
from labelsvc.domain.errors import InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.sign_in.networks import network_mark

LOG = logging.getLogger("labelsvc.sign_in")
NOBODY = 0


def password_refused(email: str) -> None:
    """Count a wrong password of an account, or for an address that has none."""
    services = desk.services()
    try:
        found = services.accounts.credentials(normal_email(email))
    except InvalidValue:
        found = None
    account_id = found.account.id if found else NOBODY
    services.sign_in_history.password_refused(account_id, network_mark(), desk.now())
    _log(logging.WARNING, "a sign-in was refused", account_id, how="password")


def factor_refused(account: Account, how: str) -> None:
    """Record a wrong second factor: ``how`` is code, recovery or passkey."""
    desk.services().sign_in_history.factor_refused(account.id, how, network_mark(), desk.now())
    _log(logging.WARNING, "a second factor was refused", account.id, how=how)


def signed_in(account: Account, how: str) -> None:
    """Record a sign-in, and tell its owner what was refused since the last one.

    ``how`` is password, code, recovery, invitation or passkey.
    """
    new, before = desk.services().sign_in_history.signed_in(account, how, network_mark(), desk.now())
    _log(logging.INFO, "signed in from a new network" if new else "signed in", account.id, how=how)
    if before.factors > 1:
        desk.flash_warning("login.factors_refused", count=before.factors - 1)
    elif before.passwords > 1:
        desk.flash_warning("login.passwords_refused", count=before.passwords)


def token_used(token_id: int, name: str, account: Account) -> None:
    """Record that a machine's token was used, where that is from a new network."""
    if desk.services().sign_in_history.token_used(token_id, name, account, network_mark(), desk.now()):
        _log(logging.WARNING, "a token was used from a new network", account.id, token=token_id)


def note_refusal(why: str) -> None:
    """Log that a page or an operation was refused: a status, scope or csrf; account 0 if nobody is signed in."""
    account = g.get("api_account") or getattr(current_user, "account", None)
    _log(logging.WARNING, "a request was refused", account.id if account else NOBODY, why=why, page=request.endpoint)


def _log(level: int, what: str, account_id: int, **facts: object) -> None:
    told = {"account": account_id, "network": network_mark(), **facts}
    LOG.log(level, "%s: %s", what, ", ".join(f"{name}={fact}" for name, fact in told.items()), extra={"facts": told})
