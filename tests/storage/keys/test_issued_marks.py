"""No code is issued twice by a home that was restored or set back, whatever still knows of what was issued."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.errors import KeyRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.keys.issued_marks import IssuedMarks
from tests.offices.stored_office import NOW, Stores


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def stores(database: Database, tmp_path: Path, output: Path) -> Stores:
    return Stores(database, tmp_path / "home", output=output)


def set_back(stores: Stores) -> Stores:
    """Set home and database back to before the last batch, in place; the output stays."""
    older = {path: path.read_bytes() for path in stores.home.glob("*.json")}
    next_line = stores.epochs.ready(NOW).next_line
    name = stores.order(5, 5)
    with stores.database.writing() as connection:
        for table in ("parts", "lines"):
            connection.execute(
                text(f"DELETE FROM {table} WHERE batch_id = (SELECT id FROM batches WHERE name = :name)"),
                {"name": name},
            )
        connection.execute(text("DELETE FROM batches WHERE name = :name"), {"name": name})
        connection.execute(text("UPDATE epochs SET next_line = :next_line WHERE issues"), {"next_line": next_line})
    for path, content in older.items():
        path.write_bytes(content)
    return Stores(stores.database, stores.home, output=stores.output)


def test_a_home_set_back_in_place_starts_a_new_epoch(stores: Stores) -> None:
    first = stores.batches.get(stores.order(3)).epoch

    again = set_back(stores)

    assert again.epochs.ready(NOW).started == "restored"
    assert again.batches.get(again.order(4)).epoch != first
    assert again.epochs.ready(NOW).started == ""


def test_an_order_notices_on_its_own_that_the_home_was_restored(stores: Stores) -> None:
    first = stores.batches.get(stores.order(3)).epoch

    again = set_back(stores)

    assert again.batches.get(again.order(4)).epoch != first


def test_a_key_that_only_the_output_remembers_is_missed(stores: Stores) -> None:
    stores.order(3)
    kept, names = {path: path.read_bytes() for path in stores.home.glob("*.json")}, [stores.epochs.ready(NOW).name]
    names.append(stores.epochs.rotate(NOW).name)
    stores.epochs.issued(names[1], 3)
    with stores.database.writing() as connection:
        connection.execute(text("DELETE FROM epochs WHERE issues"))
        connection.execute(text("UPDATE epochs SET issues = TRUE"))
    for path, content in kept.items():
        path.write_bytes(content)
    stores.key_file.renew()
    before = stores.epochs.needed().names

    with pytest.raises(KeyRefused, match=names[1]):
        stores.epochs.ready(NOW)

    assert [set(before), set(stores.epochs.needed().names)] == [{names[0]}, set(names)]


def test_an_unknown_batchs_folder_starts_one_new_epoch(stores: Stores, output: Path) -> None:
    first = stores.epochs.ready(NOW)
    (output / "2026-007").mkdir(parents=True)
    (output / "notes").mkdir()

    second = [stores.epochs.ready(NOW) for _ in range(2)]

    assert [epoch.started for epoch in second] == ["restored", ""]
    assert second[0].name == second[1].name != first.name


def test_folders_that_are_known_start_no_epoch(stores: Stores, output: Path) -> None:
    (output / "2026-007").mkdir(parents=True)
    stores.epochs.ready(NOW)
    for _ in range(2):
        (output / stores.order(3)).mkdir()

    assert stores.epochs.ready(NOW).started == ""


def test_unfinished_batches_of_a_moved_database_are_held(tmp_path: Path) -> None:
    here = Stores(Database.open(f"sqlite:///{tmp_path}/here/labelsvc.db"), tmp_path / "here")
    ordered, running, ready = (here.order(2) for _ in range(3))
    here.set_states(running=running, ready=ready)
    here.database.close()
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    there = Stores(Database.open(f"sqlite:///{tmp_path}/there/labelsvc.db"), tmp_path / "there")

    epoch = there.epochs.ready(NOW)

    assert (epoch.started, epoch.held) == ("moved", (ordered, running))
    found = {name: there.batches.get(name) for name in (ordered, running, ready)}
    assert [(batch.state, batch.reason, bool(batch.folder)) for batch in found.values()] == [
        ("held", "perhaps printed", False),
        ("held", "perhaps printed", False),
        ("ready", "", True),
    ]
    assert here.batches.get(ordered).state == "ordered"


def test_a_rotation_holds_nothing(stores: Stores) -> None:
    name = stores.order(2)

    stores.epochs.rotate(NOW)

    assert stores.batches.get(name).state == "ordered"


def test_two_homes_of_one_database_share_an_output(stores: Stores, output: Path, tmp_path: Path) -> None:
    stores.order(3)
    other = Stores(stores.database, tmp_path / "other", given=stores.epochs.export(), output=output)

    other.order(2)
    stores.order(2)

    assert len({epoch.name for epoch in stores.epochs.all()}) == 1
    assert len(json.loads((output / ".issued.json").read_text())["homes"]) == 2


def test_an_output_of_another_home_is_reported_once(stores: Stores, output: Path, tmp_path: Path) -> None:
    stores.order(3)
    other = Stores(Database.open(f"sqlite:///{tmp_path}/other.db"), tmp_path / "other", output=output)

    with pytest.raises(KeyRefused, match=r"keys\.database_new"):
        other.epochs.ready(NOW)
    new = other.epochs.rotate(NOW)
    (output / other.order(1)).mkdir()
    (output / stores.order(1)).mkdir(exist_ok=True)

    assert other.epochs.ready(NOW).name == new.name
    assert other.epochs.lost() == stores.epochs.lost() == []
    assert stores.epochs.ready(NOW).started == ""


def test_marks_of_an_older_version_are_read_and_go_on(tmp_path: Path, output: Path) -> None:
    (tmp_path / "issued.json").write_text('{"AAAAAAAA": 7}')
    marks = IssuedMarks(tmp_path / "issued.json", folder_at(output))

    before = marks.read()
    marks.raise_to("AAAAAAAA", 9)
    marks.raise_to("AAAAAAAA", 8)

    assert before.next_lines == {"AAAAAAAA": 7}
    assert before.own == {"AAAAAAAA"}
    assert marks.read().next_lines == {"AAAAAAAA": 9}
    assert (tmp_path / "issued.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["{", "[]", "7", '{"home": "a", "issued": 7}', '{"AAAAAAAA": "x"}', "[" * 9_000])
def test_invalid_marks_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "issued.json").write_text(content)

    with pytest.raises(KeyRefused, match=r"keys\.marks_unreadable"):
        IssuedMarks(tmp_path / "issued.json").read()


def test_an_output_that_takes_no_mark_does_not_stop_the_order(stores: Stores, output: Path) -> None:
    output.write_text("a file")

    name = stores.order(3)

    assert stores.marks.read().next_lines == {stores.batches.get(name).epoch: 2}


def test_lines_that_home_and_output_know_are_marked(stores: Stores, output: Path) -> None:
    epoch = stores.batches.get(stores.order(3)).epoch
    assert stores.marks.read().marked == {epoch: 2}

    (output / ".issued.json").unlink()

    assert stores.marks.read().marked == {epoch: 1}
    stores.epochs.ready(NOW)
    assert stores.marks.read().marked == {epoch: 2}
