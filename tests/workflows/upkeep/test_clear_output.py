"""Press files that were kept long enough, where one batch's folder cannot be reached."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from labelsvc.workflows.upkeep.clear_output import clear_output
from tests.offices.printing_office import PrintingOffice


def test_a_folder_that_refuses_keeps_no_other_batch_from_being_cleared(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    refusing, other = office.printed(1, 1), office.printed(2, 1)
    shutil.rmtree(refusing.folder)
    refusing.folder.touch()
    later = replace(office.batch_services, clock=lambda: office.now + timedelta(days=2))

    clear_output(later, office.services.output(), 1)

    cleared = [office.services.batches.get(each.batch.name).cleared_at for each in (refusing, other)]
    assert (cleared[0], cleared[1] is None) == (None, False)
    assert not list(other.folder.glob("*-0*.pdf"))
