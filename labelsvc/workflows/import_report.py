"""What became of an import: every row, what is wrong with whole files or sheets, and what the files order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from labelsvc.domain.errors import Problem
from labelsvc.domain.history import StoredProduct
from labelsvc.records.columns import COLUMNS
from labelsvc.records.refused_rows import refused_rows_csv
from labelsvc.records.rows import LetterConversion, RecordRow, RefusedRow, RowLocation
from labelsvc.storage.people.audit import FieldDifference, as_text
from labelsvc.workflows.places.place_report import PlaceReport

__all__ = ["AcceptedRow", "FieldDifference", "ImportReport", "RequestedQuantity", "as_text"]


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A row that was accepted: ``kind`` is "new", "changed" (then with differences) or "unchanged".

    The ids are None in a preview where the product is new; ``foreseen``, only in a preview, is the product as it would
    be stored.
    """

    row: RecordRow
    kind: str
    product_id: int | None
    recognition_id: int | None
    differences: tuple[FieldDifference, ...]
    demonstration: bool
    foreseen: StoredProduct | None = None


@dataclass(frozen=True, slots=True)
class RequestedQuantity:
    """How many labels of a product the files ask for (None: they do not say), under its newest recognition in them."""

    product_id: int
    recognition_id: int
    quantity: int | None
    place: RowLocation


@dataclass(slots=True)
class ImportReport:
    """What became of every row, in the files' order, and what is wrong with whole files or sheets.

    Rows of a sheet that was not read are refused with the sheet's own problem. ``conversions``: cells whose garbled
    text was converted, or would be if it were asked for. ``places``: what becomes of places with former units.
    """

    taken: list[AcceptedRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    conversions: list[LetterConversion] = field(default_factory=list)
    places: PlaceReport = field(default_factory=PlaceReport)
    comparisons: dict[bool, str] = field(default_factory=dict)

    @property
    def compared(self) -> str:
        """Name what a preview was of: what would become of real records, and of demonstration data."""
        return "-".join(self.comparisons.get(demonstration, "") for demonstration in (False, True))

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows that are new, changed, unchanged and refused."""
        kinds = Counter(taken.kind for taken in self.taken)
        return {kind: kinds[kind] for kind in ("new", "changed", "unchanged")} | {"refused": len(self.refused)}

    @property
    def problems(self) -> list[Problem]:
        """Return everything that kept a row, a sheet or a file out, each once."""
        return self.unreadable + self.row_problems

    @property
    def row_problems(self) -> list[Problem]:
        """Return what is wrong with single rows, without what is wrong with their whole sheets."""
        of_sheets = {id(problem) for problem in self.unreadable}
        return [problem for row in self.refused for problem in row.problems if id(problem) not in of_sheets]

    def refused_file(self, explain: Callable[[Problem], str]) -> bytes:
        """Return the refused rows as a CSV that can be mended and sent again; ``explain`` says why they are refused."""
        return refused_rows_csv(self.refused, explain)

    @property
    def orders(self) -> list[RequestedQuantity]:
        """Return one order a product, in the files' order, under its newest recognition in them; none in a preview."""
        return [
            RequestedQuantity(taken.product_id, taken.recognition_id, taken.row.quantity, taken.row.place)
            for taken in self.newest()
            if taken.product_id is not None and taken.recognition_id is not None and taken.foreseen is None
        ]

    @property
    def foreseen(self) -> list[tuple[StoredProduct, int | None]]:
        """Return, in a preview, the products as they would be stored with the quantities that the files ask for."""
        return [(taken.foreseen, taken.row.quantity) for taken in self.newest() if taken.foreseen is not None]

    def newest(self) -> Iterable[AcceptedRow]:
        """Return one row a product, in the files' order: the one with its newest recognition."""
        newest: dict[tuple[bool, object], AcceptedRow] = {}
        for taken in self.taken:
            product = taken.demonstration, taken.row.product.key
            known = newest.setdefault(product, taken)
            if taken.row.recognition.decision_date > known.row.recognition.decision_date:
                newest[product] = taken
        return newest.values()


def columns_read() -> list[tuple[str, bool]]:
    """Return the headings of the columns that are read, in the order of the office's own file, and which are needed."""
    return [(column.heading, column.needed) for column in COLUMNS]
