"""Migrations: they build what is made at once, and older rows keep what they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from labelsvc.domain.collation import collation_key
from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Extension, Withdrawal
from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.products import producers
from labelsvc.storage.products.products import Products
from tests.conftest import PostgresqlServer


def empty(url: str) -> Database:
    """Open a database without making its tables."""
    return Database.trusted(url)


def test_the_newest_revision_in_the_code_is_the_migrations_head() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(schema.MIGRATIONS))

    assert scripts.get_heads() == [schema.HEAD]


def test_migrations_build_in_sqlite_exactly_what_is_made_at_once(tmp_path: Path) -> None:
    at_once = Database.open(f"sqlite:///{tmp_path}/once.db")
    migrated = empty(f"sqlite:///{tmp_path}/migrated.db")

    with migrated.writing() as connection:
        schema.migrate(connection)

    def made(database: Database) -> set[tuple[str, ...]]:
        with database.reading() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            return {
                (name, *sorted(piece.strip(" )") for piece in " ".join(sql.split()).split(","))) for name, sql in rows
            }

    assert made(migrated) == made(at_once)


def test_migrations_build_in_postgresql_exactly_what_is_made_at_once(postgresql_server: PostgresqlServer) -> None:
    urls = postgresql_server.new_database(), postgresql_server.new_database()
    Database.open(urls[0]).close()
    migrated = empty(urls[1])

    with migrated.writing() as connection:
        schema.migrate(connection)
    migrated.close()

    # The order of columns may differ, and with it the commas.
    at_once, in_steps = ({line.rstrip(",") for line in postgresql_server.dump(url).splitlines()} for url in urls)
    assert {line for line in at_once ^ in_steps if "restrict" not in line} == set()  # a key of pg_dump, each time new


def test_older_databases_are_migrated_on_opening_and_keep_rows(new_database_url: str) -> None:
    older = empty(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0001")
        connection.execute(insert(producers).values(name="HTX", name_key="htx"))
    older.close()

    opened = Database.open(new_database_url)

    with opened.reading() as connection:
        assert schema.current_revision(connection) == schema.HEAD
        stored = connection.execute(select(producers.c.name, producers.c.sort_key)).one()
        assert tuple(stored) == ("HTX", collation_key("HTX"))
    opened.close()


def test_scans_alarms_and_invitations_of_an_older_version_are_kept(new_database_url: str) -> None:
    older = empty(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0009")
        connection.execute(text("INSERT INTO scans VALUES (1, 2, 3, 1790000000, 4)"))
        connection.execute(text("INSERT INTO alarms VALUES ('AAAAAAAA', 5, 6, 1790000000, 7)"))
        invited = "INSERT INTO invitations (token_hash, email, role, invited_by, at, expires_at) VALUES "
        connection.execute(text(f"{invited} ('x', 'a@b.vn', 'clerk', '', '2026-11-01', '2026-11-08')"))
    older.close()

    opened = Database.open(new_database_url)

    with opened.reading() as connection:
        scan = connection.execute(text("SELECT count, first_at, most_devices FROM scans")).one()
        alarm = connection.execute(text("SELECT count, first_at, last_at, kind, seen_at FROM alarms")).one()
        invitation = connection.execute(text("SELECT email, ended_by FROM invitations")).one()
    opened.close()
    assert tuple(scan) == (4, 1790000000, 0)
    assert tuple(alarm) == (7, 1790000000, 1790000000, "unknown_record", 0)
    assert tuple(invitation) == ("a@b.vn", "")


def test_older_withdrawals_and_extensions_keep_words_and_days(new_database_url: str) -> None:
    facts = "stars, decision_date, extended_until, withdrawn_since, withdrawal_reason"
    rows = "(1, 4, '2020-01-01', '2023-03-01', NULL, ''), (1, 4, '2023-01-01', NULL, '2024-01-01', 'vi phạm')"
    older = empty(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0023")
        connection.execute(text("INSERT INTO producers (id, name, name_key) VALUES (1, 'HTX', 'htx')"))
        of_product = "id, producer_id, name, producer, name_key, added_at, changed_at"
        connection.execute(
            text(f"INSERT INTO products ({of_product}) VALUES (1, 1, 'Chè', 'HTX', 'che', '2026-11-01', '2026-11-01')")
        )
        moments = rows.replace("(1,", "('2026-11-01', '2026-11-01', 1,")
        connection.execute(
            text(f"INSERT INTO recognitions (added_at, changed_at, product_id, {facts}) VALUES {moments}")
        )
    older.close()

    opened = Database.open(new_database_url)
    extended, withdrawn = Products(opened).get(1).history
    opened.close()

    assert extended.extension == Extension(date(2023, 3, 1), "")
    assert (extended.holds_on(date(2023, 3, 1)), extended.extension_rule) == (True, None)
    assert withdrawn.withdrawal == Withdrawal(date(2024, 1, 1), "vi phạm", "", WithdrawalGround.OTHER)


def test_older_folders_in_the_output_become_relative(new_database_url: str) -> None:
    folders = {"2026-001": "/srv/output/2026-001", "2026-002": "/elsewhere/2026-002", "2026-003": ""}
    older = empty(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0015")
        connection.execute(text("INSERT INTO epochs (id, name, created_at) VALUES (1, 'AAAAAAAA', '2026-11-01')"))
        connection.execute(text("INSERT INTO sources VALUES ('x', '')"))
        facts = "'2026-11-01', 1, '', 'x', '', 'x', '', '{}', '{}'"
        of_batch = "epoch_id, design, design_sha256, stock, stock_sha256, host, options, versions, name, folder"
        for number, (name, folder) in enumerate(folders.items(), 1):
            values = f"2026, {number}, {facts}, '{name}', '{folder}'"
            connection.execute(text(f"INSERT INTO batches (year, number, ordered_at, {of_batch}) VALUES ({values})"))
    older.close()

    opened = Database.open(new_database_url, Path("/srv/output"))
    moved = Database.open(new_database_url, Path("/mnt/output"))

    def read(database: Database) -> list[str]:
        with database.reading() as connection:
            return list(connection.scalars(select(batches.c.folder).order_by(batches.c.id)))

    with opened.reading() as connection:
        kept = list(connection.scalars(text("SELECT folder FROM batches ORDER BY id")))
    assert kept == ["2026-001", "/elsewhere/2026-002", ""]
    assert read(opened) == list(folders.values())
    assert read(moved) == ["/mnt/output/2026-001", "/elsewhere/2026-002", ""]
    opened.close()
    moved.close()


def test_a_database_of_a_newer_version_is_refused_unchanged(new_database_url: str) -> None:
    database = Database.open(new_database_url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(StorageRefused, match=r"storage\.newer"):
        Database.open(new_database_url)
