"""Pages of changes hold what was asked for, whoever made most of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from labelsvc.domain.change_context import ChangeContext, ChangesMade
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.people.changes import Changes
from tests.offices.stored_office import NOW

MADE = ["may", "canbo1", "canbo2", "canbo1", "thu", "canbo3"] * 4
EARLY = ["may"] * 30 + ["thu"] * 10


@pytest.mark.parametrize("made", [MADE, EARLY + MADE, MADE + EARLY, []])
def test_changes_by_people_are_all_found_on_their_pages(database: Database, made: list[str]) -> None:
    with database.writing() as connection:
        for number, who in enumerate(made):
            change = [(("product", "batch")[number % 2], number, [FieldDifference("brand", "", who)])]
            record_differences(connection, ChangeContext(who, NOW + timedelta(days=number)), change)
    changes = Changes(database)

    for part in ("canbo", "a", "thu", "", "khong"):
        for subject, since in (("", None), ("batch", NOW + timedelta(days=7))):
            asked = ChangesMade(part, since, None)
            pages = [changes.page(subject=subject, made=asked, page=page, per_page=24) for page in (1, 2, 3)]
            rows = [row for page, _ in pages[: -(-pages[0][1] // 24)] for row in page]

            fits = [
                number
                for number, who in reversed(list(enumerate(made)))
                if part in who and (not subject or number % 2 == (subject == "batch")) and (not since or number >= 7)
            ]
            assert [row.subject_id for row in rows] == fits
            assert {total for _, total in pages} == {len(fits)}


def test_a_row_of_a_wrong_clock_is_found_among_later_ones(database: Database) -> None:
    days = [100, *range(1, 40)]
    with database.writing() as connection:
        for number, day in enumerate(days):
            change = [("product", number, [FieldDifference("brand", "", "An")])]
            record_differences(connection, ChangeContext("thu", NOW + timedelta(days=day)), change)

    asked = ChangesMade("", NOW + timedelta(days=35), None)
    pages = [Changes(database).page(made=asked, page=page, per_page=2) for page in (1, 2, 3, 4)]

    assert [[row.subject_id for row in rows] for rows, _ in pages] == [[39, 38], [37, 36], [35, 0], [35, 0]]
    assert {total for _, total in pages} == {6}
