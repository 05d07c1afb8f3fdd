"""Products as their public pages are made of them: found by public id, and the same object while nothing changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductProfile
from labelsvc.domain.trace.public_id import parse_public_id, public_id_of
from labelsvc.storage.db.database import Database
from labelsvc.storage.profiles.profiles import Profiles
from tests.offices.stored_office import NOW, Stores, record

PROFILE = ProductProfile(
    story="Một câu chuyện\nhai đoạn",
    certificates=(Certificate("VietGAP", until=date(2027, 6, 30)),),
    events=(KeyEvent("Thu hoạch", "Bãi bồi", date(2026, 11, 2)),),
)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def public_ids(stores: Stores) -> dict[str, str]:
    with stores.database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(text("SELECT name, public_id FROM products"))}


def test_a_product_is_found_with_its_profile_and_its_producers_others(stores: Stores) -> None:
    stores.save(record("Củ cải"), record("Cà rốt"), record("Của người khác", producer="HTX khác"))
    stores.save(record("Minh họa"), demonstration=True)
    product = next(stored for stored in stores.products.all() if stored.product.name == "Củ cải")
    Profiles(stores.database).change(product.id, lambda _: PROFILE, ChangeContext("lan", NOW))

    found, again = (stores.scans.product(public_ids(stores)["Củ cải"]) for _ in range(2))

    assert found is not None
    assert found is again
    assert (found.product, found.history) == (product.product, product.history)
    assert found.details.profile == PROFILE
    assert [other.name for other in found.details.others] == ["Cà rốt"]


def test_what_is_approved_shows_with_the_next_scan_of_its_stamps(stores: Stores) -> None:
    stores.save(record())
    epoch = stores.batches.get(stores.order(10)).epoch
    before = stores.scans.scan(epoch, 1, 1, NOW)[0]

    Profiles(stores.database).change(stores.products.all()[0].id, lambda _: PROFILE, ChangeContext("lan", NOW))

    after = stores.scans.scan(epoch, 1, 2, NOW)[0]
    assert before is not None
    assert after is not None
    assert before.details.profile.is_empty
    assert after.details.profile == PROFILE


def test_another_product_renamed_shows_with_the_next_scan(stores: Stores) -> None:
    stores.save(record("Củ cải"), record("Cà rốt"))
    epoch = stores.batches.get(stores.order(10)).epoch
    before = stores.scans.scan(epoch, 1, 1, NOW)[0]
    made = {"Củ cải", "Cà rốt"} - {before.product.name} if before else set()

    with stores.database.writing() as connection:
        connection.execute(text("UPDATE products SET name = 'Cà rốt non' WHERE name = :name"), {"name": made.pop()})

    after = stores.scans.scan(epoch, 1, 2, NOW)[0]
    assert after is not None
    assert [other.name for other in after.details.others] == ["Cà rốt non"]


def test_the_first_sixty_others_are_the_same_wherever_the_product_stands(stores: Stores) -> None:
    stores.save(*(record(f"Trà {number:02}") for number in range(62)))
    ids = public_ids(stores)
    shown = {name: stores.scans.product(ids[name]) for name in ("Trà 00", "Trà 60", "Trà 61")}

    others = {name: [other.name for other in found.details.others] for name, found in shown.items() if found}

    assert others["Trà 00"] == [f"Trà {number:02}" for number in range(1, 61)]
    assert others["Trà 60"] == others["Trà 61"] == [f"Trà {number:02}" for number in range(60)]


def test_products_without_recognition_and_unknown_ids_are_not_found(stores: Stores) -> None:
    stores.save(record())
    with stores.database.writing() as connection:
        connection.execute(text("DELETE FROM recognitions"))

    assert stores.scans.product(public_ids(stores)["Củ cải sấy"]) is None
    assert stores.scans.product("0000000000") is None


@pytest.mark.parametrize("random", [bytes(7), b"\xff" * 7, bytes(range(7))])
def test_public_ids_are_read_in_any_spelling(random: bytes) -> None:
    drawn = public_id_of(random)

    assert len(drawn) == 10
    assert parse_public_id(drawn.upper()) == parse_public_id(drawn.replace("0", "o").replace("1", "L")) == drawn
    assert parse_public_id(drawn + "0") == parse_public_id(drawn[:9] + "u") == ""
