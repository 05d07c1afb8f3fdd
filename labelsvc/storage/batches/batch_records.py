"""Batches as ordered and as stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from labelsvc.domain.batch import BatchState, Line, Part, PartState
from labelsvc.domain.errors import Problem
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot
from labelsvc.storage.batches.voids import ReportedLoss
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.storage.keys.epoch_rows import Epoch


@dataclass(frozen=True)
class SourceFile:
    """A design's or a stock's file as it was used: its name and its bytes."""

    name: str
    content: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """The key it is stored under."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One product to be printed, as it is printed now. ``specimen``: from demonstration data.

    ``record``: the product as it is stored, where its label shows it otherwise. ``lot``: what its label says of its
    lot; the stamps are entered as standing on it.
    """

    product_id: int
    recognition_id: int
    product: Product
    recognition: Recognition
    quantity: int
    counted: bool = True
    specimen: bool = False
    record: Product | None = None
    lot: Lot | None = None


@dataclass(frozen=True, slots=True)
class UsedException:
    """What a product's recognition had been granted when it was ordered, by whom and why; the ticket tells it."""

    product: str
    kind: str
    pieces: int
    who: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """An order. ``versions`` holds JSON values; ``order_key``: counts once, however often it is sent.

    ``replaces``: pieces of another batch that are void from the moment that this one is ordered. ``queued``: the worker
    prints it. ``producer_id``: whose own download it is. ``stamp_order_id``: the producer's order that it is printed
    for, 0 for none. ``holds_quota`` False lets it exceed the quotas. ``looks``: palette and fonts that it prints with.
    """

    design: SourceFile
    stock: SourceFile
    host: str
    lines: Sequence[NewLine]
    parts: Sequence[Part]
    trial: bool = False
    mark: str = ""
    options: PrintOptions = field(default_factory=PrintOptions)
    exceptions: Sequence[UsedException] = ()
    versions: Mapping[str, Any] = field(default_factory=dict)
    who: str = ""
    order_key: str = ""
    replaces: ReportedLoss | None = None
    queued: bool = False
    producer_id: int | None = None
    stamp_order_id: int = 0
    holds_quota: bool = True
    looks: OfficeLooks = SHIPPED

    def __post_init__(self) -> None:
        if not self.lines or sum(line.quantity for line in self.lines) != sum(part.pieces for part in self.parts):
            raise ValueError("the parts do not hold exactly the pieces of the lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch that was ordered. ``epoch`` names the key of all its codes, ``folder`` where its files are.

    ``reason``: why it stopped, as it was said then, and ``problems``: what that says, where it is known.
    ``cleared_at``: when its press files were removed, as they are kept for so long only.

    ``looks_sha256``: its palette and fonts, see :meth:`Batches.looks`; empty for those that are shipped.
    """

    id: int
    name: str
    order_key: str | None
    ordered_at: datetime
    who: str
    state: BatchState
    reason: str
    epoch: str
    design: SourceFile
    stock: SourceFile
    host: str
    trial: bool
    mark: str
    options: PrintOptions
    exceptions: Sequence[UsedException]
    versions: Mapping[str, Any]
    folder: str
    queued: bool
    producer_id: int | None
    looks_sha256: str = ""
    cleared_at: datetime | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Return whether any of it is still to be printed."""
        return self.state in ("ordered", "running")


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line of a batch, with product, recognition and lot exactly as they were ordered."""

    line: Line
    product: Product
    recognition: Recognition
    specimen: bool
    product_id: int
    recognition_id: int
    lot: Lot | None = None


@dataclass(frozen=True, slots=True)
class BatchPart:
    """A part and its state; ``file``, ``sha256`` and ``size`` once it is done, ``started_at`` once it runs.

    ``refused``: it failed because it must not be printed as it is. ``problems``: what its ``reason`` says.
    """

    part: Part
    state: PartState
    file: str
    sha256: str
    size: int
    reason: str
    started_at: datetime | None = None
    refused: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSummary:
    """A batch in a list, with its progress. ``problems``: what its ``reason`` says, where it stopped by itself."""

    id: int
    name: str
    ordered_at: datetime
    who: str
    state: BatchState
    reason: str
    design: str
    stock: str
    queued: bool
    producer_id: int | None
    pieces: int
    pieces_done: int
    sheets: int
    parts: int
    parts_done: int
    started_at: datetime | None
    ended_at: datetime | None
    folder: str
    problems: tuple[Problem, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Return whether any of it is still to be printed."""
        return self.state in ("ordered", "running")


@dataclass(frozen=True, slots=True)
class OrderedBatch:
    """The batch of an order; ``again``: it existed already under the same key, and ``epoch`` is None."""

    batch: Batch
    again: bool
    epoch: Epoch | None
