"""Databases that were copied or set back begin a new epoch."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.db.database import Database
from tests import CHECKOUT
from tests.conftest import PostgresqlServer
from tests.offices.stored_office import NOW, Stores, keys_of, refused

TEMPLATES = CHECKOUT / "templates"


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


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
