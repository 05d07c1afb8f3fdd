"""Clears the output: uploads that nobody ends, and press files that were kept long enough."""

from __future__ import annotations

import logging
from datetime import timedelta

from labelsvc.domain.errors import FolderInUse, OutputAway, OutputRefused
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.workflows.batches.batch_files import is_press_file, recorded_press_files
from labelsvc.workflows.batches.batch_services import BatchServices

LOG = logging.getLogger("labelsvc.worker")
AT_ONCE = 100
"""Batches that are cleared in a minute."""


def clear_output(services: BatchServices, output: OutputFolder, keep_days: int) -> None:
    """Give up uploads that were begun long ago, and remove press files of batches printed ``keep_days`` ago; 0: none.

    What is needed again is rendered anew, the same byte for byte: manifest, ticket, proof and the tables of reprints
    stay. A batch that somebody works on, or whose folder refuses, is left for the next time. OutputAway where a store
    is down.
    """
    now = services.clock()
    if given_up := output.give_up_unfinished(now):
        LOG.info("%d uploads that nobody ended were given up", given_up)
    if not keep_days:
        return
    for batch in services.batches.printed_before(now - timedelta(days=keep_days), AT_ONCE):
        try:
            with hold_batch(services.claims, OutputFolder.around(batch.folder), batch.name) as held:
                press_files = set(filter(is_press_file, held.folder.files()))
                for name in press_files:
                    held.folder.discard(name)
                # of those that are gone already a process was killed after it had removed them
                press_files |= recorded_press_files(batch, services.batches, services.reprints)
                services.batches.set_cleared(batch.name, len(press_files), now)
        except FolderInUse:
            continue
        except OutputAway:
            raise
        except OutputRefused as error:
            LOG.warning("the press files of batch %s could not be removed: %s", batch.name, error)
            continue
        LOG.info("the press files of batch %s were removed", batch.name)
