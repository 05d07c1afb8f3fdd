"""Keys and epochs: made once, kept private, never used by two databases, their loss loud."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text, update

from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import HIGHEST_LINE, EpochKey, StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.keys.key_file import KeyFile, write_compact
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.conftest import PostgresqlServer
from tests.offices.stored_office import NOW, Stores

TEMPLATES = CHECKOUT / "templates"
OTHER = EpochKey(bytes(range(32)))


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def keys_of(stores: Stores) -> list[EpochKey]:
    return list(stores.epochs.keys())


def refused(error: pytest.ExceptionInfo[KeyRefused]) -> str:
    """Return the code of a refusal whose sentences can be said."""
    problem: Problem = error.value.problems[0]
    for language in ("vi", "en"):
        assert Wording(TEMPLATES / "wording", language).explain(problem)
    return problem.code


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


def test_a_key_that_belongs_to_another_name_is_refused(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    content = json.loads(stores.key_file.path.read_text())
    content["keys"][0]["master"] = "00" * 32
    stores.key_file.path.write_text(json.dumps(content))

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.wrong"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "[" * 9_000,
        "\x00",
        " " * ((1 << 20) + 1),
        '{"format": "other", "keys": []}',
        '{"format": "labelsvc keys 1", "keys": [1]}',
    ],
)
def test_an_invalid_key_file_is_refused_unchanged(stores: Stores, content: str) -> None:
    stores.epochs.ready(NOW)
    stores.key_file.path.write_text(content)

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.unreadable"
    assert stores.key_file.path.read_text() == content


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o700])
def test_a_key_file_that_is_open_to_others_is_refused(stores: Stores, mode: int) -> None:
    stores.epochs.ready(NOW)
    stores.key_file.path.chmod(mode)

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.readable_by_others"


def test_keys_are_read_without_a_database(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    stores.database.engine.dispose()
    closed = Stores(stores.database, stores.home)
    closed.epochs._database = None  # type: ignore[assignment]

    assert len(closed.epochs.keys()) == 1


def test_rotation_starts_a_new_epoch_and_keeps_the_old_ones_verifying(stores: Stores) -> None:
    old = stores.epochs.ready(NOW)
    code = stores.epochs.key(old.name).seal(StampIdentity(1, 1))

    new = stores.epochs.rotate(NOW)

    assert new.started == "rotated"
    assert stores.epochs.ready(NOW).name == new.name
    assert [epoch.issues for epoch in stores.epochs.all()] == [True, False]
    assert [key.open(code) for key in keys_of(stores)] == [None, StampIdentity(1, 1)]


def test_a_copy_of_a_sqlite_database_starts_a_new_epoch(tmp_path: Path) -> None:
    here = Stores(Database.open(f"sqlite:///{tmp_path}/here/labelsvc.db"), tmp_path / "here")
    here.order(10)
    here.database.close()
    shutil.copytree(tmp_path / "here", tmp_path / "there")

    there = Stores(Database.open(f"sqlite:///{tmp_path}/there/labelsvc.db"), tmp_path / "there")
    epoch = there.epochs.ready(NOW)

    assert epoch.started == "moved"
    assert here.epochs.ready(NOW).name not in (epoch.name, "")
    assert there.batches.get(there.order(10)).epoch == epoch.name
    assert here.batches.get(here.order(10)).epoch != epoch.name


def test_a_copy_of_a_postgresql_database_starts_a_new_epoch(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    url = postgresql_server.new_database()
    here = Stores(Database.open(url), tmp_path / "home")
    first = here.epochs.ready(NOW)
    here.database.close()
    copy = postgresql_server.new_database(template=postgresql_server.name_in(url))

    there = Stores(Database.open(copy), tmp_path / "home")
    moved, again = there.epochs.ready(NOW), here.epochs.ready(NOW)
    here.database.close()

    assert moved.started == "moved"
    assert again.name == first.name


def test_an_ordinary_user_of_postgresql_can_tell_databases_apart(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    url = postgresql_server.new_database()
    name = postgresql_server.name_in(url)
    postgresql_server.run(f"CREATE ROLE clerk_{name} LOGIN")
    postgresql_server.run(f"ALTER DATABASE {name} OWNER TO clerk_{name}")

    database = Database.open(url.replace("postgres@", f"clerk_{name}@"))

    assert Stores(database, tmp_path / "home").epochs.ready(NOW).started == "first"
    database.close()


def test_a_sqlite_file_set_back_in_place_starts_a_new_epoch(tmp_path: Path) -> None:
    path = tmp_path / "labelsvc.db"
    stores = Stores(Database.open(f"sqlite:///{path}"), tmp_path)
    stores.order(10)
    stores.database.close()
    older = path.read_bytes()
    issued = stores.epochs.key(stores.batches.get(stores.order(20)).epoch).name
    stores.database.close()
    path.write_bytes(older)  # the same inode: only the mark beside the keys knows of the second batch

    epoch = stores.epochs.ready(NOW)

    assert epoch.started == "restored"
    assert epoch.name != issued


def test_a_postgresql_database_restored_in_place_starts_a_new_epoch(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    stores = Stores(Database.open(postgresql_server.new_database()), tmp_path)
    stores.order(10, 10)
    with stores.database.writing() as connection:
        connection.execute(text("DELETE FROM parts"))
        connection.execute(text("DELETE FROM lines"))
        connection.execute(text("UPDATE epochs SET next_line = 1"))

    epoch = stores.epochs.ready(NOW)

    assert epoch.started == "restored"
    stores.database.close()


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


def test_imported_keys_never_issue(stores: Stores) -> None:
    stores.epochs.import_verifying(write_compact([OTHER]), NOW)

    epoch = stores.epochs.ready(NOW)

    assert epoch.started == "first"
    assert epoch.name != OTHER.name


def test_an_exported_text_brings_lost_keys_back(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    stores.epochs.rotate(NOW)
    exported = stores.epochs.export()
    stores.key_file.path.unlink()

    stores.epochs.import_verifying(exported, NOW)

    assert stores.epochs.ready(NOW).started == ""
    assert {key.name for key in keys_of(stores)} == {epoch.name for epoch in stores.epochs.all()}
    assert not any(epoch.foreign for epoch in stores.epochs.all())


@pytest.mark.parametrize("text_given", ["", "abc", f"{OTHER.name}:12", f"AAAAAAAA:{OTHER.master.hex()}"])
def test_a_text_without_keys_is_refused(stores: Stores, text_given: str) -> None:
    with pytest.raises(KeyRefused) as error:
        stores.epochs.import_verifying(text_given, NOW)

    assert refused(error) in ("keys.not_exported", "keys.wrong")
    assert not stores.key_file.path.exists()


def test_environment_keys_serve_the_same_database_and_touch_no_file(stores: Stores, tmp_path: Path) -> None:
    name = stores.epochs.ready(NOW).name

    other_host = Stores(stores.database, tmp_path / "other", given=stores.epochs.export())

    assert other_host.epochs.ready(NOW).name == name
    assert other_host.batches.get(other_host.order(3)).epoch == name
    assert not (tmp_path / "other" / "keys.json").exists()


def test_keys_from_the_environment_cannot_issue_in_another_database(database: Database, tmp_path: Path) -> None:
    stores = Stores(database, tmp_path / "home", given=write_compact([OTHER]))

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)
    new = stores.epochs.rotate(NOW)
    restarted = Stores(database, tmp_path / "home", given=stores.epochs.export())

    assert refused(error) == "keys.database_new"
    assert restarted.epochs.ready(NOW).name == new.name
    with pytest.raises(KeyRefused, match=r"keys\.lost"):
        Stores(database, tmp_path / "home", given=write_compact([OTHER])).epochs.ready(NOW)


def test_a_wrong_key_in_the_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused) as error:
        KeyFile(tmp_path / "keys.json", given=f"AAAAAAAA:{OTHER.master.hex()}")

    assert refused(error) == "keys.wrong"
    assert OTHER.master.hex() not in str(error.value)


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


def test_an_unwritable_home_is_refused_before_anything_is_issued(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(KeyRefused) as error:
        Stores(database, tmp_path / "file" / "home").epochs.ready(NOW)

    assert refused(error) in ("keys.not_written", "keys.unreadable")


def test_marks_that_cannot_be_read_are_refused(stores: Stores) -> None:
    stores.order(3)
    (stores.home / "issued.json").write_text("{")

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.marks_unreadable"


@pytest.mark.parametrize("left", [("keys.json",), ("issued.json",), ("keys.json", "issued.json")])
def test_a_new_database_beside_keys_or_marks_is_refused_until_rotation(
    database: Database, tmp_path: Path, left: tuple[str, ...]
) -> None:
    first = Stores(Database.open(f"sqlite:///{tmp_path}/first.db"), tmp_path / "home")
    old = first.batches.get(first.order(3)).epoch
    code = first.epochs.key(old).seal(StampIdentity(1, 1))
    for name in {"keys.json", "issued.json"} - set(left):
        (first.home / name).unlink()
    stores = Stores(database, tmp_path / "home")

    for action in (lambda: stores.epochs.ready(NOW), lambda: stores.order(1)):
        with pytest.raises(KeyRefused) as error:
            action()
        assert refused(error) == "keys.database_new"
    with pytest.raises(KeyRefused, match=r"keys\.exists"):
        stores.epochs.create(NOW)
    new = stores.epochs.rotate(NOW, given_up=() if "keys.json" in left else [old])

    assert stores.batches.get(stores.order(1)).epoch == new.name != old
    assert [key.open(code) for key in keys_of(stores)][1:] == ([StampIdentity(1, 1)] if "keys.json" in left else [])
    assert {epoch.name: epoch.foreign for epoch in stores.epochs.all()} == {new.name: False, old: True}


def test_an_epoch_that_only_the_marks_know_is_missed(stores: Stores) -> None:
    stores.order(3)
    stores.marks.raise_to("LOSTLOST", 7)

    with pytest.raises(KeyRefused) as error:
        stores.epochs.check()
    stores.epochs.rotate(NOW, given_up=["LOSTLOST"])

    assert refused(error) == "keys.lost"
    assert stores.epochs.lost() == []


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_a_key_path_that_is_no_file_is_refused_at_once(stores: Stores, put: Callable[[Path], None]) -> None:
    stores.epochs.ready(NOW)
    stores.key_file.path.unlink()
    put(stores.key_file.path)

    with pytest.raises(KeyRefused) as error:
        stores.epochs.check()

    assert refused(error) == "keys.unreadable"


def test_no_key_is_ever_shown(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    master = stores.epochs.keys()[0].master.hex()

    shown = f"{stores.epochs.keys()!r} {stores.epochs.all()!r}"

    assert master not in shown
    with stores.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM epochs")).all()
    assert master not in str(rows)
    files = [path for path in stores.home.rglob("*") if path.is_file() and master.encode() in path.read_bytes()]
    assert files == [stores.key_file.path]


def test_the_key_file_names_its_construction(stores: Stores) -> None:
    stores.epochs.ready(NOW)

    content = json.loads(stores.key_file.path.read_text())

    assert [entry["construction"] for entry in content["keys"]] == ["blake2b-siv-52"]


def test_a_key_file_without_construction_is_read_and_named_when_written(stores: Stores) -> None:
    first = stores.epochs.ready(NOW)
    content = json.loads(stores.key_file.path.read_text())
    del content["keys"][0]["construction"]
    stores.key_file.path.write_text(json.dumps(content))

    again = Stores(stores.database, stores.home)
    again.epochs.rotate(NOW)

    assert first.name in {key.name for key in keys_of(again)}
    assert stores.key_file.path.read_text().count("blake2b-siv-52") == 2


def test_a_construction_that_is_not_known_is_refused(stores: Stores) -> None:
    stores.epochs.ready(NOW)
    stores.key_file.path.write_text(stores.key_file.path.read_text().replace("blake2b-siv-52", "ff1-aes-256"))

    with pytest.raises(KeyRefused) as error:
        stores.epochs.ready(NOW)

    assert refused(error) == "keys.unknown_construction"
