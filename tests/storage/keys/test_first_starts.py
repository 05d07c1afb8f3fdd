"""Processes that start first at once make one epoch."""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path

from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.db.database import Database
from tests.offices.stored_office import NOW, Stores


def test_many_first_starts_at_once_make_one_epoch(database: Database, tmp_path: Path) -> None:
    names: list[str] = []

    def start() -> None:
        names.append(Stores(database, tmp_path / "home").epochs.ready(NOW).name)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names) == 6
    assert len(set(names)) == 1


def test_epochs_started_by_another_process_while_reading_keys_survive(database: Database, tmp_path: Path) -> None:
    slow, quick = Stores(database, tmp_path / "home"), Stores(database, tmp_path / "home")
    read, started = slow.key_file.read, list[str]()

    def read_then_dawdle() -> tuple[EpochKey, ...]:
        keys = read()
        if not started:
            started.append(quick.epochs.ready(NOW).name)
        return keys

    slow.key_file.read = read_then_dawdle  # type: ignore[method-assign]
    epoch = slow.epochs.ready(NOW)

    assert [epoch.name] == started
    assert [one.name for one in slow.epochs.all()] == started


def ready_when_all_are_there(home: Path, barrier: Barrier, answers: multiprocessing.Queue[str]) -> None:
    barrier.wait(60)
    answers.put(Stores(Database.open(f"sqlite:///{home}/labelsvc.db"), home).epochs.ready(NOW).name)


def test_many_processes_that_start_first_at_once_make_one_epoch(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    barrier, answers = fork.Barrier(6), fork.Queue()
    started = [
        fork.Process(target=ready_when_all_are_there, args=(tmp_path / "home", barrier, answers)) for _ in range(6)
    ]

    for process in started:
        process.start()
    names = [answers.get(timeout=60) for _ in started]
    for process in started:
        process.join()

    assert len(set(names)) == 1
