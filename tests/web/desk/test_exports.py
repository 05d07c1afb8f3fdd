"""Exports: made apart, one an account at a time, sent from a file; one account's worst leaves the others alone."""

from __future__ import annotations

import io
import os
import pickle
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, cast
from zipfile import ZipFile

import pytest

from labelsvc.domain.account import Role
from labelsvc.web.desk import exports
from tests.offices.desk_office import DeskOffice

PRODUCER, OTHER = "chuthe@htx.vn", "khac@htx.vn"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskOffice]:
    desk = DeskOffice(tmp_path_factory.mktemp("desk"))
    desk.take(1)
    producer_id = desk.services.product_lists.producer_of(1)
    for email in (PRODUCER, OTHER):
        desk.add(email, Role.PRODUCER, producer_id)
    yield desk
    exports._EXPORTER.close()


@pytest.fixture(scope="module")
def place(desk: DeskOffice) -> str:
    """The address of three labels that the producer took."""
    client = desk.client(PRODUCER)
    client.get("/producer/products/1")
    ordered = client.post("/producer/products/1/labels", quantity="3", nonce="1")
    desk.work()
    return str(ordered.headers["Location"])


def test_an_export_is_sent_from_a_file_that_is_gone_afterwards(desk: DeskOffice, place: str) -> None:
    with desk.client(PRODUCER).get(f"{place}/forms/qr-pdf.zip") as answer:
        content = answer.data

    with ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 3
    assert len(content) == int(answer.headers["Content-Length"])
    assert list((desk.services.home / "exports").iterdir()) == []


def test_an_account_has_one_export_until_it_is_sent(desk: DeskOffice, place: str) -> None:
    client, other = desk.client(PRODUCER), desk.client(OTHER)

    under_way = client.get(f"{place}/forms/qr-svg.zip", buffered=False)
    second = client.get(f"{place}/forms/qr-png.zip")
    of_another = other.get(f"{place}/forms/qr-png.zip")
    under_way.close()
    third = client.get(f"{place}/forms/qr-png.zip")
    statuses = [answer.status_code for answer in (under_way, second, of_another, third)]
    third.close()
    of_another.close()

    assert statuses == [200, 429, 200, 200]
    assert int(second.headers["Retry-After"]) > 0
    assert "một tệp một lúc" in second.text


def test_machines_get_the_same_as_a_problem(desk: DeskOffice, place: str) -> None:
    token, name = desk.token(PRODUCER, "batches:read"), place.rpartition("/")[2]
    under_way = desk.client().get(f"/api/v1/batches/{name}/forms/qr-svg.zip", headers=token, buffered=False)

    second = desk.client().get(f"/api/v1/batches/{name}/forms/qr-svg.zip", headers=token)
    under_way.close()

    assert (under_way.status_code, second.status_code) == (200, 429)
    assert second.get_json()["problems"][0]["code"] == "export.one_at_a_time"


def test_a_form_that_there_is_not_is_not_found(desk: DeskOffice, place: str) -> None:
    assert desk.client(PRODUCER).get(f"{place}/forms/nothing.zip").status_code == 404


@pytest.mark.faults
def test_an_export_whose_process_is_killed_asks_for_patience(
    desk: DeskOffice, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = desk.client(PRODUCER)
    monkeypatch.setattr(exports, "LONGEST_SECONDS", 0.0)
    too_long = client.get(f"{place}/forms/labels-600dpi-png.zip")
    monkeypatch.undo()

    with client.get(f"{place}/forms/qr-svg.zip") as again:
        status = again.status_code

    assert (too_long.status_code, status) == (503, 200)
    assert "đã dừng" in too_long.text


def test_an_export_of_a_process_with_many_open_files_is_made(desk: DeskOffice, place: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2_048), hard))
    exports._EXPORTER.close()
    with ExitStack() as held:
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while held.enter_context(open(os.devnull)).fileno() < 1_024:
            pass
        with desk.client(PRODUCER).get(f"{place}/forms/qr-svg.zip") as answer:
            status = answer.status_code
    exports._EXPORTER.close()

    assert status == 200


def test_an_exporter_that_could_not_be_asked_is_ended() -> None:
    exporter = exports._Exporter()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        exporter._process = process

        with pytest.raises((AttributeError, pickle.PicklingError)):
            exporter._answer(cast(Any, lambda: None))

    assert exporter._process is None
    assert process.returncode == -signal.SIGKILL


def test_more_exports_than_can_wait_are_refused(desk: DeskOffice, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports._EXPORTER, "_places", BoundedSemaphore(1))
    exports._EXPORTER._places.acquire()

    answer = desk.client(PRODUCER).get(f"{place}/forms/qr-svg.zip")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_an_account_has_few_downloads_at_once(desk: DeskOffice, place: str) -> None:
    client = desk.client(PRODUCER)

    answers = [client.get(f"{place}/all.zip", buffered=False) for _ in range(6)]
    statuses = [answer.status_code for answer in answers]
    for answer in answers:
        answer.close()
    with client.get(f"{place}/all.zip") as again:
        statuses.append(again.status_code)

    assert statuses == [200, 200, 200, 200, 429, 429, 200]


def test_many_exports_at_once_keep_one_process_busy(desk: DeskOffice, place: str) -> None:
    def ask(_: int) -> Any:
        with clients.pop().get(f"{place}/forms/qr-pdf.zip") as answer:
            return answer.status_code

    clients = [desk.client(PRODUCER) for _ in range(12)]
    begun = time.monotonic()
    with ThreadPoolExecutor(12) as people:
        statuses = list(people.map(ask, range(12)))

    assert set(statuses) <= {200, 429}
    assert 200 in statuses
    assert time.monotonic() - begun < 30
    assert list(Path(desk.services.home / "exports").iterdir()) == []
