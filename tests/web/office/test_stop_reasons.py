"""Why a batch stopped is told in the language of whoever reads it; what was stored before as it was stored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from labelsvc.domain.account import Role
from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.services import shared_folder
from labelsvc.storage.db.tables.batches import batches
from tests.offices.desk_office import DeskOffice
from tests.offices.print_worker import ordered

STOPPED = LabelsvcError.from_code("print.part_lost_at", product="Trà sen")
CAUSES = ("Sản phẩm Trà sen: tiến trình in", "Các phần khác đã in xong.")


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


def told(desk: DeskOffice, name: str) -> tuple[str, str, str]:
    """Return a batch's page in either language, and what the API says in English."""
    clerk = desk.client(Role.CLERK)
    path, words = f"/office/batches/{name}", desk.token(Role.CLERK, "batches:read") | {"Accept-Language": "en"}
    pages = [clerk.get(path, headers={"Accept-Language": language}).text for language in ("vi", "en")]
    return *pages, clerk.get(f"/api/v1/batches/{name}", headers=words).json["reason"]


def test_a_reason_is_told_in_the_reader_s_language(desk: DeskOffice) -> None:
    name, services = ordered(desk.office, desk.take(1), 4), desk.services
    services.batch_progress.stop(name, "failed", services.paper_words.stop_reason(STOPPED), desk.now)
    vietnamese, english, of_api = told(desk, name)

    assert "Sản phẩm Trà sen: tiến trình in nhiều lần bị dừng đột ngột" in vietnamese
    assert "Product Trà sen: the printing process was killed again and again" in english
    assert of_api.startswith("Product Trà sen: the printing process was killed")


def test_each_cause_stands_in_a_line_of_its_own(desk: DeskOffice) -> None:
    name, services = ordered(desk.office, desk.take(1), 4), desk.services
    causes = LabelsvcError(*STOPPED.problems, Problem("print.others_done"))
    services.batch_progress.stop(name, "failed", services.paper_words.stop_reason(causes), desk.now)
    clerk = desk.client(Role.CLERK)

    batch, audit = (clerk.get(path).text for path in (f"/office/batches/{name}", "/office/audit"))
    style = (shared_folder("templates") / "web" / "style" / "desk.css").read_text(encoding="utf-8")

    items = re.search(r'<ul class="plain">((?:<li>[^<]*</li>)+)</ul>', batch)
    in_audit = re.search(r'<td class="lines"[^>]*>([^<]*Trà sen[^<]*)<', audit)
    assert items
    assert in_audit
    for lines in (re.findall("<li>([^<]*)", items[1]), in_audit[1].split("\n")):
        assert [line.startswith(each) for line, each in zip(lines, CAUSES, strict=True)] == [True, True]
    assert re.search(r"\.lines \{[^}]*white-space: pre-line", style), "a browser shows lines as lines"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("Củ cải: chữ quá dài", "Củ cải: chữ quá dài"),
        ('{"said":"Lỗi của bản khác","problems":[{"code":"print.of_another_version","facts":{}}]}', "Lỗi của bản khác"),
    ],
)
def test_what_cannot_be_said_anew_is_told_as_it_was(desk: DeskOffice, stored: str, said: str) -> None:
    name = ordered(desk.office, desk.take(1), 4)
    with desk.services.database.writing() as connection:
        connection.execute(update(batches).where(batches.c.name == name).values(state="failed", reason=stored))

    assert all(said in text for text in told(desk, name))
