"""Producers' own versions: from draft to print, each its owner's alone, nothing decided on what nobody saw."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import producers
from labelsvc.storage.designs.design_copies import DesignCopies
from tests.offices.stored_office import NOW

OWNER, OFFICE = ChangeContext("chuthe@htx.vn", NOW, "Màu của HTX"), ChangeContext("lan@vanphong.vn", NOW, "Chữ nhỏ quá")


def test_copy_prints_as_approved_until_the_next_approval(database: Database) -> None:
    with database.writing() as connection:
        made = insert(producers).values(name="HTX", name_key="htx").returning(producers.c.id)
        owner = connection.execute(made).scalar_one()
    copies = DesignCopies(database)
    number = copies.begin(owner, "Tem xanh", ("tem-25x35", 0, b"<svg>0</svg>"), OWNER)

    copies.save(number, b"<svg>1</svg>", 1, OWNER)
    copies.send(number, 2, OWNER)
    copies.decline(number, 2, OFFICE)
    declined = copies.get(number)
    copies.save(number, b"<svg>2</svg>", 2, OWNER)
    copies.send(number, 3, OWNER)
    copies.approve(number, 3, OFFICE)
    copies.save(number, b"<svg>3</svg>", 3, OWNER)
    changed = copies.find_printing(declined.name)

    assert (declined.state, declined.answer, declined.prints) == ("declined", "Chữ nhỏ quá", False)
    assert changed
    assert changed.approved_sha256
    assert (changed.state, copies.content(changed.approved_sha256)) == ("draft", b"<svg>2</svg>")
    copies.send(number, 4, OWNER)
    with pytest.raises(ChangedMeanwhile):
        copies.approve(number, 3, OFFICE)
    copies.withdraw(number, OFFICE)
    assert copies.find_printing(declined.name) is None
    with pytest.raises(NotFound):
        copies.owned(number, owner + 1)
    with pytest.raises(ChangedMeanwhile):
        copies.save(number, b"<svg>4</svg>", 1, OWNER)
