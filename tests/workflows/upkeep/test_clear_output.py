"""Press files that were kept long enough: removed, written down once for each batch, left where a folder refuses."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

from labelsvc.domain.account import Role
from labelsvc.workflows.upkeep.clear_output import clear_output
from tests.offices.desk_office import DeskOffice
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


def rows_of(page: str) -> list[str]:
    """Return the text of each row of a page's table."""
    found = re.findall(r"<tr><td.*?</tr>", page, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in found]


def test_the_audit_page_tells_each_removal_of_press_files_once(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    printed = [desk.office.printed(1, 1), desk.office.printed(2, 1)]
    batches = [each.batch.name for each in printed]
    later = desk.now + timedelta(days=2)
    services = replace(desk.office.batch_services, clock=lambda: later)

    (printed[0].folder / "labels-001.pdf").unlink()  # as by a process that was killed before it wrote that down
    clear_output(services, desk.services.output(), 1)
    clear_output(services, desk.services.output(), 1)
    desk.services.batches.set_cleared(batches[0], 0, later)  # as a machine whose list is older than the first removal

    rows = rows_of(desk.client(Role.ADMINISTRATOR).get("/office/audit?subject=batch").text)
    removed = [row for row in rows if "Số tệp in còn giữ" in row]
    assert len(removed) == len(batches)
    for name, row in zip(reversed(batches), removed, strict=True):
        assert re.fullmatch(rf"\S+ \S+ hệ thống Đợt in {name} Số tệp in còn giữ: 1 → 0", row), row
