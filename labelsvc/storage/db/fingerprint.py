"""Distinguishes a database from its copies, so that an epoch issues codes in one place only.

SQLite: the machine, the file system and the inode of the file: a restored or copied file has others. PostgreSQL: the
cluster's system identifier, the timeline (it changes at a point-in-time recovery and at a failover), the database's
oid and the schema. What no fingerprint shows (a machine set back as a whole, a file overwritten in place) shows by
the lines issued since: see :class:`labelsvc.storage.keys.issued_marks.IssuedMarks`.
"""

from __future__ import annotations

import os
import socket
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import Connection, text

MACHINE_ID = Path("/etc/machine-id")

_POSTGRESQL = """
SELECT (SELECT system_identifier FROM pg_control_system()),
       (SELECT timeline_id FROM pg_control_checkpoint()),
       (SELECT oid FROM pg_database WHERE datname = current_database()),
       current_schema()
"""


def fingerprint(connection: Connection) -> str:
    """Return 32 hexadecimal digits that identify this database; they reveal nothing about the machine."""
    if connection.dialect.name == "sqlite":
        facts = _of_file(Path(connection.engine.url.database or ""))
    else:
        facts = tuple(map(str, connection.execute(text(_POSTGRESQL)).one()))
    return blake2b("\0".join(facts).encode(), digest_size=16, person=b"labelsvc db").hexdigest()


def _of_file(path: Path) -> tuple[str, ...]:
    inode = path.stat().st_ino
    file_system = os.statvfs(path).f_fsid or path.stat().st_dev  # a device number may change at reboot
    return _machine(), str(file_system), str(inode)


def _machine() -> str:
    try:
        return MACHINE_ID.read_text(encoding="ascii").strip() or socket.gethostname()
    except OSError:
        return socket.gethostname()
