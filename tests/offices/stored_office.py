"""An office's stores over a database, and records to put into them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from labelsvc.config import LEASE_SECONDS
from labelsvc.domain.batch import plan_parts
from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import EpochKey
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.batches.batch_progress import BatchProgress
from labelsvc.storage.batches.batch_records import NewBatch, NewLine, SourceFile
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.claims import Claims
from labelsvc.storage.batches.lost_claims import LostClaims
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.storage.keys.verifying_keys import VerifyingKeys
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.product_states import ImportedRow, ImportOutcome
from labelsvc.storage.products.products import Products
from labelsvc.storage.products.recognitions import Recognitions
from labelsvc.storage.scans.stamp_scans import StampScans
from labelsvc.wording import Wording
from tests import CHECKOUT

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GIVEN = frozenset(("name", "producer", "brand", "stars", "decision_date", "decision_number"))


class Stores:
    """Everything that is kept in one home and one database."""

    def __init__(self, database: Database, home: Path, given: str = "", output: Path | None = None) -> None:
        self.home = home
        self.output = output
        self.database = database
        self.key_file = KeyFile(home / "keys.json", given)
        self.marks = IssuedMarks(home / "issued.json", folder_at(output) if output else None)
        self.epochs = Epochs(database, self.key_file, self.marks, lambda: "perhaps printed")
        self.imports = Imports(database)
        self.products = Products(database)
        self.recognitions = Recognitions(database)
        self.batches = Batches(database, self.epochs)
        self.progress = BatchProgress(database)
        self.claims = Claims(database, LEASE_SECONDS)
        self.lost_claims = LostClaims(database)
        self.scans = StampScans(database)

    def save(self, *rows: ImportedRow, demonstration: bool = False) -> list[ImportOutcome]:
        return self.imports.save(rows, who="thu", source="a.xlsx", now=NOW, demonstration=demonstration)

    def verifying_keys(self) -> VerifyingKeys:
        """Return what a process that begins now verifies with."""
        return VerifyingKeys(self.key_file, self.epochs.needed)

    def order(self, *quantities: int, **facts: object) -> str:
        """Order labels of as many products as there are quantities; returns the batch's name."""
        return self.batches.order(self.new_batch(*quantities, **facts), NOW).batch.name

    def set_states(self, **names: str) -> None:
        """Let batches be ``ready``, ``running`` … with folders of their own."""
        with self.database.writing() as connection:
            for state, name in names.items():
                values = {"state": state, "folder": f"/elsewhere/{name}"}
                connection.execute(update(batches).where(batches.c.name == name).values(values))

    def new_batch(self, *quantities: int, counted: bool = True, specimen: bool = False, **facts: object) -> NewBatch:
        if self.products.count() < len(quantities):
            self.save(*(record(name=f"Sản phẩm {i}") for i in range(len(quantities))))
        stored = self.products.all()
        new_lines = [
            NewLine(
                product_id=each.id,
                recognition_id=each.recognitions[0].id,
                product=each.product,
                recognition=each.history[0],
                quantity=quantity,
                counted=counted,
                specimen=specimen,
            )
            for each, quantity in zip(stored, quantities, strict=False)
        ]
        of_batch = {
            "design": SourceFile("tem-25x35", b"<svg/>"),
            "stock": SourceFile("a4", b"[sheet]"),
            "host": "OCOP.HANOI.EXAMPLE",
            "lines": new_lines,
            "parts": plan_parts(quantities, 24),
        }
        return NewBatch(**({"holds_quota": False} | of_batch | facts))


def record(
    name: str = "Củ cải sấy", producer: str = "HTX Bát Tràng", given: frozenset[str] = GIVEN, **facts: object
) -> ImportedRow:
    """A row of a spreadsheet with the columns ``given``."""
    of_product = {field: facts.pop(field) for field in list(facts) if field in Product.__dataclass_fields__}
    of_recognition = {"stars": 4, "decision_date": date(2025, 12, 30)} | facts
    return ImportedRow(
        Product(name=name, producer=producer, **of_product),
        Recognition(**of_recognition),
        given,
    )


def as_interrupted(database: Database, batch: str) -> None:
    """Set a finished batch back to what an interruption leaves; no step of the program does that."""
    with database.writing() as connection:
        connection.execute(update(batches).where(batches.c.name == batch).values(state="failed"))


TEMPLATES = CHECKOUT / "templates"


def keys_of(stores: Stores) -> list[EpochKey]:
    return list(stores.epochs.keys())


def refused(error: pytest.ExceptionInfo[KeyRefused]) -> str:
    """Return the code of a refusal whose sentences can be said."""
    problem: Problem = error.value.problems[0]
    for language in ("vi", "en"):
        assert Wording(TEMPLATES / "wording", language).explain(problem)
    return problem.code
