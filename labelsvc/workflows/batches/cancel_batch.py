"""Cancels a batch: its quotas are released and its files removed."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.files.output_folder import (
    MANIFEST,
    OutputFolder,
    part_manifest,
    part_pdf,
    part_stem,
)
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.release_batch import PROOF, report_name
from labelsvc.workflows.batches.render_part import printer_file_names
from labelsvc.workflows.batches.write_ticket import TICKET


def cancel_batch(name: str, services: BatchServices, context: ChangeContext) -> bool:
    """Cancel a batch that is not finished; ``context.reason`` says why. False if it is finished or cancelled."""
    if not services.progress.cancel(name, context.reason, context):
        return False
    clear_cancelled(name, services)
    return True


def clear_cancelled(name: str, services: BatchServices, output: OutputFolder | None = None) -> None:
    """Remove the files of a cancelled batch, which nobody may print any more, and its folder where nothing is left.

    ``output``: where somebody was about to print it, in case no folder of it is known yet.

    Where somebody is still at work in it, or this machine has no such folder, they stay: whoever works there finds out
    with its next step, and the worker looks again every minute.
    """
    batches = services.batches
    batch = batches.get(name)
    if batch.state != "cancelled" or not (batch.folder or output):
        return
    folder = folder_at(batch.folder) if batch.folder or not output else output.batch(name)
    parts = batches.parts(name)
    if batch.queued and any(part.state == "running" for part in parts):
        return
    with suppress(OutputRefused):
        if not folder.exists():
            return
        with hold_batch(services.claims, OutputFolder(folder.around()), name) as held:
            _discard_files(held.folder, len(parts))
            batches.set_folder(name, "")
        folder.remove_empty()


def _discard_files(folder: StoredFolder, parts: int) -> None:
    """Remove what was made of a batch, finished or not; files of other names stay."""
    of_parts = (
        (part_pdf(number), part_manifest(number), report_name(number), *printer_file_names(part_stem(number)))
        for number in range(1, parts + 1)
    )
    folder.discard_all([*chain.from_iterable(of_parts), MANIFEST, PROOF, TICKET])
