"""Versions of designs: none is lost, an older one comes back as a new one, two people publish where that is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, Conflict, NotFound
from labelsvc.storage.db import schema
from labelsvc.storage.db.database import Database
from labelsvc.storage.designs.design_shelf import DesignShelf
from labelsvc.storage.people.audit import FieldDifference, record_differences
from tests.offices.recorded_changes import changes_of
from tests.offices.stored_office import NOW

LAN, MAI = ChangeContext("lan@vanphong.vn", NOW, "Đổi màu"), ChangeContext("mai@vanphong.vn", NOW + timedelta(hours=1))


def test_versions_keep_who_when_why_and_what_was_restored(database: Database) -> None:
    shelf = DesignShelf(database)
    shelf.add("tem-tet", b"<svg>1</svg>", LAN)
    shelf.add("tem-tet", b"<svg>2</svg>", MAI, 1)

    restored = shelf.restore("tem-tet", 1, MAI, 2)

    found = shelf.versions("tem-tet")
    assert restored == 3
    assert [(each.version, each.who, each.note, each.restored_from) for each in found] == [
        (3, MAI.who, "", 1),
        (2, MAI.who, "", None),
        (1, LAN.who, "Đổi màu", None),
    ]
    assert shelf.source("tem-tet", 3) == shelf.source("tem-tet", 1) == b"<svg>1</svg>"
    with pytest.raises(ChangedMeanwhile):
        shelf.restore("tem-tet", 1, LAN, 2)
    with pytest.raises(NotFound):
        shelf.restore("tem-tet", 9, LAN)


def test_four_eyes_see_the_author_behind_a_restored_version(database: Database) -> None:
    shelf = DesignShelf(database, four_eyes=True)
    shelf.add("tem-tet", b"<svg/>", LAN)
    shelf.restore("tem-tet", 1, MAI)

    for version in (1, 2):
        with pytest.raises(Conflict) as own:
            shelf.publish("tem-tet", version, LAN)
        assert own.value.problems[0].code == "looks.own_version"
    shelf.publish("tem-tet", 1, MAI)


def test_four_eyes_want_a_second_person_and_the_audit_names_both(database: Database) -> None:
    shelf = DesignShelf(database, four_eyes=True)
    shelf.add("tem-tet", b"<svg/>", LAN)

    with pytest.raises(Conflict) as own:
        shelf.publish("tem-tet", 1, LAN)
    shelf.publish("tem-tet", 1, MAI)

    assert own.value.problems[0].code == "looks.own_version"
    published = shelf.get("tem-tet", 1)
    assert (published.state, published.published_by, published.published_at) == ("published", MAI.who, MAI.now)
    with database.reading() as connection:
        entries = changes_of(connection, "design", published.id)
    assert [(each.who, each.field, each.before, each.after) for each in entries[1:]] == [
        (MAI.who, "state", "draft", "published"),
        (MAI.who, "saved_by", "", LAN.who),
    ]


def test_one_person_publishes_where_four_eyes_are_not_wanted(database: Database) -> None:
    shelf = DesignShelf(database)
    shelf.add("tem-tet", b"<svg/>", LAN)

    shelf.publish("tem-tet", 1, LAN)

    assert shelf.published_names() == ["tem-tet"]


def test_designs_of_before_keep_their_versions_and_who_published_them(new_database_url: str) -> None:
    older = Database.trusted(new_database_url)
    with older.writing() as connection:
        schema.migrate(connection, "0030")
        connection.execute(text("INSERT INTO sources (sha256, content) VALUES ('a', 'x')"))
        columns = "(id, name, version, state, source_sha256, at, who)"
        at = "'2026-11-01 02:00:00+00:00'"
        rows = f"(1, 'tem-tet', 1, 'published', 'a', {at}, 'lan'), (2, 'tem-tet', 2, 'draft', 'a', {at}, 'mai')"
        connection.execute(text(f"INSERT INTO designs {columns} VALUES {rows}"))
        for context in (LAN, MAI):
            published = [FieldDifference("state", "draft", "published")]
            record_differences(connection, context, [("design", 1, published)])
    older.close()

    opened = Database.open(new_database_url)

    first, second = reversed(DesignShelf(opened).versions("tem-tet"))
    assert (first.version, first.state, first.who, first.published_by) == (1, "published", "lan", MAI.who)
    assert first.published_at == MAI.now
    assert (second.version, second.state, second.published_by, second.published_at) == (2, "draft", "", None)
    opened.close()


def test_names_with_nul_are_not_found_and_notes_lose_it(database: Database) -> None:
    shelf, name = DesignShelf(database), "tem\0tet"
    shelf.add("tem-tet", b"<svg/>", replace(LAN, reason="Đổi\0màu"))

    assert shelf.newest("tem-tet").note == "Đổi màu"
    assert (shelf.newest(name), shelf.find_published(name), shelf.files(["\0", "0" * 12 + "\0"])) == (None, None, {})
    for ask in (shelf.versions, lambda name: shelf.get(name, 1), lambda name: shelf.source(name, 1)):
        with pytest.raises(NotFound):
            ask(name)
