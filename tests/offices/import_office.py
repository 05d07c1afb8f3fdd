"""A database that files are imported into."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from labelsvc.storage.db.database import Database
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.products import Products
from labelsvc.workflows.import_products import ImportOptions, import_products
from labelsvc.workflows.import_report import ImportReport
from tests import CHECKOUT
from tests.samples.records_files import TODAY

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"


class ImportOffice:
    """A database that files are imported into."""

    def __init__(self, database: Database) -> None:
        self.imports = Imports(database)
        self.products = Products(database)

    def take(self, *files: bytes, preview: bool = False, sample: Path | None = SAMPLE) -> ImportReport:
        named = [(f"{'ab'[i]}.{'xlsx' if file[:2] == b'PK' else 'csv'}", BytesIO(file)) for i, file in enumerate(files)]
        options = ImportOptions(sample, preview)
        return import_products(named, self.imports, who="thu", now=NOW, today=TODAY, options=options)
