"""Place a planned order for the worker to print."""

from __future__ import annotations

from labelsvc.storage.batches.batch_records import OrderedBatch
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.keys.output_identity import OutputIdentity
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.order_batch import OrderPlan, place_order


def place_queued(
    plan: OrderPlan, services: BatchServices, output: OutputFolder, identity: OutputIdentity
) -> OrderedBatch:
    """Place a planned order; the same ``order_key`` again gives the batch there is.

    PrintRefused if nothing may be printed, or where somebody else took what was left of a quota meanwhile;
    OutputRefused and KeyRefused where nothing is printed here.
    """
    now = services.clock()
    identity.check()
    output.make_ready()
    services.epochs.ready(now)
    return place_order(plan, services.batches, now=now, taken=output)
