"""A whole service with its print worker: killed in part or as a whole, or stopped while people ask and labels print."""

from __future__ import annotations

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest

from tests.offices.disturbed_batch import DisturbedBatch, has_no_children, kill_all, until
from tests.offices.disturbed_service import Asker, DisturbedService, disturbed_service

pytestmark = pytest.mark.faults


def kill(victim: str, service: DisturbedService) -> None:
    """Kill what a service consists of, or all of it."""
    if victim == "all":
        kill_all(service.process)
    elif victim == "master":
        service.process.kill()
        until(partial(has_no_children, service.process.pid))
    else:
        for process in {"web": service.web_processes, "worker": service.print_worker}[victim]:
            os.kill(process, signal.SIGKILL)


def test_a_service_killed_in_part_and_whole_prints_the_same_bytes(batch: DisturbedBatch, chance: random.Random) -> None:
    victims = [*chance.sample(["web", "worker"], 2), "master", "all"]
    for rounds in (victims[:3], victims[3:]):
        with disturbed_service(batch) as service:
            for victim in rounds:
                service.wait_until_answers()
                batch.wait_for_parts(batch.summary().parts_done + 1)
                time.sleep(chance.random() / 4)
                kill(victim, service)
    with disturbed_service(batch) as service:
        service.wait_until_answers()
        batch.wait_for_end()

    assert batch.differences() == []


def test_a_stop_under_load_shows_no_client_an_error(batch: DisturbedBatch, chance: random.Random) -> None:
    stopping = Event()
    with disturbed_service(batch) as service:
        service.wait_until_answers()
        paths = (f"/{service.code}", "/", "/register", "/login")
        askers = [Asker(service, path, closes, stopping) for path in paths for closes in (True, False)]
        with ThreadPoolExecutor(len(askers)) as people:
            asking = [people.submit(asker) for asker in askers]
            batch.wait_for_parts(chance.randint(0, 6))
            time.sleep(chance.uniform(0, 0.3))
            stopping.set()
            service.process.terminate()
            status = service.process.wait(30)
            for each in asking:
                each.result(30)
    with batch.worker():
        batch.wait_for_end()

    assert [fault for asker in askers for fault in asker.faults] == []
    assert {answer for asker in askers for answer in asker.answers} == {200}
    assert status == 0
    assert batch.differences() == []
