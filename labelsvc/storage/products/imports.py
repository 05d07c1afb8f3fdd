"""Imports: many records at once, compared with the stored ones field by field.

A file says something about the fields that it has columns for; everything else stays as it is, so that a spreadsheet
without extensions or withdrawals takes none back. Rows of one product are folded into one before they are compared
(the last one wins), so that the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import Connection, insert

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, Problem
from labelsvc.domain.history import StoredProduct, StoredRecognition
from labelsvc.domain.places.renewal import RecordPlace
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import imports
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.products.import_progress import ImportProgress, counted, untold
from labelsvc.storage.products.import_writing import write_states
from labelsvc.storage.products.lists.kept_list import tidy_list
from labelsvc.storage.products.lists.list_writing import bring_list_up_to_date
from labelsvc.storage.products.product_states import (
    Columns,
    ImportedRow,
    ImportOutcome,
    OutcomeKind,
    ProductKey,
    ProductState,
    RecognitionState,
    stored_states,
)
from labelsvc.storage.products.rows import COLUMNS_OF_FIELD, product_of, product_row, recognition_of, recognition_row
from labelsvc.storage.products.stored_places import stored_places
from labelsvc.storage.products.twins import Twins, stored_twins
from labelsvc.storage.products.unchanged_rows import find_unchanged


@dataclass(frozen=True, slots=True)
class _MergedRow:
    """The product and recognition that a row was merged into, or its problems."""

    product: ProductState
    recognition: RecognitionState
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()


class Imports:
    """Imports records into the database. Demonstration data is separate: it never changes a real record."""

    def __init__(self, database: Database, progress: ImportProgress = untold) -> None:
        self._database, self._progress = database, progress

    def heard_by(self, progress: ImportProgress) -> Imports:
        """Return the same, with somebody who is told how far it is."""
        return Imports(self._database, progress)

    def foresee(
        self, rows: Sequence[ImportedRow], *, demonstration: bool = False
    ) -> tuple[list[ImportOutcome], dict[ProductKey, StoredProduct]]:
        """Return what :meth:`save` would do with each row, and the products of the rows as it would leave them, by key.

        Nothing is written. What is new has the id 0.
        """
        with self._database.reading() as connection:
            known = _Known.for_rows(connection, rows, demonstration)
        outcomes = [_outcome(folded) for folded in known.folded(counted(rows, "comparing", self._progress))]
        left = {key: _as_stored(state, demonstration) for key, state in known.states.items() if state.facts}
        return outcomes, left

    def stored(self, keys: Collection[ProductKey], *, demonstration: bool = False) -> dict[ProductKey, StoredProduct]:
        """Return the products that are stored under some keys."""
        with self._database.reading() as connection:
            states = stored_states(connection, set(keys), demonstration)
        return {key: _as_stored(state, demonstration) for key, state in states.items() if state.id is not None}

    def places(self, producer_keys: Collection[str], *, demonstration: bool = False) -> dict[ProductKey, RecordPlace]:
        """Return where the stored products of some producers are made."""
        with self._database.reading() as connection:
            return stored_places(connection, producer_keys, demonstration)

    def save(
        self,
        rows: Sequence[ImportedRow],
        *,
        who: str,
        source: str,
        now: datetime,
        demonstration: bool = False,
        compared: str = "",
    ) -> list[ImportOutcome]:
        """Save the rows in one transaction; returns what became of each, in their order.

        ``source`` names the file. Where nothing is new, nothing at all is written. ``compared``: the digest
        (:func:`outcomes_digest`) of the comparison that somebody looked at; ChangedMeanwhile if it would be another
        one now.
        """
        with self._database.writing_many_rows() as connection:
            unchanged = find_unchanged(connection, rows, [row.product.key for row in rows], demonstration)
            others = [row for place, row in enumerate(rows) if place not in unchanged]
            known = _Known.for_rows(connection, others, demonstration)
            folded = known.folded(counted(others, "comparing", self._progress))
            kinds = [_kind(each) for each in folded]
            if compared and compared != outcomes_digest(_in_order(unchanged, map(_outcome, folded), len(rows))):
                raise ChangedMeanwhile.from_code("importing.changed_meanwhile")
            listed = 0
            if any(kind in ("new", "changed") for kind in kinds):
                new_import = insert(imports).values(at=now, who=who, source=source).returning(imports.c.id)
                import_id = connection.scalar(new_import)
                written = [state for state in known.states.values() if state.facts]
                context = ChangeContext(who, now, source, import_id)
                write_states(connection, written, context, demonstration, self._progress)
                made = [FieldDifference("import", "", source), FieldDifference("rows_new", "", kinds.count("new"))]
                made.append(FieldDifference("rows_changed", "", kinds.count("changed")))
                record_differences(connection, ChangeContext(who, now), [("import", import_id or 0, made)])
                self._progress("listing", 0, 0)
                listed = bring_list_up_to_date(connection, now)
        tidy_list(self._database, listed)
        return list(_in_order(unchanged, map(_outcome, folded, kinds), len(rows)))


def _in_order(
    unchanged: Mapping[int, ImportOutcome], others: Iterator[ImportOutcome], rows: int
) -> Iterator[ImportOutcome]:
    """Yield what became of rows in their order: the unchanged ones by their places, the others one after the other."""
    return (unchanged.get(place) or next(others) for place in range(rows))


def outcomes_digest(outcomes: Iterable[ImportOutcome]) -> str:
    """Name what a comparison says would become of every row."""
    told = sha256()
    for each in outcomes:
        told.update(repr((each.kind, each.differences, each.problems)).encode())
    return told.hexdigest()[:32]


def _as_stored(state: ProductState, demonstration: bool) -> StoredProduct:
    history = [state.recognitions[day] for day in sorted(state.recognitions)]
    kept = tuple(StoredRecognition(each.id or 0, each.recognition) for each in history)
    return StoredProduct(state.id or 0, state.product, kept, demonstration)


class _Known:
    """What is stored of the products of some rows, while the rows are folded into it."""

    def __init__(self, keys: Sequence[ProductKey], states: dict[ProductKey, ProductState], twins: Twins) -> None:
        self._keys, self.states, self._twins = keys, states, twins

    @classmethod
    def for_rows(cls, connection: Connection, rows: Sequence[ImportedRow], demonstration: bool) -> Self:
        """Look up what is stored."""
        keys = [row.product.key for row in rows]
        states = stored_states(connection, set(keys), demonstration)
        return cls(keys, states, stored_twins(connection, [row.product for row in rows], demonstration))

    def folded(self, rows: Iterable[ImportedRow]) -> list[_MergedRow]:
        """Fold the same rows into what is stored; return where each went."""
        return [_fold(self.states, self._twins, row, key) for row, key in zip(rows, self._keys, strict=True)]


def _fold(states: dict[ProductKey, ProductState], twins: Twins, row: ImportedRow, key: ProductKey) -> _MergedRow:
    product = states.get(key) or ProductState(key)
    day = row.recognition.decision_date
    recognition = product.recognitions.get(day) or RecognitionState()
    try:
        of_product = _product_facts(product, row)
        of_recognition = _recognition_facts(recognition, row)
    except InvalidValue as error:
        return _MergedRow(product, recognition, error.problems)
    if asked := twins.problems(row.product, stored=product.columns):
        return _MergedRow(product, recognition, tuple(asked))
    twins.add(row.product.name, row.product.producer, row.product.gtin)
    product.facts, recognition.facts = of_product, of_recognition
    states[key] = product
    product.recognitions[day] = recognition
    return _MergedRow(product, recognition, kept=_kept(row.blank, product, recognition))


def _product_facts(state: ProductState, row: ImportedRow) -> Product | Columns:
    """Return what is known of a product with what a row tells; InvalidValue if that makes no sense together."""
    if not state.facts:
        return row.product
    return _merged(state.columns, product_row(row.product), row.given, product_of)


def _recognition_facts(state: RecognitionState, row: ImportedRow) -> Recognition | Columns:
    """Return what is known of a recognition with what a row tells; InvalidValue if the rules do not allow that."""
    if not state.facts:
        return row.recognition
    return _merged(state.columns, recognition_row(row.recognition), row.given, _allowed)


def _allowed(columns: Columns) -> Recognition:
    return recognition_of(columns, as_stored=False)


def _kept(blank: frozenset[str], product: ProductState, recognition: RecognitionState) -> tuple[str, ...]:
    if product.stored is None and recognition.stored is None:
        return ()
    stored = (product.stored or {}) | (recognition.stored or {})
    return tuple(name for name in blank if any(stored.get(column) for column in COLUMNS_OF_FIELD.get(name, (name,))))


def _merged(known: Columns, told: Columns, given: frozenset[str], check: Any) -> Columns:
    """Return what is known with what the file tells of it; ``check`` refuses what makes no sense together."""
    merged = known | {column: told[column] for column in _columns(given) if column in told}
    if merged == known:
        return known
    check(merged)
    return merged


@lru_cache(64)
def _columns(given: frozenset[str]) -> tuple[str, ...]:
    return tuple(column for name in given for column in COLUMNS_OF_FIELD.get(name, (name,)))


def _kind(folded: _MergedRow) -> OutcomeKind:
    if folded.problems:
        return "refused"
    if folded.product.stored is None:
        return "new"
    if folded.recognition.stored is None or folded.product.differences or folded.recognition.differences:
        return "changed"
    return "unchanged"


def _outcome(folded: _MergedRow, kind: OutcomeKind | None = None) -> ImportOutcome:
    kind = kind or _kind(folded)
    if kind == "refused":
        return ImportOutcome(kind, problems=folded.problems)
    product, recognition = folded.product, folded.recognition
    differences = product.differences + recognition.differences
    if kind == "changed" and recognition.stored is None:
        differences += (FieldDifference("recognition", None, recognition.columns["decision_date"]),)
    return ImportOutcome(kind, product.id, recognition.id, differences, kept=folded.kept)
