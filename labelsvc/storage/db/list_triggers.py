"""Triggers and indexes that keep the list of products: what changed is noted, and words are found.

Words are whole in ``search``, folded and separated by single blanks (``domain.product.search_words``), so both
databases split it alike: FTS5 of SQLite by its ``ascii`` tokenizer, PostgreSQL into an array.
"""

from __future__ import annotations

_NOTED = (("products", "id"), ("recognitions", "product_id"))
"""Tables, and the column that names the product."""

WORDS_OF_LIST = "array_to_tsvector(string_to_array(search, ' '))"
"""PostgreSQL: the words of a product, as ``ix_product_list_words`` has them."""

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
    f"CREATE INDEX ix_product_list_words ON product_list USING gin ({WORDS_OF_LIST})",
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


def list_statements(dialect: str) -> tuple[str, ...]:
    """Return what makes them, for ``sqlite`` or ``postgresql``."""
    return _ON_SQLITE if dialect == "sqlite" else _ON_POSTGRESQL
