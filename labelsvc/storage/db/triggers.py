"""Triggers: ``record_version`` changes whenever data behind a verdict changes; append-only tables stay append-only.

So the statement that counts a scan also tells whether the cached record is current, and nobody who writes to the
database, by this program or by hand, can forget to invalidate it, or undo reprints and voids.
"""

from __future__ import annotations

from sqlalchemy import DDL, MetaData, event

from labelsvc.storage.db.list_triggers import list_statements

RAISING = (
    ("products", "UPDATE"),
    ("products", "DELETE"),
    ("recognitions", "INSERT"),
    ("recognitions", "UPDATE"),
    ("recognitions", "DELETE"),
    ("lines", "UPDATE"),
    ("lines", "DELETE"),
    ("batches", "UPDATE OF trial"),
    ("voids", "INSERT"),
    ("lots", "INSERT"),
    ("epochs", "UPDATE OF leaked"),
    ("product_profiles", "INSERT"),
    ("product_profiles", "DELETE"),
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

ONLY_GROWING = ("reprints", "voids", "lots", "exceptions", "audit")
"""Tables whose rows are never changed and never removed."""

POSTGRESQL_REFUSAL = """\
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows';
END $$"""

UNCHAINED = "audit needs a chain: stop the older version"
"""Why a row of the audit without a chain is refused: only a process of an older version writes one."""

CHAINED_ON_SQLITE = f"""\
CREATE TRIGGER chained_audit_insert BEFORE INSERT ON audit WHEN NEW.chain = ''
BEGIN SELECT RAISE(ABORT, '{UNCHAINED}'); END"""

CHAINED_ON_POSTGRESQL = (
    f"""\
CREATE FUNCTION refuse_unchained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{UNCHAINED}';
END $$""",
    """\
CREATE TRIGGER chained_audit_insert BEFORE INSERT ON audit
FOR EACH ROW WHEN (NEW.chain = '') EXECUTE FUNCTION refuse_unchained()""",
)


def trigger_statements(dialect: str) -> list[str]:
    """Return what makes the triggers, for ``sqlite`` or ``postgresql``."""
    if dialect == "sqlite":
        return (
            [
                f"CREATE TRIGGER {_name(table, change)} AFTER {change} ON {table} BEGIN {RAISE}; END"
                for table, change in RAISING
            ]
            + [
                f"CREATE TRIGGER {_name(table, change, 'only_growing')} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
                for table in ONLY_GROWING
                for change in ("UPDATE", "DELETE")
            ]
            + [CHAINED_ON_SQLITE]
        )
    return [
        POSTGRESQL_FUNCTION,
        POSTGRESQL_REFUSAL,
        *(
            f"CREATE TRIGGER {_name(table, change)} AFTER {change} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
            for table, change in RAISING
        ),
        *(
            f"CREATE TRIGGER only_growing_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in ONLY_GROWING
        ),
        *CHAINED_ON_POSTGRESQL,
    ]


def trigger_names(dialect: str) -> list[str]:
    """Return the names of the triggers, for ``sqlite`` or ``postgresql``."""
    statements = [*trigger_statements(dialect), *list_statements(dialect)]
    words = [statement.split() for statement in statements]
    return [name for create, kind, name, *_ in words if (create, kind) == ("CREATE", "TRIGGER")]


def add_triggers(metadata: MetaData) -> None:
    """Make the triggers and the first version whenever all tables are made."""
    for dialect in ("sqlite", "postgresql"):
        for statement in (FIRST_VERSION, *trigger_statements(dialect), *list_statements(dialect)):
            ddl = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", ddl.execute_if(dialect=dialect))


def _name(table: str, change: str, purpose: str = "record_version") -> str:
    return f"{purpose}_{table}_{change.split()[0].lower()}"
