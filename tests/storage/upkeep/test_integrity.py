"""What is wrong with a database, found on both kinds; what is spoiled is rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import Connection, insert, text

from labelsvc.domain.errors import Problem
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import producers
from labelsvc.storage.upkeep.integrity import content_faults, engine_faults, row_counts, schema_faults


class _Undone(Exception):
    """Rolls a spoiled database back."""


@pytest.fixture
def spoiled(database: Database) -> Iterator[Connection]:
    """A connection whose changes nobody keeps; it asks for no key."""
    with suppress(_Undone), database.engine.connect() as connection:
        if database.dialect == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if database.dialect == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            raise _Undone


def all_faults(connection: Connection) -> list[Problem]:
    return engine_faults(connection) + schema_faults(connection) + content_faults(connection)


def drop_trigger(connection: Connection) -> None:
    of_sqlite = connection.dialect.name == "sqlite"
    name = "only_growing_audit_delete" if of_sqlite else "only_growing_audit ON audit"
    connection.execute(text(f"DROP TRIGGER {name}"))


def refer_to_nothing(connection: Connection) -> None:
    columns = "sha256, media_type, content, at"
    connection.execute(text(f"INSERT INTO profile_files ({columns}) VALUES ('a', '', '', '2026-11-01')"))
    connection.execute(text("INSERT INTO product_files (product_id, sha256, at) VALUES (5, 'a', '2026-11-01')"))


def run(statement: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(text(statement))


def test_a_new_database_has_no_faults(database: Database) -> None:
    with database.reading() as connection:
        assert all_faults(connection) == []
        assert row_counts(connection)["record_version"] == 1


@pytest.mark.parametrize(
    ("spoil", "code", "facts"),
    [
        (drop_trigger, "db.no_trigger", {}),
        (run("DROP INDEX ix_products_gtin"), "db.no_index", {"name": "ix_products_gtin"}),
        (run("ALTER TABLE accounts DROP COLUMN totp_last"), "db.no_column", {"name": "accounts.totp_last"}),
        (refer_to_nothing, "db.orphans", {"table": "product_files", "target": "products", "count": 1}),
    ],
)
def test_what_was_changed_by_hand_is_found(
    spoiled: Connection, spoil: Callable[[Connection], object], code: str, facts: dict[str, object]
) -> None:
    spoil(spoiled)

    (found,) = all_faults(spoiled)

    assert found.code == code
    assert found.facts.items() >= facts.items()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_postgresql_says_of_itself_is_found(spoiled: Connection) -> None:
    spoiled.execute(insert(producers).values(id=7, name="HTX", name_key="htx"))
    spoiled.execute(text("ALTER TABLE lots ADD CONSTRAINT tam CHECK (line > 0) NOT VALID"))
    spoiled.execute(text("ALTER TABLE audit DISABLE TRIGGER chained_audit_insert"))
    spoiled.execute(text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_products_gtin'::regclass"))

    found = {(problem.code, next(iter(problem.facts.values()))) for problem in all_faults(spoiled)}

    assert found == {
        ("db.sequence_behind", "producers"),
        ("db.constraint_not_valid", "tam"),
        ("db.no_trigger", "chained_audit_insert"),
        ("db.index_not_valid", "ix_products_gtin"),
    }
