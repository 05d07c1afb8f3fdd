"""``/healthz`` and ``/readyz``: what is lacking is noticed, told to those who watch, and asked for seldom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from werkzeug.test import Client

from labelsvc.domain.errors import Problem
from labelsvc.services import Services
from labelsvc.storage.batches.output_waits import OutputWaits
from labelsvc.storage.db.tables.batches import batches
from labelsvc.web.server import readiness
from labelsvc.web.server.front import FrontDoor
from labelsvc.web.server.metrics_page import metrics_text
from labelsvc.web.server.readiness import KEPT_SECONDS, Readiness
from tests.offices.stored_office import Stores
from tests.offices.watched_service import TOKEN, WATCHER, services_at


@dataclass
class Watched:
    """An office with ten labels that wait for the worker, and a clock that stands."""

    services: Services
    stores: Stores
    now: float = 0.0

    def __post_init__(self) -> None:
        self.readiness = Readiness(self.services, lambda: self.now)

    def ordered(self, ago: timedelta) -> None:
        """Say that the labels wait since then."""
        with self.services.database.engine.begin() as connection:
            connection.execute(update(batches).values(ordered_at=datetime.now(UTC) - ago))

    def lacking(self) -> dict[str, str]:
        """Look anew."""
        self.now += KEPT_SECONDS
        return self.readiness.lacking()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    services = services_at(tmp_path, METRICS_TOKEN=TOKEN)
    stores = Stores(services.database, tmp_path, output=tmp_path / "output")
    stores.order(10, queued=True)
    services.verifying_keys.compare()
    watched = Watched(services, stores)
    watched.ordered(timedelta(minutes=1))
    yield watched
    services.close()


def test_a_service_that_has_all_it_needs_is_ready(watched: Watched) -> None:
    assert watched.lacking() == {}


def test_a_part_that_waits_while_nothing_is_printed_is_told(watched: Watched) -> None:
    watched.ordered(timedelta(hours=1))

    assert list(watched.lacking()) == ["queue"]


def test_an_output_that_refuses_files_is_told_by_kind_and_age(watched: Watched) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    full = Problem("output.full", {"path": "/srv/output", "free": 0.2, "reason": ""})
    watched.services.claims.waits.refused("", full, since)
    watched.services.claims.waits.refused("", full, since + timedelta(minutes=4))
    figures = metrics_text(watched.services, now=since + timedelta(minutes=5)).decode()

    assert watched.lacking() == {"output": f"output.full since {since:%Y-%m-%d %H:%M} UTC"}
    assert "labelsvc_output_refuses_seconds 300.0" in figures


def test_a_batch_that_waits_alone_leaves_its_machine_ready(watched: Watched) -> None:
    since = datetime.now(UTC) - timedelta(minutes=5)
    alone = watched.services.batches.last()
    assert alone
    watched.ordered(timedelta(hours=1))
    watched.services.claims.waits.refused(alone.name, Problem("output.read_only", {"path": "/srv/output/x"}), since)
    figures = metrics_text(watched.services, now=since + timedelta(minutes=5)).decode()

    assert watched.lacking() == {}
    assert "labelsvc_output_refuses_seconds 0.0" in figures
    assert "labelsvc_batch_folder_refuses_seconds 300.0" in figures
    assert "labelsvc_oldest_part_seconds 0.0" in figures


def test_another_machine_s_full_disk_leaves_this_one_ready(watched: Watched) -> None:
    watched.ordered(timedelta(hours=1))
    full = Problem("output.full", {"path": "/srv/output", "free": 0.2, "reason": ""})
    OutputWaits(watched.services.database, "in-hai").refused("", full, datetime.now(UTC) - timedelta(minutes=5))

    assert watched.lacking() == {}


def test_keys_that_are_gone_are_told(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "keys.json").unlink()
    watched.services.verifying_keys._keys = {}
    watched.services.verifying_keys.compare()

    assert watched.lacking() == {"keys": "keys.alarm_missing"}


def test_an_output_that_is_no_folder_is_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the tests may run as root, who may write anywhere

    assert watched.lacking() == {"output": "cannot be written to"}


def test_a_disk_that_is_nearly_full_is_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 60)

    assert list(watched.lacking()) == ["disk"]


def test_a_clock_that_is_astray_is_told_with_its_distance(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for seconds in (172_800, 59, -59, -62):
        behind = timedelta(seconds=seconds)
        monkeypatch.setattr(watched.services, "shared_now", lambda behind=behind: datetime.now(UTC) + behind)
        told.append(watched.lacking())

    assert told == [{"clock": "-172800 s from the database's"}, {}, {}, {"clock": "+62 s from the database's"}]


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    services = services_at(tmp_path, DATABASE="postgresql+psycopg://labelsvc@127.0.0.1:1/labelsvc")

    assert "database" in Readiness(services).lacking()


def test_an_answer_stands_for_some_seconds(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    before = watched.lacking()
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 60)

    assert watched.readiness.lacking() is before
    assert watched.lacking() != before


def test_reasons_are_told_to_watchers_alone(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 1 << 60)

    def nobody(environ: object, start_response: object) -> list[bytes]:
        raise AssertionError("these paths are of no application")

    front = Client(FrontDoor(nobody, nobody, watched.services))
    with front.get("/healthz", environ_base={"REMOTE_ADDR": "203.0.113.7"}) as alive:
        assert (alive.status_code, alive.get_data(as_text=True)) == (200, "ok\n")
    with front.get("/readyz", environ_base={"REMOTE_ADDR": "127.0.0.1"}) as outside:
        assert (outside.status_code, json.loads(outside.get_data())) == (503, {"ready": False})
    with front.get("/readyz", environ_base=WATCHER) as inside:
        assert list(json.loads(inside.get_data())["lacking"]) == ["disk"]
        assert inside.headers["Cache-Control"] == "no-store"
