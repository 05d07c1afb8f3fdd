"""PostgreSQL's own program ``pg_dump`` makes the copy, under one snapshot.

It is told where the database is by a connection string without the password, which nobody sees among the machine's
processes; that goes by the environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.database_facts import DatabaseFacts, read_database_facts
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.refusals import refusing
from labelsvc.storage.files.private_file import make_private_file

_PASSWORD = "password"  # noqa: S105  the name of an option
_MAJOR = re.compile(r"\b([0-9]+)(?:\.|devel|beta|rc|\b)")
_FULL = "No space left on device"


def dump_postgresql(database: Database, target: Path) -> DatabaseFacts:
    """Dump a database that is in use to a file of SQL, and return what it has, of the same snapshot.

    Raises BackupRefused: backup.no_program, backup.old_program, backup.program_failed; StorageRefused.
    """
    url, engine = database.engine.url, database.engine
    with (
        refusing(url),
        engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        connection.begin(),
    ):
        _check_program("pg_dump", connection)
        facts = read_database_facts(connection)
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        make_private_file(target)
        words = (f"--snapshot={snapshot}", "--no-owner", "--no-privileges", f"--file={target}")
        _run("pg_dump", url, *words, place=str(target))
    return facts


def is_empty(connection: Connection) -> bool:
    """Return whether a database has no tables where ours would be."""
    return not inspect(connection).get_table_names()


def _check_program(name: str, connection: Connection) -> None:
    """Refuse a program that is not installed, or older than the server: it would read what it does not know."""
    server = int(str(connection.exec_driver_sql("SHOW server_version_num").scalar())) // 10_000
    path = _path_of(name, server)
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = _MAJOR.search(told)
    if match is None or int(match[1]) < server:
        raise BackupRefused.from_code("backup.old_program", program=name, version=told.strip(), server=server)


def _path_of(name: str, server: int | str = "") -> str:
    path = shutil.which(name)
    if path is None:
        raise BackupRefused.from_code("backup.no_program", program=name, server=server)
    return path


def _run(name: str, url: URL, *words: str, place: str) -> None:
    arguments = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    secret = {"PGPASSWORD": str(password)} if (password := arguments.pop(_PASSWORD, "")) else {}
    conninfo = " ".join(f"{key}={_quoted(value)}" for key, value in arguments.items())
    command = [_path_of(name), f"--dbname={conninfo}", "--no-password", *words]
    done = subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env={**os.environ, **secret}
    )
    if done.returncode == 0:
        return
    code = "backup.full" if _FULL in done.stderr else "backup.program_failed"
    reason = next(iter(done.stderr.strip().splitlines()), f"status {done.returncode}")
    raise BackupRefused.from_code(code, program=name, reason=reason, path=place)


def _quoted(value: object) -> str:
    """Quote a value of a connection string (libpq, 34.1.1); several hosts are one value."""
    text_of_value = ",".join(value) if isinstance(value, tuple) else str(value)
    return "'" + text_of_value.replace("\\", "\\\\").replace("'", "\\'") + "'"
