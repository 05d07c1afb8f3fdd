"""Triggers that give ``record_version`` another number when something changes that a verdict is made of.

So a scan can ask in the statement that counts it whether the record that it remembers still holds, and nobody who
writes to the database, by this program or by hand, can forget to say so.
"""

from __future__ import annotations

from sqlalchemy import DDL, MetaData, event

RAISING = (
    ("products", "UPDATE"),
    ("products", "DELETE"),
    ("recognitions", "INSERT"),
    ("recognitions", "UPDATE"),
    ("recognitions", "DELETE"),
    ("lines", "UPDATE"),
    ("lines", "DELETE"),
    ("batches", "UPDATE OF trial"),
)
"""Tables and changes. New lines are not among them: what is not there is not remembered."""

RAISE = "UPDATE record_version SET version = version + 1"
FIRST_VERSION = "INSERT INTO record_version (version) VALUES (1)"

POSTGRESQL_FUNCTION = """\
CREATE FUNCTION raise_record_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE record_version SET version = txid_current() WHERE version <> txid_current();
    RETURN NULL;
END $$"""
"""Once in a transaction: each update leaves a dead row behind until its end."""


def trigger_statements(dialect: str) -> list[str]:
    """Return what makes the triggers, for ``sqlite`` or ``postgresql``."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, change)} AFTER {change} ON {table} BEGIN {RAISE}; END"
            for table, change in RAISING
        ]
    return [
        POSTGRESQL_FUNCTION,
        *(
            f"CREATE TRIGGER {_name(table, change)} AFTER {change} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
            for table, change in RAISING
        ),
    ]


def add_triggers(metadata: MetaData) -> None:
    """Make the triggers and the first version whenever all tables are made."""
    for dialect in ("sqlite", "postgresql"):
        for statement in (FIRST_VERSION, *trigger_statements(dialect)):
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", ddl.execute_if(dialect=dialect))


def _name(table: str, change: str) -> str:
    return f"record_version_{table}_{change.split()[0].lower()}"
