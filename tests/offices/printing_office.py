"""An office that prints: everything real, put together as the command line does it, in a folder of the test's own."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from labelsvc.config import Settings
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.services import Services
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.order_batch import OrderPlan, place_order, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from labelsvc.workflows.batches.print_batch import print_batch
from labelsvc.workflows.batches.render_part import Progress
from labelsvc.workflows.import_products import ImportOptions, import_products
from labelsvc.workflows.paper_words import SpecimenWords
from tests.offices.prepared_databases import put_sqlite
from tests.samples.generator import Record, make_records, write_csv

DPI = 300
HOST = "TEM.OCOPHN.VN"
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Printed:
    """A released batch, and where its files are on this machine."""

    batch: Batch
    folder: Path
    pieces: int
    sheets: int
    checked: str


@dataclass
class PrintingOffice:
    """A home and an output folder, with records of products that do not exist; ``settings`` by their short names."""

    folder: Path
    host: str = HOST
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = {"HOME": "home", "OUTPUT": "output"}
        self.environment = {f"LABELSVC_{name}": str(self.folder / place) for name, place in names.items()}
        self.environment["LABELSVC_HOST"] = self.host
        self.environment |= {f"LABELSVC_{name}": value for name, value in self.settings.items()}
        if "DATABASE" not in self.settings:
            put_sqlite(self.folder / "home" / "labelsvc.db")
        self.services = Services(Settings.read(self.environment))
        self.now = datetime.now(UTC)

    def take(self, records: Sequence[Record]) -> list[OrderItem]:
        """Import records and wish for all of them, each in its own quantity."""
        path = self.folder / "records.csv"
        write_csv(path, records)
        options = ImportOptions(self.services.demonstration_records)
        report = import_products(
            [(path.name, path)], self.services.imports, who="thu", now=self.now, today=self.today, options=options
        )
        assert not report.problems
        stored = self.services.products.many([order.product_id for order in report.orders])
        return [OrderItem(stored[order.product_id], order.quantity) for order in report.orders]

    def plan(
        self, items: Sequence[OrderItem], design: str = "tem-25x35", stock: str = "a4", **terms: object
    ) -> OrderPlan:
        """Look at an order; ``terms`` are those of the order and its options. Nothing is read back unless asked."""
        names = {each.name for each in fields(PrintOptions)} & set(terms)
        options = PrintOptions(**({"proof": "none"} | {name: terms.pop(name) for name in names}))
        known = {"host": self.services.settings.host, "options": options}
        wanted = OrderTerms(design=design, stock=stock, **(known | terms))
        checked = check_terms(wanted, self.services.assets)
        return plan_batch(items, checked, self.marks, today=self.today)

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.now.astimezone(VIETNAM).date()

    @property
    def marks(self) -> SpecimenWords:
        return self.services.paper_words.marks

    @property
    def batch_services(self) -> BatchServices:
        """The office's, at its own moment."""
        return replace(self.services.batch_services, clock=lambda: self.now)

    def order(self, plan: OrderPlan) -> str:
        """Place an order; return the batch's name."""
        self.services.epochs.ready(self.now)
        return place_order(plan, self.services.batches, now=self.now, taken=self.services.output()).batch.name

    def print(
        self, name: str, output: Path | None = None, processes: int = 1, progress: Progress | None = None
    ) -> Printed:
        """Print what is missing of a batch."""
        folder = OutputFolder(output or self.services.settings.output)
        done = print_batch(name, self.batch_services, folder, processes=processes, progress=progress)
        path = done.folder.path if isinstance(done.folder, LocalFolder) else Path()
        return Printed(done.batch, path, done.pieces, done.sheets, done.checked)

    def printed(
        self, products: int, quantity: int, design: str = "tem-25x35", stock: str = "a4", **terms: object
    ) -> Printed:
        """Print labels of so many new products."""
        records = make_records(products, quantity, day=self.today, seed=products)
        return self.print(self.order(self.plan(self.take(records), design, stock, **terms)))


def manifest(folder: Path) -> list[dict[str, str]]:
    """Return a batch's manifest."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def page_pixels(folder: Path, part: int, page: int, dpi: int = DPI) -> Pixels:
    """Return a page as grey pixels, rasterised by PDFium."""
    document = pypdfium2.PdfDocument(folder / f"labels-{part:03}.pdf")
    pixels: Pixels = document[page - 1].render(scale=dpi / 72, grayscale=True).to_numpy().squeeze().copy()
    document.close()
    return pixels


def cut_out(pixels: Pixels, row: dict[str, str], slot_mm: tuple[float, float, float], dpi: int = DPI) -> Pixels:
    """Return the QR of a manifest's row with its quiet zone: ``slot_mm`` is its x, y and size in the label."""
    x, y, size = slot_mm
    left, top = float(row["x_mm"]) + x, float(row["y_mm"]) + y
    sides = (round(mm * dpi / 25.4) for mm in (top, top + size, left, left + size))
    upper, lower, start, end = sides
    return pixels[upper:lower, start:end]


def files(folder: Path) -> dict[str, bytes]:
    """Return every visible file of a batch."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}
