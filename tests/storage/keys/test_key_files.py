"""Key files and texts: what is read, refused, written and never shown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys.key_file import KeyFile, write_compact
from tests import CHECKOUT
from tests.offices.stored_office import NOW, Stores, keys_of, refused

TEMPLATES = CHECKOUT / "templates"
OTHER = EpochKey(bytes(range(32)))


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


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
