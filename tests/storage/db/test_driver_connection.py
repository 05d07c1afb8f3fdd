"""A connection that statements take turns on is fit for the next one, whatever became of the last."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.driver_connection import DriverConnection
from tests.offices.prepared_databases import put_sqlite


def test_a_transaction_that_cannot_be_committed_leaves_the_connection_fit(tmp_path: Path) -> None:
    database = Database.open(put_sqlite(tmp_path / "labelsvc.db"))
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE part_a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE part_b (line REFERENCES part_a DEFERRABLE INITIALLY DEFERRED)"))
    taking_turns = DriverConnection(database)
    taking_turns.rows("PRAGMA foreign_keys = ON", {})

    with pytest.raises(Exception, match="FOREIGN KEY"):
        taking_turns.together(lambda transaction: transaction.rows("INSERT INTO part_b VALUES (:line)", {"line": 7}))
    taking_turns.together(lambda transaction: transaction.rows("INSERT INTO part_a VALUES (:id)", {"id": 7}))

    assert taking_turns.rows("SELECT id FROM part_a", {})[0][0] == 7
    assert not taking_turns.rows("SELECT line FROM part_b", {})
    taking_turns.close()
    database.close()
