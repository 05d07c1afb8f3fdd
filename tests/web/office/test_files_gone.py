"""A batch whose folder is gone is called so wherever its files are asked for, with what to do about it."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from tests.offices.desk_office import DeskOffice

REMEDY = "labelsvc reprint {} --sheets 1-1 --destroyed"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.mark.parametrize("whole_folder", [True, False])
def test_missing_files_are_reported_to_pages_downloads_and_programs(desk: DeskOffice, whole_folder: bool) -> None:
    printed = desk.office.printed(1, 3)
    name, pdf = printed.batch.name, printed.folder / "labels-001.pdf"
    shutil.rmtree(printed.folder) if whole_folder else pdf.unlink()
    clerk, http = desk.client(Role.CLERK), desk.app.test_client()
    headers = desk.token(Role.CLERK, "batches:read")

    page = clerk.get(f"/office/batches/{name}")
    downloads = [clerk.get(f"/office/batches/{name}/{path}") for path in ("files/labels-001.pdf", "all.zip")]
    detail = http.get(f"/api/v1/batches/{name}", headers=headers)
    refused = [
        http.get(f"/api/v1/batches/{name}/{path}", headers=headers) for path in ("files/labels-001.pdf", "archive")
    ]

    assert (page.status_code, [answer.status_code for answer in downloads]) == (200, [410, 410])
    for answer in (page, *downloads):
        assert REMEDY.format(name) in answer.text.replace("&#34;", '"')
        assert str(desk.folder) not in answer.text
    assert detail.json["missing"] == ["labels-001.pdf"]
    assert {answer.status_code for answer in refused} == {404}
    assert all(REMEDY.format(name) in answer.json["problems"][0]["message"] for answer in refused)


def test_the_remedy_gives_the_same_bytes(desk: DeskOffice) -> None:
    printed, office = desk.office.printed(1, 3), desk.office
    part = office.services.batches.parts(printed.batch.name)[0]
    shutil.rmtree(printed.folder)
    services, today = office.batch_services, desk.now.date()

    plan = plan_reprint(printed.batch.name, services, today, sheets=[range(1, 2)])
    made = reprint_pieces(plan, services, office.services.output(), ChangeContext("lan", desk.now, "Hỏng"))

    assert made.exact
    assert Path(made.place).is_file()
    assert sha256(Path(made.place).read_bytes()).hexdigest() == made.record.sha256
    assert part.sha256


def test_a_batch_that_has_its_files_lacks_none(desk: DeskOffice) -> None:
    name = desk.office.printed(1, 3).batch.name
    headers = desk.token(Role.CLERK, "batches:read")

    detail = desk.app.test_client().get(f"/api/v1/batches/{name}", headers=headers)

    assert detail.json["missing"] == []
    assert "--destroyed" not in desk.client(Role.CLERK).get(f"/office/batches/{name}").text
