"""Puts a dump of PostgreSQL into an empty database, by the driver alone.

``psql`` would do too, but a dump may hold commands of psql (``\\!`` runs a program), and a backup that was closed for a
public key was not necessarily made by us. The server runs what is SQL, with the rights of the database's role, and
nothing of it runs on this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.sqlite_copy import UNKNOWN_PLACE

if TYPE_CHECKING:
    from psycopg import Cursor

_COPY = re.compile(rb"COPY (\S+) \(.*\) FROM stdin;\n")
_EPOCHS = b".epochs"
_END = b"\\.\n"
_OF_PSQL = re.compile(rb"\\(?:un)?restrict [A-Za-z0-9]+\n")
"""What pg_dump writes so that psql takes no other command of its own."""
_LARGEST_SCHEMA = 1 << 24
_FULL = "53100"
"""disk_full (PostgreSQL manual, appendix A)."""


def load_postgresql(url: URL, dump: Path) -> None:
    """Put a dump into an empty database, all of it or nothing, and let its epoch issue no more.

    Raises BackupRefused: backup.program_failed, backup.full, backup.database_broken.
    """
    import psycopg

    arguments: dict[str, Any] = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    arguments |= {name: ",".join(value) for name, value in arguments.items() if isinstance(value, tuple)}
    place = url.database or ""
    try:
        with psycopg.connect(**arguments) as connection, connection.cursor() as cursor:
            _load(cursor, dump)
    except psycopg.Error as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        code = "backup.full" if error.sqlstate == _FULL else "backup.program_failed"
        raise BackupRefused.from_code(code, program="PostgreSQL", reason=reason, path=place) from error


def _load(cursor: Cursor[Any], dump: Path) -> None:
    """Run a dump: what stands between two tables' rows at once, the rows line by line."""
    waiting, schema = bytearray(), b""
    with dump.open("rb") as stream:
        for line in stream:
            if table := _COPY.fullmatch(line):
                cursor.execute(bytes(waiting))
                waiting.clear()
                schema = table[1].removesuffix(_EPOCHS) if table[1].endswith(_EPOCHS) else schema
                with cursor.copy(line) as copy:
                    for row in _rows(stream):
                        copy.write(row)
            elif not _OF_PSQL.fullmatch(line):
                waiting += line
            if len(waiting) > _LARGEST_SCHEMA:
                raise BackupRefused.from_code("backup.database_broken", reason=f"> {_LARGEST_SCHEMA} bytes")
    cursor.execute(bytes(waiting))
    if schema:
        cursor.execute(UNKNOWN_PLACE.replace("epochs", f"{schema.decode()}.epochs").encode())


def _rows(stream: Iterator[bytes]) -> Iterator[bytes]:
    for line in stream:
        if line == _END:
            return
        yield line
