"""API models of imports: a spreadsheet, and the outcome of its rows."""

from __future__ import annotations

from datetime import datetime

from flask_openapi3.models.file import FileStorage
from pydantic import Field

from labelsvc.web.api.models import Id, Page, Paging, Strict, Words


class ImportQuery(Strict):
    """``dry_run`` only reports what the file would change.

    ``renew_places`` gives records of former communes the units since 1/7/2025, where there is one answer; ``place``
    says which unit a divided one is, as "Quảng An, Tây Hồ=Phường Tây Hồ", once for each.
    """

    dry_run: bool = False
    renew_places: bool = False
    place: list[Words] = Field(default_factory=list, max_length=200)


class ImportsQuery(Paging):
    """Which page of past imports."""


class ImportPath(Strict):
    """An import by its id."""

    import_id: Id


class Spreadsheet(Strict):
    """A file of records: .xlsx, .xls, .ods or .csv."""

    file: FileStorage = Field(description=".xlsx, .xls, .ods or .csv, up to 24 MB")


class FieldChange(Strict):
    """A field with its values before and after, as text."""

    field: str
    before: str
    after: str


class TakenItem(Strict):
    """An accepted row: ``kind`` is new, changed or unchanged; ids are null for new rows of a dry run."""

    sheet: str
    row: int
    kind: str
    product: str
    producer: str
    product_id: int | None
    changes: list[FieldChange]


class RefusedItem(Strict):
    """A refused row, with every reason and the correct form."""

    sheet: str
    row: int
    reasons: list[str]


class PlaceItem(Strict):
    """A former unit in the file: ``unit`` is the one of today, null while it has to be chosen from ``choices``."""

    former: str
    unit: str | None
    choices: list[str]
    records: int
    asked: bool
    renewed: bool


class LackingItem(Strict):
    """A product that would lack some of the nine facts that a trace code must lead to."""

    sheet: str
    row: int
    product: str
    lacking: list[str]


class ImportTrace(Strict):
    """How many of the files' products are goods, and how many of those would have all nine facts."""

    products: int
    complete: int
    rows: list[LackingItem]


class ImportReportBody(Strict):
    """The outcome of every row; in a dry run, the expected one, with what trace codes would lack (else null)."""

    dry_run: bool
    new: int
    changed: int
    unchanged: int
    refused: int
    rows: list[TakenItem]
    refused_rows: list[RefusedItem]
    unreadable: list[str]
    warnings: list[str]
    places: list[PlaceItem]
    trace: ImportTrace | None


class ImportItem(Strict):
    """A past import: how much it made and changed, and whether it was undone."""

    id: int
    at: datetime
    who: str
    source: str
    products: int
    recognitions: int
    changes: int
    undone_at: datetime | None


class ImportPage(Page):
    """A page of past imports, the newest first."""

    items: list[ImportItem]
