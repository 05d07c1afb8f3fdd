"""Batches, who prints them, and what may be ordered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from labelsvc.services.looks import LookStores
from labelsvc.wording import LANGUAGES, Wording

if TYPE_CHECKING:
    from labelsvc.domain.errors import Problem
    from labelsvc.storage.batches.batch_lists import BatchLists
    from labelsvc.storage.batches.batch_progress import BatchProgress
    from labelsvc.storage.batches.batch_records import Batch, BatchSummary
    from labelsvc.storage.batches.batches import Batches
    from labelsvc.storage.batches.claims import Claims
    from labelsvc.storage.batches.lost_claims import LostClaims
    from labelsvc.storage.batches.lots import Lots
    from labelsvc.storage.batches.planned_orders import PlannedOrders
    from labelsvc.storage.batches.print_load import PrintLoad
    from labelsvc.storage.batches.printed_places import PrintedPlaces
    from labelsvc.storage.batches.reprints import Reprints
    from labelsvc.storage.batches.stamp_orders import StampOrders
    from labelsvc.storage.batches.voids import Voids
    from labelsvc.workflows.batches.batch_services import BatchServices
    from labelsvc.workflows.change_product import ProductChanges
    from labelsvc.workflows.planning.plan_behind import OrderPlanner
    from labelsvc.workflows.queue.run_queued import QueueRunner


class PrintStores(LookStores):
    """What prints."""

    @cached_property
    def batches(self) -> Batches:
        """The batches with their lines and parts."""
        from labelsvc.storage.batches.batches import Batches

        return Batches(self.database, self.epochs, self.settings.open_batches)

    @cached_property
    def batch_progress(self) -> BatchProgress:
        """What becomes of batches and their parts."""
        from labelsvc.storage.batches.batch_progress import BatchProgress

        return BatchProgress(self.database)

    @cached_property
    def reprints(self) -> Reprints:
        """The destroyed pieces that were made again."""
        from labelsvc.storage.batches.reprints import Reprints

        return Reprints(self.database)

    @cached_property
    def voids(self) -> Voids:
        """The pieces that were reported lost."""
        from labelsvc.storage.batches.voids import Voids

        return Voids(self.database)

    @cached_property
    def lots(self) -> Lots:
        """The lots that stamps stand on."""
        from labelsvc.storage.batches.lots import Lots

        return Lots(self.database)

    @cached_property
    def claims(self) -> Claims:
        """Who works on which part and batch."""
        from labelsvc.storage.batches.claims import Claims

        return Claims(self.database, self.settings.lease)

    @cached_property
    def lost_claims(self) -> LostClaims:
        """The claims whose holders may be gone."""
        from labelsvc.storage.batches.lost_claims import LostClaims

        return LostClaims(self.database)

    @cached_property
    def batch_lists(self) -> BatchLists:
        """Lists of batches."""
        from labelsvc.storage.batches.batch_lists import BatchLists

        return BatchLists(self.database)

    def print_load(self, now: datetime) -> PrintLoad:
        """Return what the print worker has before it; StorageRefused if the database does not answer."""
        from labelsvc.storage.batches.print_load import read_print_load

        return read_print_load(self.database, now)

    @cached_property
    def printed_places(self) -> PrintedPlaces:
        """The places on labels of all batches."""
        from labelsvc.storage.batches.printed_places import PrintedPlaces

        return PrintedPlaces(self.database)

    @cached_property
    def stamp_orders(self) -> StampOrders:
        """Stamps that producers asked for."""
        from labelsvc.storage.batches.stamp_orders import StampOrders

        return StampOrders(self.database)

    @cached_property
    def product_changes(self) -> ProductChanges:
        """What changes products that people type in."""
        from labelsvc.workflows.change_product import ProductChanges

        return ProductChanges(self.product_editing, self.batch_lists)

    @cached_property
    def batch_services(self) -> BatchServices:
        """What it takes to print, reprint and replace batches."""
        from labelsvc.workflows.batches.batch_services import BatchServices

        return BatchServices(
            current_assets=lambda: self.assets,
            stocks=self.stocks,
            words=self.paper_words,
            batches=self.batches,
            progress=self.batch_progress,
            claims=self.claims,
            products=self.products,
            reprints=self.reprints,
            voids=self.voids,
            epochs=self.epochs,
            clock=self.shared_now,
            address=self.settings.address,
        )

    @cached_property
    def queue_runner(self) -> QueueRunner:
        """What prints the parts that wait in the queue."""
        from labelsvc.workflows.queue.run_queued import QueueRunner

        return QueueRunner(self.batch_services, self.output())

    @cached_property
    def planned_orders(self) -> PlannedOrders:
        """Orders that the worker plans."""
        from labelsvc.storage.batches.planned_orders import PlannedOrders

        return PlannedOrders(self.database)

    @cached_property
    def order_planner(self) -> OrderPlanner:
        """What plans orders of more products than a page judges."""
        from labelsvc.workflows.planning.plan_behind import OrderPlanner

        wordings = {language: Wording(self.templates / "wording", language) for language in LANGUAGES}
        return OrderPlanner(
            planned=self.planned_orders,
            services=self.batch_services,
            quotas=self.quotas,
            profiles=self.profiles,
            looks=self.looks,
            host=self.settings.host,
            output=self.output(),
            identity=self.output_identity,
            explain={language: wording.explain for language, wording in wordings.items()},
        )

    def what_waits(self, batches: Iterable[Batch | BatchSummary], now: datetime) -> dict[str, Problem]:
        """Return since when and why batches of the worker wait for their output, by their names."""
        from labelsvc.storage.batches.output_waits import wait_for

        waiting = [batch for batch in batches if batch.queued and batch.unfinished]
        waits = self.claims.waits.all(now) if waiting else []
        found = ((batch, wait_for(batch.name, batch.folder, self.settings.output, waits)) for batch in waiting)
        return {batch.name: wait.told(batch.ordered_at) for batch, wait in found if wait}
