"""An office whose database is checked, upgraded and moved by command."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import text

from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from tests.offices.command_line import CommandLine
from tests.offices.filled_database import fill


def url_of(office: CommandLine) -> str:
    return office.settings["LABELSVC_DATABASE"]


def filled(office: CommandLine, rows: int = 3) -> None:
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        fill(connection, rows)


def was_vacuumed(database: Database) -> bool:
    """Tell whether somebody vacuumed the list of products; SQLite needs it not."""
    if database.dialect == "sqlite":
        return True
    with database.reading() as connection:
        when = text("SELECT last_vacuum FROM pg_stat_user_tables WHERE relname = 'product_list'")
        return connection.scalar(when) is not None


def faults(office: CommandLine) -> list[str]:
    said = office.run("db", "check", "--json")
    found = [fault["code"] for fault in said.json["faults"]]
    assert said.status == bool(found)
    return found


def put_older(office: CommandLine, revision: str = "0025") -> None:
    with closing(Database.trusted(url_of(office))) as database, database.writing() as connection:
        schema.migrate(connection, revision)
