"""The list of products that is kept for a day, searches by an index of words, indexes of the audit and of places."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

AT_ONCE = 5_000
SEPARATORS = re.compile(r"[\W_]+")
LONGEST = 64
FILTERED = (
    "standing", "stars", "last_day", "district", "commune", "product_group", "producer_id", "demonstration",
    "trace_lacks_record", "trace_lacks_profile", "trace_until",
)  # fmt: skip
ORDERS = {
    "name": ("sort_key", "product_id"),
    "producer": ("producer_sort_key", "sort_key", "product_id"),
    "stars": ("stars", "sort_key", "product_id"),
    "last_day": ("last_day", "sort_key", "product_id"),
    "standing": ("standing", "last_day", "product_id"),
}

_NOTED = (("products", "id"), ("recognitions", "product_id"))
_ON_SQLITE = (
    """\
CREATE VIRTUAL TABLE product_words USING fts5(search, content='product_list', content_rowid='product_id',
    tokenize='ascii', detail=none)""",
    *(
        f"""\
CREATE TRIGGER unlisted_{table}_{change.lower()} AFTER {change} ON {table}
BEGIN INSERT OR IGNORE INTO unlisted_products (product_id) VALUES ({row}.{column}); END"""  # noqa: S608
        for table, column in _NOTED
        for change, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
)

_ON_POSTGRESQL = (
    "CREATE INDEX ix_product_list_words ON product_list USING gin (array_to_tsvector(string_to_array(search, ' ')))",
    *(
        statement
        for table, column in _NOTED
        for statement in (
            f"""\
CREATE FUNCTION note_unlisted_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unlisted_products (product_id) VALUES (COALESCE(NEW.{column}, OLD.{column})) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$""",  # noqa: S608
            f"""\
CREATE TRIGGER unlisted_{table} AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION note_unlisted_{table}()""",
        )
    ),
)


def upgrade() -> None:
    """Make the tables, and let searched words be single words; whoever reads the list first fills it."""
    _make_list()
    for table, column in (("unlisted_products", "product_id"), ("listed_day", "day")):
        kind = sa.Integer() if column == "product_id" else sa.Date()
        key = [sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))] if column == "product_id" else []
        op.create_table(table, sa.Column(column, kind, nullable=False, autoincrement=False), *key)
    op.create_index("ix_products_district_commune_address", "products", ["district", "commune", "address"])
    for columns in (["who", "id", "subject", "at"], ["subject", "id", "at", "who"], ["at", "id"]):
        op.create_index(f"ix_audit_{'_'.join(columns)}", "audit", columns)
    _separate_words()
    for statement in _ON_SQLITE if op.get_bind().dialect.name == "sqlite" else _ON_POSTGRESQL:
        op.execute(statement)


def _make_list() -> None:
    op.create_table(
        "product_list",
        sa.Column("product_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("producer_sort_key", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("product_group", sa.Text(), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("trace_lacks_record", sa.Integer(), nullable=True),
        sa.Column("trace_lacks_profile", sa.Integer(), nullable=False),
        sa.Column("trace_until", sa.Date(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("decided_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_list")),
    )
    for name, columns in ORDERS.items():
        others = [each for each in FILTERED if each not in columns]
        op.create_index(f"ix_product_list_by_{name}", "product_list", [*columns, *others])
    op.create_index("ix_product_list_producer_id", "product_list", ["producer_id", "standing"])


def _separate_words() -> None:
    """Let ``search`` be words of letters and digits with single blanks, none longer than an index takes."""
    products = sa.table("products", sa.column("id"), sa.column("search"))
    statement = sa.update(products).where(products.c.id == sa.bindparam("row")).values(search=sa.bindparam("words"))
    changed = []
    for row in op.get_bind().execute(sa.select(products.c.id, products.c.search)).all():
        words = " ".join(word[:LONGEST] for word in SEPARATORS.split(row.search) if word)
        if words != row.search:
            changed.append({"row": row.id, "words": words})
    for first in range(0, len(changed), AT_ONCE):
        op.get_bind().execute(statement, changed[first : first + AT_ONCE])


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
