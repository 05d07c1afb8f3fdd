"""No genuine code passes for somebody else's because a key is not at hand, and forged ones cost next to nothing."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from labelsvc.domain.label_code import ALPHABET, LENGTH, OpenedCode, StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys.verifying_keys import LEAST_BETWEEN, TRUSTED_FOR, VerifyingKeys
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.bench.forged_codes import opened_by_chance
from tests.offices.stored_office import NOW, Stores

FORGED = "7K3QX9ZT4M2B8RVC5WHD"
NOT_OURS, NOT_NOW = OpenedCode(), OpenedCode(certain=False)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Site:
    """A home with two epochs, and the process that verifies its codes, begun before anything goes wrong."""

    stores: Stores
    codes: list[str]

    def __post_init__(self) -> None:
        self.clock, self.asked = Clock(), 0
        self.living = self.begin()
        self.living.compare()

    def begin(self) -> VerifyingKeys:
        """Begin a process anew, as gunicorn does."""
        again = Stores(self.stores.database, self.stores.home)

        def needed() -> object:
            self.asked += 1
            return again.epochs.needed()

        return VerifyingKeys(again.key_file, needed, self.clock)

    @property
    def path(self) -> Path:
        return self.stores.key_file.path


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    stores = Stores(database, tmp_path / "home")
    names = [stores.epochs.ready(NOW).name, stores.epochs.rotate(NOW).name]
    return Site(stores, [stores.epochs.key(name).seal(StampIdentity(1, 1)) for name in names])


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def keep_only(path: Path, *kept: int) -> None:
    content = json.loads(path.read_text())
    content["keys"] = [content["keys"][each] for each in kept]
    write(path, json.dumps(content))


def swap_masters(path: Path) -> None:
    content = json.loads(path.read_text())
    first, second = content["keys"]
    first["master"], second["master"] = second["master"], first["master"]
    write(path, json.dumps(content))


def put_in_place(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def empty(home: Path) -> None:
    """Remove what is in a home, but for a database."""
    for path in home.iterdir():
        if not path.name.startswith("labelsvc.db"):
            path.unlink()


FAULTS: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "home emptied": lambda path: empty(path.parent),
    "emptied": lambda path: write(path, ""),
    "emptied of keys": keep_only,
    "garbled": lambda path: write(path, Random(1).randbytes(300)),
    "half-written": lambda path: write(path, path.read_bytes()[: path.stat().st_size // 2]),
    "other JSON": lambda path: write(path, "[]"),
    "nested": lambda path: write(path, "[" * 100_000),
    "enormous": lambda path: os.truncate(path, 1 << 33),
    "open to others": lambda path: path.chmod(0o644),
    "older copy": lambda path: keep_only(path, 1),
    "without the older epoch": lambda path: keep_only(path, 0),
    "masters swapped": swap_masters,
    "other master": lambda path: write(path, path.read_text().replace('"master": "', '"master": "00')),
    "a folder": lambda path: put_in_place(path, os.mkdir),
    "a pipe": lambda path: put_in_place(path, os.mkfifo),
    "a device": lambda path: put_in_place(path, lambda path: path.symlink_to("/dev/zero")),
    "a loop": lambda path: put_in_place(path, lambda path: path.symlink_to(path)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_key_file_makes_no_genuine_code_somebody_elses(
    site: Site, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    FAULTS[fault](site.path)
    site.clock.now += 2 * LEAST_BETWEEN

    anew = site.begin()
    anew.compare()
    living = [site.living.open(code) for code in site.codes]
    begun = [anew.open(code) for code in site.codes]

    assert [opened.stamp for opened in living] == [StampIdentity(1, 1)] * 2
    assert site.living.open(FORGED) == NOT_OURS
    assert all(opened.stamp or not opened.certain for opened in begun)
    assert anew.open(FORGED) == NOT_NOW
    assert caplog.records[-1].levelno == logging.ERROR
    for trouble in (*anew.troubles, *site.living.troubles):
        for language in ("vi", "en"):
            assert Wording(CHECKOUT / "templates" / "wording", language).explain(trouble)
    assert anew.troubles


def test_a_process_begun_anew_keeps_the_keys_of_the_first_one(site: Site) -> None:
    site.path.unlink()

    anew = site.begin()
    anew.remember(site.living.all())
    anew.compare()

    assert [anew.open(code).stamp for code in site.codes] == [StampIdentity(1, 1)] * 2
    assert anew.open(FORGED) == NOT_OURS


def test_a_restored_key_file_is_used_for_the_next_code(site: Site) -> None:
    content = site.path.read_bytes()
    write(site.path, "{")
    anew = site.begin()
    anew.compare()

    before = anew.open(site.codes[0])
    write(site.path, content)
    after = anew.open(site.codes[0])

    assert before == NOT_NOW
    assert after.stamp == StampIdentity(1, 1)
    site.clock.now += 2 * LEAST_BETWEEN
    assert anew.open(FORGED) == NOT_OURS
    assert anew.troubles == ()


def test_a_rotation_on_another_machine_is_noticed_at_the_first_code(site: Site, tmp_path: Path) -> None:
    elsewhere = Stores(site.stores.database, tmp_path / "machine-a")
    elsewhere.epochs.import_verifying(site.stores.epochs.export(), NOW)
    new = elsewhere.epochs.rotate(NOW)
    code = elsewhere.epochs.key(new.name).seal(StampIdentity(1, 1))
    site.clock.now += LEAST_BETWEEN

    assert site.living.open(code) == NOT_NOW
    assert [problem.code for problem in site.living.troubles] == ["keys.alarm_missing"]
    site.stores.epochs.import_verifying(elsewhere.epochs.export(), NOW)
    assert site.living.open(code).stamp == StampIdentity(1, 1)


def test_a_key_is_needed_even_if_the_database_forgets_its_epoch(site: Site) -> None:
    keep_only(site.path, 1)
    anew = site.begin()
    anew.compare()
    with site.stores.database.writing() as connection:
        connection.execute(text("DELETE FROM epochs WHERE issues"))
    site.clock.now += 2 * LEAST_BETWEEN

    assert anew.open(site.codes[1]) == NOT_NOW


def test_an_epoch_that_only_the_homes_marks_know_is_needed(site: Site) -> None:
    name = site.stores.epochs.ready(NOW).name
    site.stores.marks.raise_to(name, 2)
    keep_only(site.path, 1)
    with site.stores.database.writing() as connection:
        connection.execute(text("DELETE FROM epochs WHERE issues"))
    anew = site.begin()

    assert anew.open(site.codes[1]) == NOT_NOW


def test_a_new_database_says_nothing_about_codes(site: Site) -> None:
    with site.stores.database.writing() as connection:
        connection.execute(text("DELETE FROM epochs"))
    anew = site.begin()

    assert anew.open(FORGED) == NOT_NOW
    assert anew.open(site.codes[0]).stamp == StampIdentity(1, 1)


def test_a_key_that_was_given_up_is_not_missed(site: Site) -> None:
    keep_only(site.path, 0)
    lost = [epoch.name for epoch in site.stores.epochs.all() if not epoch.key_present]
    anew = site.begin()
    anew.compare()
    site.stores.epochs.rotate(NOW, given_up=lost)
    site.clock.now += 2 * LEAST_BETWEEN

    assert anew.open(FORGED) == NOT_OURS
    assert anew.troubles == ()


def test_without_database_the_last_comparison_is_trusted_for_two_minutes(site: Site) -> None:
    def fail() -> None:
        raise TimeoutError

    site.living._ask = fail  # type: ignore[assignment]
    answers = []
    for seconds in (2 * LEAST_BETWEEN, TRUSTED_FOR - 10, 20):
        site.clock.now += seconds
        answers.append(site.living.open(FORGED))

    assert answers == [NOT_OURS, NOT_OURS, NOT_NOW]
    assert site.living.open(site.codes[0]).stamp == StampIdentity(1, 1)
    assert [problem.code for problem in site.living.troubles] == ["keys.alarm_not_compared"]


def test_genuine_codes_skip_the_database_and_forged_ones_are_throttled(site: Site) -> None:
    asked = site.asked
    site.clock.now += 10

    for _ in range(50):
        site.living.open(site.codes[0])
    genuine = site.asked - asked
    for _ in range(300):
        site.living.open(FORGED)
        site.clock.now += LEAST_BETWEEN / 100

    assert genuine == 0
    assert site.asked - asked <= 4


def test_an_alarm_is_logged_once_a_minute(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.path.unlink()
    anew = site.begin()

    for _ in range(180):
        anew.open(FORGED)
        site.clock.now += 1

    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 3


def test_forged_codes_open_nothing() -> None:
    assert opened_by_chance(8_000) == 0


def test_a_code_with_one_character_changed_opens_nothing(site: Site) -> None:
    forged = [site.codes[0][:i] + letter + site.codes[0][i + 1 :] for i in range(LENGTH) for letter in ALPHABET]

    opened = {code for code in forged if site.living.open(code) != NOT_OURS}

    assert opened == {site.codes[0]}


def test_no_code_is_judged_while_the_first_comparison_runs(site: Site) -> None:
    anew, waits, goes_on = site.begin(), threading.Event(), threading.Event()
    ask = anew._ask

    def dawdle() -> object:
        waits.set()
        goes_on.wait(10)
        return ask()

    anew._ask = dawdle  # type: ignore[assignment]
    thread = threading.Thread(target=anew.open, args=(FORGED,))
    thread.start()
    waits.wait(10)
    meanwhile = anew.open(FORGED)
    goes_on.set()
    thread.join()

    assert meanwhile == NOT_NOW
    assert anew.open(FORGED) == NOT_OURS


def test_a_code_that_comes_during_a_comparison_waits_for_it(site: Site, tmp_path: Path) -> None:
    elsewhere = Stores(site.stores.database, tmp_path / "machine-a")
    elsewhere.epochs.import_verifying(site.stores.epochs.export(), NOW)
    new = elsewhere.epochs.rotate(NOW)
    code = elsewhere.epochs.key(new.name).seal(StampIdentity(1, 1))
    site.clock.now += LEAST_BETWEEN
    needed, waits = site.living._ask(), threading.Event()

    def dawdle() -> object:
        waits.set()
        time.sleep(0.05)
        return needed

    site.living._ask = dawdle  # type: ignore[assignment]
    thread = threading.Thread(target=site.living.open, args=(FORGED,))
    thread.start()
    waits.wait(10)

    assert site.living.open(code) == NOT_NOW
    thread.join()


def test_of_many_threads_none_misses_a_key_that_another_has_read(site: Site) -> None:
    verdicts: set[OpenedCode] = set()
    ask = site.living._ask
    for number in range(20):
        name = site.stores.epochs.rotate(NOW).name
        code = site.stores.epochs.key(name).seal(StampIdentity(1, number + 1))
        needed = ask()
        site.living._ask = lambda needed=needed: needed  # type: ignore[misc]
        site.clock.now += LEAST_BETWEEN
        start = threading.Barrier(8)

        def scan(code: str = code, start: threading.Barrier = start) -> None:
            start.wait()
            verdicts.add(site.living.open(code))

        threads = [threading.Thread(target=scan) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert verdicts
    assert all(opened.stamp is not None for opened in verdicts)
