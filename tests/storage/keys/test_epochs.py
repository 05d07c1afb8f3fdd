"""Keys and epochs: made once, kept private, never used by two databases, their loss loud."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import HIGHEST_LINE, EpochKey, StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.keys import epochs
from tests.offices.stored_office import NOW, Stores, keys_of, refused

OTHER = EpochKey(bytes(range(32)))


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def test_the_first_start_makes_a_key_readable_by_its_owner_only(stores: Stores) -> None:
    epoch = stores.epochs.ready(NOW)

    assert (epoch.started, epoch.issues, epoch.next_line) == ("first", True, 1)
    assert stores.key_file.path.stat().st_mode & 0o777 == 0o600
    assert [key.name for key in keys_of(stores)] == [epoch.name]
    assert sorted(os.listdir(stores.home)) == sorted({"keys.json", *(p.name for p in stores.home.glob("labelsvc.db*"))})


def test_the_epoch_stays_the_same_from_start_to_start(stores: Stores) -> None:
    first = stores.epochs.ready(NOW)

    again = Stores(stores.database, stores.home).epochs.ready(NOW)

    assert again == replace(first, started="")


def test_init_never_overwrites_a_key(stores: Stores) -> None:
    stores.epochs.create(NOW)
    before = stores.key_file.path.read_bytes()

    with pytest.raises(KeyRefused) as error:
        stores.epochs.create(NOW)

    assert refused(error) == "keys.exists"
    assert stores.key_file.path.read_bytes() == before


def test_a_lost_key_is_refused_and_no_other_is_made(stores: Stores) -> None:
    name = stores.epochs.ready(NOW).name
    stores.key_file.path.unlink()

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.lost"
    assert error.value.problems[0].facts["epoch"] == name
    assert not stores.key_file.path.exists()
    for action in (stores.epochs.check, lambda: stores.epochs.rotate(NOW), lambda: stores.epochs.key(name)):
        with pytest.raises(KeyRefused, match=r"keys\.lost"):
            action()


def test_the_key_of_an_old_epoch_is_missed_too(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    stores.epochs.rotate(NOW)
    content = json.loads(stores.key_file.path.read_text())
    content["keys"] = content["keys"][:1]
    stores.key_file.path.write_text(json.dumps(content))

    with pytest.raises(KeyRefused, match=r"keys\.lost"):
        stores.epochs.ready(NOW)


def test_epochs_with_lost_keys_can_be_given_up_by_name(stores: Stores) -> None:
    lost = stores.epochs.ready(NOW).name
    stores.key_file.path.unlink()

    new = stores.epochs.rotate(NOW, given_up=[lost])

    assert stores.epochs.ready(NOW).name == new.name != lost
    assert [(epoch.name, epoch.given_up) for epoch in stores.epochs.all()] == [(new.name, False), (lost, True)]


def test_rotation_starts_a_new_epoch_and_keeps_the_old_ones_verifying(stores: Stores) -> None:
    old = stores.epochs.ready(NOW)
    code = stores.epochs.key(old.name).seal(StampIdentity(1, 1))

    new = stores.epochs.rotate(NOW)

    assert new.started == "rotated"
    assert stores.epochs.ready(NOW).name == new.name
    assert [epoch.issues for epoch in stores.epochs.all()] == [True, False]
    assert [key.open(code) for key in keys_of(stores)] == [None, StampIdentity(1, 1)]


def test_an_epoch_without_lines_enough_gives_way_to_a_new_one(stores: Stores) -> None:
    full = stores.epochs.ready(NOW)
    with stores.database.writing() as connection:
        connection.execute(update(epochs).values(next_line=HIGHEST_LINE))

    first = stores.batches.get(stores.order(1)).epoch
    second = stores.batches.get(stores.order(1, 1)).epoch

    assert first == full.name
    assert second != full.name


def test_another_offices_keys_only_verify(stores: Stores) -> None:
    own = stores.epochs.ready(NOW)

    imported = stores.epochs.import_verifying(f"  {OTHER.name}:{OTHER.master.hex()}\n", NOW)

    assert [(epoch.name, epoch.foreign, epoch.issues) for epoch in imported] == [(OTHER.name, True, False)]
    assert stores.epochs.ready(NOW).name == own.name
    assert any(key.open(OTHER.seal(StampIdentity(5, 6))) for key in keys_of(stores))
    assert not stores.epochs.ready(NOW).foreign


def test_an_unwritable_home_is_refused_before_anything_is_issued(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(KeyRefused) as error:
        Stores(database, tmp_path / "file" / "home").epochs.ready(NOW)

    assert refused(error) in ("keys.not_written", "keys.unreadable")


@pytest.mark.parametrize("before", [0, 1])
def test_nothing_is_ordered_where_the_home_takes_no_mark(stores: Stores, before: int) -> None:
    for _ in range(before):
        stores.order(3)
    (lock := stores.home / "issued.lock").mkdir(parents=True)

    with pytest.raises(KeyRefused) as error:
        stores.order(2, queued=True)
    lock.rmdir()
    first, last = stores.batches.get(stores.order(2)), stores.batches.order(stores.new_batch(1), NOW).batch

    assert refused(error) == "keys.not_written"
    assert [int(each.name[-3:]) for each in (first, last)] == [before + 1, before + 2], "nothing was placed between"


def test_marks_that_cannot_be_read_are_refused(stores: Stores) -> None:
    stores.order(3)
    (stores.home / "issued.json").write_text("{")

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.marks_unreadable"
