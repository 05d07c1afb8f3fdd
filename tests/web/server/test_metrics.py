"""``/metrics``: closed to the outside, and right over several processes."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client

from labelsvc.domain.label_code import StampIdentity
from labelsvc.web.metrics import (
    EXPORTS,
    KEY_TROUBLES,
    PROCESSES,
    REQUEST_SECONDS,
    REQUESTS,
    clear_dead_figures,
    forget_gauges,
    take_row,
)
from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor, _note_keys
from labelsvc.web.server.metrics_page import may_see_metrics, metrics_text
from tests import CHECKOUT
from tests.offices.stored_office import Stores
from tests.offices.watched_service import TOKEN, WATCHER, services_at

FORMAT = re.compile(r'# (HELP|TYPE) labelsvc_\w+ .+|labelsvc_\w+(\{\w+="\w+"(,\w+="[\w.+]+")*\})? [0-9.e+-]+')


def test_metrics_are_shown_by_token(tmp_path: Path) -> None:
    assert may_see_metrics(services_at(tmp_path, METRICS_TOKEN=TOKEN).settings, WATCHER)


@pytest.mark.parametrize(
    ("token", "environ"),
    [
        ("", {"REMOTE_ADDR": "203.0.113.7"}),
        ("", {"REMOTE_ADDR": ""}),
        ("", {"REMOTE_ADDR": "127.0.0.1"}),
        ("", {"REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": "Bearer "}),
        ("", {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer "}),
        (TOKEN, {"REMOTE_ADDR": "127.0.0.1"}),
        (TOKEN, {"REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}x"}),
        (TOKEN, {"REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION": "Bearer \xff"}),
    ],
)
def test_metrics_are_closed_to_everybody_else(token: str, environ: dict[str, str], tmp_path: Path) -> None:
    assert not may_see_metrics(services_at(tmp_path, METRICS_TOKEN=token).settings, environ)


def test_figures_of_processes_are_added_and_outlive_them(tmp_path: Path) -> None:
    services = services_at(tmp_path)
    before = values_of(metrics_text(services).decode())
    child = os.fork()
    if child == 0:
        take_row(7)
        REQUESTS["public", "2xx"].inc(2)
        REQUEST_SECONDS["public"].observe(0.003)
        PROCESSES.set(1)
        os._exit(0)
    os.waitpid(child, 0)

    after = values_of(metrics_text(services).decode())
    forget_gauges(7)
    child = os.fork()
    if child == 0:  # the one that replaces it
        take_row(7)
        REQUESTS["public", "2xx"].inc()
        os._exit(0)
    os.waitpid(child, 0)
    again = values_of(metrics_text(services).decode())
    services.close()

    answered, quick = 'labelsvc_requests_total{lane="public",status="2xx"}', 'lane="public",le="0.005"'
    assert after[answered] - before[answered] == 2
    assert (
        after[f"labelsvc_request_seconds_bucket{{{quick}}}"] - before[f"labelsvc_request_seconds_bucket{{{quick}}}"]
        == 1
    )
    assert after["labelsvc_web_processes"] == 1
    assert again[answered] - before[answered] == 3
    assert again["labelsvc_web_processes"] == 0


def test_folders_of_killed_services_are_cleared_and_those_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead, new, held = (tmp_path / f"labelsvc-metrics-{name}" for name in ("dead", "new", "held"))
    for folder in (dead, new, held):
        folder.mkdir()
        (folder / "counter_1.db").touch()
    for old in (dead, held):
        os.utime(old, (0, 0))
    lock = os.open(held, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_SH)

    clear_dead_figures()
    os.close(lock)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["labelsvc-metrics-held", "labelsvc-metrics-new"]


def test_labels_are_never_anything_but_those_listed() -> None:
    with pytest.raises(KeyError):
        EXPORTS["canbo@vanphong.vn"]


def values_of(text: str) -> dict[str, float]:
    """Return the value of each series in Prometheus's text."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {series: float(value) for series, _, value in lines}


def test_scans_load_and_missing_keys_stand_in_the_text(tmp_path: Path) -> None:
    services = services_at(tmp_path, METRICS_TOKEN=TOKEN)
    stores = Stores(services.database, tmp_path, output=tmp_path / "output")
    stores.order(10, queued=True)
    public = public_app(services)
    front = Client(FrontDoor(public, public, services))
    genuine = stores.key_file.read()[0].seal(StampIdentity(1, 1))
    forged = 'labelsvc_scans_total{verdict="not_ours"}'
    answered = 'labelsvc_requests_total{lane="public",status="4xx"}'
    measured = 'labelsvc_request_seconds_count{lane="public"}'
    before = metrics_text(services).decode()

    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile", "Accept": "text/html"}
    for code in (genuine, genuine, "7K3QX9ZT4M2B8RVC5WHD"):
        with front.get(f"/{code}", headers=phone):
            pass
    (tmp_path / "keys.json").unlink()
    services.verifying_keys._keys = {}
    services.verifying_keys.compare()
    _note_keys(services)
    with front.get("/metrics", environ_base=WATCHER) as answer:
        text = answer.get_data(as_text=True)
    with front.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}) as refused:
        pass
    services.close()

    now, then = values_of(text), values_of(before)
    assert sum(now[series] - then[series] for series in now if series.startswith("labelsvc_scans_total")) == 3
    assert now[forged] - then[forged] == 1
    assert now[answered] - then[answered] == 1
    assert now[measured] - then[measured] == 3
    assert now['labelsvc_parts{state="waiting"}'] == 1
    assert now['labelsvc_pieces{state="waiting"}'] == 10
    assert now["labelsvc_oldest_part_seconds"] > 0
    assert now['labelsvc_lacking{need="keys"}'] == 1
    assert now['labelsvc_lacking{need="database"}'] == 0
    assert now['labelsvc_key_troubles{trouble="missing"}'] == 1
    assert now['labelsvc_failed_parts{batch="held"}'] == now["labelsvc_open_cases"] == 0
    assert now['labelsvc_parts_tried_again{cause="lost"}'] == 0
    assert refused.status_code == 404
    assert all(FORMAT.fullmatch(line) for line in text.splitlines())
    assert genuine not in text
    for trouble in KEY_TROUBLES.values():
        trouble.set(0)


def test_figures_are_removed_at_exit_in_a_changed_environment(tmp_path: Path) -> None:
    steps = "import os; from labelsvc.web import metrics; os.environ.clear()"

    ended = subprocess.run(
        [sys.executable, "-c", steps], env={"TMPDIR": str(tmp_path)}, cwd=CHECKOUT, capture_output=True, text=True
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
