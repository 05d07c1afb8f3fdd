"""The services for printing, reprinting and replacing batches: assets, wording, stores, and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from labelsvc.storage.batches.batch_progress import BatchProgress
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.claims import Claims
from labelsvc.storage.batches.reprints import Reprints
from labelsvc.storage.batches.voids import Voids
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.storage.products.products import Products
from labelsvc.workflows.paper_words import PaperWords
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchServices:
    """Put together once, see ``labelsvc.services``. ``clock`` returns the present moment.

    ``address``: where the desk is reached, empty if none is set. ``current_assets`` asks for the office's palette and
    fonts each time.
    """

    current_assets: Callable[[], PrintAssets]
    stocks: StockCatalogue
    words: PaperWords
    batches: Batches
    progress: BatchProgress
    claims: Claims
    products: Products
    reprints: Reprints
    voids: Voids
    epochs: Epochs
    clock: Callable[[], datetime]
    address: str = ""

    @property
    def assets(self) -> PrintAssets:
        """What is drawn with at this moment."""
        return self.current_assets()
