"""API models of batches: orders and their decisions, progress, files, reprints."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from labelsvc.domain.batch import BatchState
from labelsvc.domain.print_options import MOST_OFFSET_MM
from labelsvc.web.api.models import WHOLE, Body, Id, Name, Page, Paging, Strict, Words

OffsetMm = Annotated[float, Field(ge=-MOST_OFFSET_MM, le=MOST_OFFSET_MM, allow_inf_nan=False)]


class BatchQuery(Paging):
    """Filters of batches."""

    state: BatchState | None = None


class FilePath(Strict):
    """A file of a batch by its name."""

    name: Name
    file: Name


class ReprintPath(Strict):
    """A reprint of a batch by its number."""

    name: Name
    number: Annotated[int, Field(ge=1, le=999_999)]


class FormQuery(Strict):
    """The set of pictures or drawings that begins with this label."""

    first: Annotated[int, Field(ge=1, le=9_999_999)] = 1


class FormItem(Strict):
    """A format of labels: a PDF on a stock, a file for a thermal printer, pictures at a resolution, drawings, QR codes.

    ``first``: the first labels of the sets of pictures and drawings, one file each.
    """

    file: str
    kind: Literal["pdf", "printer", "png", "svg", "qr"]
    of: str
    url: str
    first: list[int]


class FormList(Strict):
    """All formats of a batch's labels."""

    items: list[FormItem]


class OrderLine(Body):
    """A product with its quantity."""

    product_id: Id
    quantity: Annotated[int, Field(ge=1, le=1_048_575), WHOLE]


class BatchOrder(Body):
    """An order; ``dry_run`` only reports what it would do.

    ``strict_trace``: products that lack facts of a trace code are refused. ``order`` of serials: none is the stock's
    own. ``may_turn`` false: labels are never turned by 90°. ``lot``, ``made_on`` (NSX) and ``use_by`` (HSD)
    are printed on all labels and entered for their stamps; days in ISO form, ``use_by`` may be ``shelf-life``.
    ``tidy``: ticks at corners alone, for scissors. ``printer``: the name of one of the caller's printers, whose offset
    corrects sheets, or any name beside ``offset_x_mm`` and ``offset_y_mm`` (right and down), which go before.
    """

    products: list[OrderLine] = Field(min_length=1, max_length=20_000)
    design: Name = "tem-25x35"
    stock: Name = "330x480"
    strict_law: bool = False
    strict_trace: bool = False
    spot_inks: bool = False
    step_and_repeat: bool = False
    order: Literal["rows", "columns", "cut-and-stack", "lanes"] | None = None
    may_turn: bool = True
    lot: Words = ""
    made_on: Words = ""
    use_by: Words = ""
    tidy: bool = False
    printer: Annotated[Words, Field(max_length=60)] = ""
    offset_x_mm: OffsetMm | None = None
    offset_y_mm: OffsetMm | None = None
    dry_run: bool = False


class JudgedItem(Strict):
    """The decision on a product: whether it is printed, the reasons against it with remedies, and warnings.

    ``trace``: what its trace code lacks, empty if nothing.
    """

    product_id: int
    product: str
    producer: str
    printed: bool
    reasons: list[str]
    warnings: list[str]
    trace: str


class PlannedBatch(Strict):
    """What an order prints, or would print; ``batch`` and ``url`` are empty if nothing was ordered."""

    batch: str
    url: str
    pieces: int
    sheets: int
    warnings: list[str]
    products: list[JudgedItem]


class BatchItem(Strict):
    """A batch with its progress. ``waits``: since when and why its output takes no files; it goes on by itself."""

    name: str
    url: str
    state: BatchState
    reason: str
    waits: str
    design: str
    stock: str
    ordered_at: datetime
    ordered_by: str
    pieces: int
    pieces_done: int
    sheets: int
    parts: int
    parts_done: int


class BatchPage(Page):
    """A page of batches."""

    items: list[BatchItem]


class FileItem(Strict):
    """A file of a batch: where it is, and its SHA-256 in hexadecimal."""

    name: str
    size: int
    url: str
    sha256: str


class ReprintItem(Strict):
    """Reprinted pieces."""

    number: int
    at: datetime
    who: str
    reason: str
    count: int
    sha256: str
    url: str


class VoidItem(Strict):
    """Void pieces (``17:5-20``, line and serials); ``replaced_by``: the batch that replaces them, or empty."""

    serials: str
    kind: Literal["lost", "destroyed"]
    at: datetime
    who: str
    reason: str
    replaced_by: str


class BatchDetail(BatchItem):
    """A batch with its files, once it is ready, its reprints, and what is void of it.

    ``missing``: press files that are no longer in its folder; downloading one says what to do (404).
    """

    files: list[FileItem]
    missing: list[str]
    reprints: list[ReprintItem]
    voids: list[VoidItem]


class NewReprint(Body):
    """Destroyed pieces, by ``sheets`` (``3,7-9``) or by ``serials`` (``17:5-20``: line and serials)."""

    sheets: Words = ""
    serials: list[Words] = Field([], max_length=1_000)
    reason: Annotated[Words, Field(min_length=1)]


class NewReplacement(Body):
    """Lost pieces (``17:5-20``, line and serials), and how: they become void and are replaced."""

    serials: list[Words] = Field(min_length=1, max_length=1_000)
    reason: Annotated[Words, Field(min_length=1)]


class NewVoid(Body):
    """Lost or destroyed pieces (``17:5-20``, line and serials), and why: they become void and are not replaced."""

    serials: list[Words] = Field(min_length=1, max_length=1_000)
    kind: Literal["lost", "destroyed"]
    reason: Annotated[Words, Field(min_length=1)]


class VoidedPieces(Strict):
    """Pieces that were voided; ``url`` is their batch's."""

    batch: str
    url: str
    kind: Literal["lost", "destroyed"]
    serials: list[str]
    count: int


class LookItem(Strict):
    """A design or a stock."""

    name: str
    title: str


class Looks(Strict):
    """All designs and stocks."""

    designs: list[LookItem]
    stocks: list[LookItem]
