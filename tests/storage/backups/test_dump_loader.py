"""A dump is put back as it was, and nothing in it runs on this machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.dump_loader import load_postgresql
from labelsvc.storage.backups.postgresql_tools import dump_postgresql, is_empty
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit import FieldDifference, record_differences
from tests.conftest import PostgresqlServer
from tests.offices.prepared_databases import empty_postgresql
from tests.offices.stored_office import NOW, Stores, record
from tests.samples.dumped_text import HOSTILE


def test_a_dump_is_loaded_whole_whatever_people_wrote(
    postgresql_url: str, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    empty_postgresql(postgresql_url)
    with closing(Database.open(postgresql_url)) as database:
        Stores(database, tmp_path / "home").save(record(), record(name="Trà \\N \\. %s $1"))
        with database.writing() as connection:
            differences = [("product", 1, [FieldDifference("brand", "", HOSTILE)])]
            record_differences(connection, ChangeContext(HOSTILE, NOW), differences)
        before = dump_postgresql(database, tmp_path / "dump")

    with closing(Database.trusted(postgresql_server.new_database())) as database:
        load_postgresql(database.engine.url, tmp_path / "dump")
        assert dump_postgresql(database, tmp_path / "again") == before


@pytest.mark.parametrize(
    "content",
    [
        "\\! touch {touched}\n",
        "SELECT 1 \\! touch {touched}\n",
        "SELECT 1 \\g | touch {touched}\n",
        "\\o | touch {touched}\nSELECT 1;\n",
        "\\copy (SELECT 1) TO PROGRAM 'touch {touched}'\n",
        "\\restrict a\n\\unrestrict a\n\\! touch {touched}\n",
        "\\restrict a\\! touch {touched}\n",
        "/*\nCOPY public.epochs (a) FROM stdin;\n*/ \\! touch {touched}\n\\.\n",
        "SELECT '\nCOPY public.epochs (a) FROM stdin;\n' \\! touch {touched}\n\\.\n",
    ],
)
def test_no_command_of_psql_in_a_dump_is_run(postgresql_server: PostgresqlServer, tmp_path: Path, content: str) -> None:
    touched = tmp_path / "touched"
    (tmp_path / "dump").write_text("CREATE TABLE first (a int);\n" + content.format(touched=touched))

    with closing(Database.trusted(_database(postgresql_server))) as database:
        with pytest.raises(BackupRefused, match="program_failed"):
            load_postgresql(database.engine.url, tmp_path / "dump")
        with database.reading() as connection:
            assert is_empty(connection)

    assert not touched.exists()


def _database(server: PostgresqlServer) -> str:
    """Return the one empty database that dumps are refused by: what is refused leaves nothing in it."""
    server.run("DROP DATABASE IF EXISTS refusing")
    server.run("CREATE DATABASE refusing TEMPLATE template0")
    return server.url("refusing")
