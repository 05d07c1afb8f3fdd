"""Whatever is changed, removed or slipped into the audit shows, whoever did it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.audit_chain import AuditHead, verify_audit
from tests.offices.stored_office import NOW, Stores

ROW = {"at": NOW, "who": "lan", "subject": "product", "subject_id": 7, "field": "name", "before": "a", "after": "b"}


def change(database: Database, *statements: str) -> None:
    """Change the audit as who holds the database file can, whatever its triggers say."""
    with database.writing() as connection:
        if database.dialect == "sqlite":
            for kind in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS only_growing_audit_{kind}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    stores = Stores(database, tmp_path / "home")
    for _ in range(3):
        stores.order(2)
    return stores


def test_an_untouched_audit_is_intact(stores: Stores) -> None:
    found = verify_audit(stores.database)

    assert found.whole
    assert found.head.row >= 4
    assert len(found.head.chain) == 64


def test_an_empty_audit_is_whole(database: Database) -> None:
    found = verify_audit(database)

    assert found.whole
    assert found.head == AuditHead()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET after = '9' WHERE id = {row}",
        "UPDATE audit SET who = 'ai đó' WHERE id = {row}",
        "UPDATE audit SET at = '2020-01-01' WHERE id = {row}",
        "UPDATE audit SET chain = '' WHERE id = {row}",
        "DELETE FROM audit WHERE id = {row}",
        "UPDATE audit SET id = id + 1000 WHERE id = {row}",
        "INSERT INTO audit (id, at, subject, subject_id, field, chain) VALUES (999, '2026-01-01', 'a', 1, 'b', '-')",
    ],
)
def test_a_row_that_was_tampered_with_is_found(stores: Stores, tampering: str) -> None:
    change(stores.database, tampering.format(row=2))

    found = verify_audit(stores.database)

    assert not found.whole
    assert found.broken


def test_rows_cut_off_at_the_end_show_by_a_tickets_head(stores: Stores) -> None:
    last = stores.batches.get(stores.order(2))
    head = stores.batches.audit_head(last.id)
    assert verify_audit(stores.database, head.short).whole

    change(stores.database, f"DELETE FROM audit WHERE id >= {head.row}")

    assert verify_audit(stores.database).whole
    assert not verify_audit(stores.database, head.short).whole


def test_each_batch_has_its_head_for_ever(stores: Stores) -> None:
    batches = [stores.batches.get(name) for name in (stores.order(1), stores.order(1))]
    before = [stores.batches.audit_head(batch.id) for batch in batches]
    stores.order(1)

    after = [stores.batches.audit_head(batch.id) for batch in batches]

    assert before == after
    assert len({head.chain for head in after}) == 2
    assert all(verify_audit(stores.database, head.short).whole for head in after)


def test_many_writers_at_once_leave_one_chain(database: Database) -> None:
    def record() -> None:
        for number in range(5):
            with database.writing() as connection:
                changes = [("product", number, [FieldDifference("name", "a", "b"), FieldDifference("brand", "", "c")])]
                record_differences(connection, ChangeContext("lan", NOW), changes)

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = verify_audit(database)
    assert found.whole
    assert found.head.row >= 40


def test_rows_of_an_older_version_are_chained(new_database_url: str) -> None:
    older = Database.trusted(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0017")
        columns = ", ".join(ROW)
        for number in range(3):
            values = {**ROW, "subject_id": number}
            bound = ", ".join(f":{name}" for name in ROW)
            connection.execute(text(f"INSERT INTO audit ({columns}) VALUES ({bound})"), values)
    older.close()

    opened = Database.open(new_database_url)
    with opened.writing() as connection:
        record_differences(connection, ChangeContext("lan", NOW), [("product", 9, [FieldDifference("name", "a", "b")])])

    assert verify_audit(opened).whole
    assert verify_audit(opened).head.row == 4
    with pytest.raises(Exception, match="audit only grows"), opened.writing() as connection:
        connection.execute(text("UPDATE audit SET who = ''"))
    opened.close()


def test_rows_of_a_process_of_an_older_version_are_refused(new_database_url: str) -> None:
    older = Database.trusted(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0019")
    older.close()

    opened = Database.open(new_database_url)
    with pytest.raises(Exception, match="audit needs a chain"), opened.writing() as connection:
        connection.execute(insert(audit), [ROW])

    assert verify_audit(opened).whole
    opened.close()


def test_a_row_without_a_chain_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="audit needs a chain"), database.writing() as connection:
        connection.execute(insert(audit), [ROW])

    assert verify_audit(database).whole
