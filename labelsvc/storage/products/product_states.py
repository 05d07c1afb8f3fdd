"""What rows of an import tell, and a product while they are folded into it: as it is stored, as the file leaves it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Select, select

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.products import producers, products, recognitions
from labelsvc.storage.people.audit import FieldDifference, differences_between
from labelsvc.storage.products.rows import (
    PRODUCT_COLUMNS,
    RECOGNITION_COLUMNS,
    product_of,
    product_row,
    recognition_of,
    recognition_row,
)

ProductKey = tuple[str, str]
"""Normalised name and producer, as ``Product.key``."""
Columns = dict[str, Any]
OutcomeKind = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One record of a file. ``given``: the fields of Product and Recognition that it says something of.

    ``blank``: fields that the file has columns for, but whose cells are blank; they keep what is stored.
    """

    product: Product
    recognition: Recognition
    given: frozenset[str]
    blank: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The outcome of a row; the ids are None if it is refused, and in a comparison if it is new.

    A row is refused if it contradicts what is stored (``problems`` say why). ``kept``: its blank fields that have
    stored values.
    """

    kind: OutcomeKind
    product_id: int | None = None
    recognition_id: int | None = None
    differences: tuple[FieldDifference, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(slots=True)
class RecognitionState:
    """A recognition: ``stored`` None and no id where it is new, ``facts`` as the file leaves it.

    ``facts`` of what is new and only one row tells of is that row's recognition: as columns, what 200,000 rows tell
    takes 400 MB more.
    """

    stored: Columns | None = None
    facts: Recognition | Columns | None = None
    id: int | None = None

    @property
    def columns(self) -> Columns:
        """The facts by column; empty where nothing is known."""
        return recognition_row(self.facts) if isinstance(self.facts, Recognition) else self.facts or {}

    @property
    def recognition(self) -> Recognition:
        """The recognition as the file leaves it."""
        return self.facts if isinstance(self.facts, Recognition) else recognition_of(self.columns)

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """What the file changes of a stored recognition."""
        return _differences(self.stored, self.facts)


@dataclass(slots=True)
class ProductState:
    """A product, the same way, with its recognitions by the day of their decision."""

    key: ProductKey
    stored: Columns | None = None
    facts: Product | Columns | None = None
    id: int | None = None
    recognitions: dict[date, RecognitionState] = field(default_factory=dict)

    @property
    def columns(self) -> Columns:
        """The facts by column; empty where nothing is known."""
        return product_row(self.facts) if isinstance(self.facts, Product) else self.facts or {}

    @property
    def product(self) -> Product:
        """The product as the file leaves it."""
        return self.facts if isinstance(self.facts, Product) else product_of(self.columns)

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """What the file changes of a stored product."""
        return _differences(self.stored, self.facts)


def _differences(stored: Columns | None, facts: object) -> tuple[FieldDifference, ...]:
    """Return what differs from what is stored; of what is stored the facts are columns."""
    return differences_between(stored, facts) if stored is not facts and isinstance(facts, dict) and stored else ()


def stored_states(
    connection: Connection, keys: Collection[ProductKey], demonstration: bool
) -> dict[ProductKey, ProductState]:
    """Return the stored products of all producers that the keys name, by key, with all their recognitions."""
    by_id: dict[int, ProductState] = {}
    for names in in_lots(sorted({producer for _, producer in keys})):
        query = STORED_PRODUCTS.where(producers.c.name_key.in_(names), products.c.demonstration.is_(demonstration))
        for row in connection.execute(query):
            product_id, name_key, producer_key, *values = row
            columns = dict(zip(PRODUCT_COLUMNS, values, strict=True))
            by_id[product_id] = ProductState((name_key, producer_key), columns, columns, product_id)
    states = {state.key: state for state in by_id.values()}
    wanted = sorted(state.id for key in keys if (state := states.get(key)) and state.id is not None)
    for product_id, recognition in _recognitions_of(connection, wanted):
        by_id[product_id].recognitions[recognition.columns["decision_date"]] = recognition
    return states


STORED_PRODUCTS: Select[Any] = select(
    products.c.id, products.c.name_key, producers.c.name_key, *(products.c[name] for name in PRODUCT_COLUMNS)
).select_from(products.join(producers))

STORED_RECOGNITIONS: Select[Any] = select(
    recognitions.c.product_id, recognitions.c.id, *(recognitions.c[name] for name in RECOGNITION_COLUMNS)
)


def _recognitions_of(connection: Connection, product_ids: list[int]) -> Iterator[tuple[int, RecognitionState]]:
    for ids in in_lots(product_ids):
        for row in connection.execute(STORED_RECOGNITIONS.where(recognitions.c.product_id.in_(ids))):
            product_id, recognition_id, *values = row
            columns = dict(zip(RECOGNITION_COLUMNS, values, strict=True))
            yield product_id, RecognitionState(columns, columns, recognition_id)
