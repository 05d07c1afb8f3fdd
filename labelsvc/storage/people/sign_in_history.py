"""What happened at the door: who signed in from which networks, what was refused, and how long the next try waits.

Wrong second factors count by account and not by address: only who has the password comes so far. From the fifth on
each try waits twice as long as the one before, a day at most, which leaves some 400 tries a year of 10^6 codes of which
three hold: a chance of 0.1 %. Wrong passwords never let an account wait, or strangers could lock its owner out.

Networks are marks (keyed hashes), forgotten when nobody came from there for half a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from labelsvc.domain.account import Account
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.database import NOTING_SECONDS, Database
from labelsvc.storage.db.tables.accounts import known_networks, sign_in_refusals
from labelsvc.storage.people.audit import FieldDifference, record_differences

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)
REMEMBERED = timedelta(days=180)
USES_KEPT = 10_000
"""Tokens with their networks that a process remembers for a day, so that the database is not asked each time."""
NOBODY = 0
"""Stands for addresses that have no account: counting them takes as long, so that time tells nobody who has one."""


@dataclass(frozen=True, slots=True)
class RefusedBefore:
    """What was refused of an account since it signed in last."""

    passwords: int = 0
    factors: int = 0


class SignInHistory:
    """All refusals that count, and the networks that accounts and tokens were used from."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen_today: set[tuple[int, str, date]] = set()

    def password_refused(self, account_id: int, network: str, now: datetime) -> None:
        """Count a wrong password; the audit has the 1st, 10th, 100th …, so that strangers cannot fill it."""
        with self._database.writing(asked_for=False) as connection:
            count = _row(connection, account_id)["passwords"] + 1
            _store(connection, account_id, passwords=count)
            if str(count).strip("0") == "1":
                _record(connection, account_id, "sign_in_refused", f"password · {network} · {count}", now)

    def begin_factor(self, account_id: int, now: datetime) -> datetime | None:
        """Count a try of a second factor before it is looked at; return until when none is taken, None if it is."""
        with self._database.writing(asked_for=False) as connection:
            row = _row(connection, account_id)
            if row["wait_until"] and now < row["wait_until"] <= now + LONGEST_WAIT:  # else a clock ran ahead
                return row["wait_until"]  # type: ignore[no-any-return]
            count = row["factors"] + 1
            _store(connection, account_id, factors=count, wait_until=_wait(count, now))
            return None

    def factor_refused(self, account_id: int, how: str, network: str, now: datetime) -> None:
        """Record a wrong second factor: somebody has the password."""
        with self._database.writing(asked_for=False) as connection:
            count = _row(connection, account_id)["factors"]
            _record(connection, account_id, "sign_in_refused", f"{how} · {network} · {count}", now)

    def signed_in(self, account: Account, how: str, network: str, now: datetime) -> tuple[bool, RefusedBefore]:
        """Record a sign-in; return whether its network is new, and what was refused before, which counts no more."""
        with self._database.writing() as connection:
            row = _row(connection, account.id)
            forget_refusals(connection, account.id)
            new = _see(connection, ("account", account.id), network, now)
            told = f"{how} · {network} · new" if new else f"{how} · {network}"
            _record(connection, account.id, "signed_in", told, now, account.email)
            return new, RefusedBefore(row["passwords"], row["factors"])

    def token_used(self, token_id: int, name: str, account: Account, network: str, now: datetime) -> bool:
        """Remember the network that a token was used from; return whether it is new, which is in the audit then."""
        use = (token_id, network, now.date())
        if use in self._seen_today:
            return False
        if len(self._seen_today) >= USES_KEPT:
            self._seen_today.clear()
        self._seen_today.add(use)
        try:
            with self._database.writing(patience=NOTING_SECONDS) as connection:
                new = _see(connection, ("token", token_id), network, now)
                if new:
                    _record(connection, account.id, "token_network", f"{name} · {network}", now, account.email)
                return new
        except StorageRefused:  # somebody else writes: who only reads does not wait, and the next use says it
            self._seen_today.discard(use)
            return False


def forget_refusals(connection: Connection, account_id: int) -> None:
    """Let what was refused count no more: somebody signed in, or the password is another one."""
    connection.execute(delete(sign_in_refusals).where(sign_in_refusals.c.account_id == account_id))


def _wait(count: int, now: datetime) -> datetime | None:
    if count < FREE_TRIES:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** min(count - FREE_TRIES, 20), LONGEST_WAIT)
    return now + wait


def _row(connection: Connection, account_id: int) -> Mapping[str, Any]:
    """Return what was refused of an account, for which there is a row from now on."""
    query = select(sign_in_refusals).where(sign_in_refusals.c.account_id == account_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        connection.execute(insert(sign_in_refusals).values(account_id=account_id))
        row = connection.execute(query).mappings().one()
    return row  # type: ignore[return-value]


def _store(connection: Connection, account_id: int, **values: object) -> None:
    mine = sign_in_refusals.c.account_id == account_id
    connection.execute(update(sign_in_refusals).where(mine).values(values))


def _see(connection: Connection, subject: tuple[str, int], network: str, now: datetime) -> bool:
    """Remember that somebody came from a network now; return whether it is new."""
    old = known_networks.c.subject == subject[0], known_networks.c.last_at < now - REMEMBERED
    connection.execute(delete(known_networks).where(*old))
    here = _at(*subject, network)
    if connection.execute(update(known_networks).where(*here).values(last_at=now)).rowcount:
        return False
    row = {"subject": subject[0], "subject_id": subject[1], "network": network, "first_at": now, "last_at": now}
    connection.execute(insert(known_networks).values(row))
    return True


def _at(subject: str, subject_id: int, network: str) -> tuple[Any, ...]:
    table = known_networks.c
    return table.subject == subject, table.subject_id == subject_id, table.network == network


def _record(connection: Connection, account_id: int, field: str, told: str, now: datetime, who: str = "") -> None:
    record_differences(
        connection, ChangeContext(who, now), [("sign_in", account_id, [FieldDifference(field, "", told)])]
    )
