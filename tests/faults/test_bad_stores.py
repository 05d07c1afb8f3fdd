"""A batch is printed into a store that hangs, goes, is slow or breaks off, as a seed draws it: no byte differs."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from hashlib import sha256
from uuid import uuid4

import fsspec.config
import pytest
from s3fs import S3FileSystem

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.object_file_system import file_system
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.keys.output_marks import OUTPUT, marks_in
from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.object_store import BUCKET, ObjectStore
from tests.offices.print_machine import PrintMachine
from tests.offices.troubled_link import TroubledLink, troubled_link

pytestmark = pytest.mark.faults

ANSWER_SECONDS, TRIES = 0.5, 2
HELD_SECONDS = 10
"""How long a store that hangs may hold a process: two tries and the pause between, on a machine that has much to do."""
IMPATIENT = {
    "config_kwargs": {
        "connect_timeout": ANSWER_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": TRIES},
    }
}
"""What an office may say in FSSPEC_S3."""
PIECES = os.urandom(1 << 20) * 20


@pytest.fixture
def link(object_store: ObjectStore) -> Iterator[TroubledLink]:
    """The way to the store."""
    with troubled_link(object_store.address, object_store.port) as link:
        yield link


@pytest.fixture
def place(object_store: ObjectStore, batch: DisturbedBatch) -> str:
    """A place in the store that the office takes for its own output."""
    return place_of(batch, object_store)


def place_of(batch: DisturbedBatch, store: ObjectStore) -> str:
    place = f"{store.url}/{uuid4().hex}"
    for name in marks_in(batch.office.services.output().root).names():
        put(folder_at(place).within(OUTPUT), name, b"")
    return place


def put(folder: StoredFolder, name: str, content: bytes) -> None:
    with folder.write(name) as file:
        file.write(content)


def go_away(link: TroubledLink, chance: random.Random) -> None:
    link.refuse()
    time.sleep(chance.uniform(0, 1))


def break_off(link: TroubledLink, chance: random.Random) -> None:
    link.cut_after(*(chance.randint(0, 300_000) for _ in range(chance.randint(1, 2 * TRIES))))
    time.sleep(chance.uniform(0.2, 1))


def slow_down(link: TroubledLink, chance: random.Random) -> None:
    link.slow_down(chance.uniform(0, 2 * ANSWER_SECONDS))
    time.sleep(chance.uniform(0.2, 1))


TROUBLES = (go_away, break_off, slow_down)


def test_whatever_a_store_does_changes_no_byte(
    batch: DisturbedBatch, link: TroubledLink, place: str, chance: random.Random
) -> None:
    settings = {"LABELSVC_OUTPUT": place, "AWS_ENDPOINT_URL": link.url, "FSSPEC_S3": json.dumps(IMPATIENT)}
    with batch.worker(2, **settings) as worker:
        batch.wait_for_parts(chance.randint(1, 8))  # a worker that finds the store hanging at its start ends
        time.sleep(chance.uniform(0, 0.3))
        link.hang()
        until(batch.waits, HELD_SECONDS)
        until(batch.all_idle, HELD_SECONDS)
        trouble = chance.choice(TROUBLES)
        print(f"{batch.summary().parts_done} done when it hung, then {trouble.__name__}")
        link.mend()
        batch.wait_for_parts(batch.summary().parts_done + 1)
        trouble(link, chance)
        link.mend()
        batch.wait_for_end()
        assert worker.poll() is None

    folder = folder_at(place).within(batch.name)
    assert {name: folder.read(name) for name in folder.files()} == batch.undisturbed
    assert (batch.summary().state, batch.waits(), batch.tries_in_vain()) == ("ready", [], {0})


def test_a_machine_cut_off_leaves_its_parts_to_others(
    shared_batch: DisturbedBatch, object_store: ObjectStore, link: TroubledLink, chance: random.Random
) -> None:
    place = place_of(shared_batch, object_store)
    settings = {"LABELSVC_OUTPUT": place, "FSSPEC_S3": json.dumps(IMPATIENT)}
    cut, other = (PrintMachine.new(shared_batch, name) for name in ("cut-off", "beside"))
    by_link = {**settings, **cut.settings, "AWS_ENDPOINT_URL": link.url}
    with ExitStack() as machines:
        machines.enter_context(shared_batch.worker(1, cut.before, **by_link))
        machines.enter_context(shared_batch.worker(1, other.before, **settings, **other.settings))
        shared_batch.wait_for_parts(chance.randint(2, 8))
        time.sleep(chance.uniform(0, 0.3))
        chance.choice((link.hang, link.refuse))()
        shared_batch.wait_for_end()

    folder = folder_at(place).within(shared_batch.name)
    assert {name: folder.read(name) for name in folder.files()} == shared_batch.undisturbed
    assert (shared_batch.summary().state, shared_batch.tries_in_vain()) == ("ready", {0})


@pytest.fixture
def impatient_folder(
    object_store: ObjectStore, link: TroubledLink, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StoredFolder]:
    """A folder in the store, as this process comes to it by the link."""
    monkeypatch.setitem(fsspec.config.conf, "s3", {**IMPATIENT, "endpoint_url": link.url})
    yield folder_at(f"{object_store.url}/{uuid4().hex}")
    S3FileSystem.clear_instance_cache()


def test_a_file_that_breaks_off_is_whole_or_not_there(
    impatient_folder: StoredFolder, link: TroubledLink, chance: random.Random
) -> None:
    for _ in range(3):
        content = PIECES[chance.randint(0, len(PIECES) // 2) :]
        link.cut_after(*(chance.randint(0, len(content)) for _ in range(chance.randint(1, 3))))
        with suppress(OutputRefused):
            put(impatient_folder, "labels-001.pdf", content)
        link.mend()
        there = impatient_folder.files()
        assert not there or sha256(impatient_folder.read("labels-001.pdf")).hexdigest() == sha256(content).hexdigest()
        put(impatient_folder, "labels-001.pdf", content)
        assert impatient_folder.read("labels-001.pdf") == content
        impatient_folder.discard("labels-001.pdf")
    assert not file_system("s3").list_multipart_uploads(BUCKET)
