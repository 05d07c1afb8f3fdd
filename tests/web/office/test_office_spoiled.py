"""Void from a batch's page: asked first, for any product, without printing."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.recognition import Withdrawal
from labelsvc.storage.products.recognitions import Recognitions
from tests.offices.desk_office import DeskOffice
from tests.offices.one_line import one_line


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.fixture
def batch(desk: DeskOffice) -> str:
    """A printed batch of a product whose recognition was withdrawn since."""
    name = desk.office.printed(1, 5).batch.name
    stored = desk.services.products.all()[0].recognitions[0]
    withdrawn = replace(stored.recognition, withdrawal=Withdrawal(date(2020, 1, 1), "Vi phạm"))
    Recognitions(desk.services.database).change(stored.id, lambda _: withdrawn, ChangeContext("thu", desk.now, ""))
    return name


def test_the_desk_asks_before_it_voids(desk: DeskOffice, batch: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/batches/{batch}")
    form = {"serials": "1:2-3", "kind": "destroyed", "reason": "Rách khi dán"}

    asked = clerk.post(f"/office/batches/{batch}/void", **form)
    nothing = desk.services.voids.for_batch(batch)
    sure = html.unescape(re.search(r'name="sure" value="([^"]+)"', one_line(asked.text))[1])
    done = clerk.post(f"/office/batches/{batch}/void", **form, sure=sure)

    assert asked.status_code == 200
    assert "2 tem 1:2-3" in asked.text
    assert nothing == []
    assert done.status_code == 302
    page = clerk.get(f"/office/batches/{batch}").text
    assert "Rách khi dán" in page
    assert [(each.kind, str(each.pieces)) for each in desk.services.voids.for_batch(batch)] == [("destroyed", "1:2-3")]


@pytest.mark.parametrize(
    "form", [{"serials": "1:9", "kind": "lost", "reason": "x"}, {"serials": "", "kind": "lost", "reason": "x"},
             {"serials": "1:1", "kind": "lost", "reason": ""}, {"serials": "1:1", "kind": "", "reason": "x"}],
)  # fmt: skip
def test_form_faults_are_shown_in_the_form(desk: DeskOffice, batch: str, form: dict[str, str]) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/batches/{batch}")

    answer = clerk.post(f"/office/batches/{batch}/void", **form, sure=f" {form['serials']}")

    assert answer.status_code == 422
    assert 'class="fault"' in answer.text or 'role="alert"' in answer.text
    assert desk.services.voids.for_batch(batch) == []


def test_an_auditor_voids_nothing(desk: DeskOffice, batch: str) -> None:
    auditor = desk.client(Role.AUDITOR)
    page = auditor.get(f"/office/batches/{batch}").text

    assert "/void" not in page
    assert auditor.post(f"/office/batches/{batch}/void", serials="1:1").status_code == 403
