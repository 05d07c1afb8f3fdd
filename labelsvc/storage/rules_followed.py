"""Keeps the column ``decided_until`` in step with the rules: if their terms change, it is rewritten once.

Lists ask the database for it, so it is kept; but it is derived from the dated table of rules, which a decision changes.
``rules_followed`` says which terms the column was written by. A start compares them, which costs one read.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from labelsvc.domain.programme import rules as programme_rules
from labelsvc.storage.db.tables.products import recognitions, rules_followed


def terms_of_rules() -> str:
    """Return what a last day is derived from: each row's first day and months."""
    return ", ".join(f"{rules.since.isoformat()} {rules.validity_months}" for rules in programme_rules.RULES)


def follows_rules(connection: Connection) -> bool:
    """Return whether the last days that are kept were written by the rules of this program."""
    return connection.scalar(select(rules_followed.c.terms)) == terms_of_rules()


def follow_rules(connection: Connection) -> None:
    """Write the last days anew where the rules say others; those that a decision names itself stay."""
    terms = terms_of_rules()
    known = connection.scalar(select(rules_followed.c.terms))
    if known == terms:
        return
    by_rules, decided = recognitions.c.valid_until.is_(None), recognitions.c.decision_date
    for day in connection.scalars(select(decided).where(by_rules).distinct()).all():
        last = programme_rules.last_day_by_rules(day)
        stale = recognitions.c.decided_until.is_(None) | (recognitions.c.decided_until != last)
        connection.execute(update(recognitions).where(by_rules, decided == day, stale).values(decided_until=last))
    write = insert(rules_followed) if known is None else update(rules_followed)
    connection.execute(write.values(terms=terms))
