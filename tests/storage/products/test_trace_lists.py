"""Lists count what products lack of a trace code's facts as the meter does, whoever wrote the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.domain.trace.profile import NO_PROFILE, Certificate, KeyEvent, ProductProfile
from labelsvc.domain.trace.trace_facts import trace_facts
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.lists.product_lists import ProductLists
from labelsvc.storage.products.product_editing import ProductEditing
from labelsvc.storage.products.products import Products
from labelsvc.storage.profiles.profiles import Profiles
from tests.offices.stored_office import NOW, Stores, record

CONTEXT = ChangeContext("thu", NOW, "bổ sung")
DAYS = (date(2026, 2, 1), date(2026, 11, 24), date(2027, 3, 1), date(2027, 3, 2), date(2030, 1, 1))
EVENT = KeyEvent("Thu hái", "Ba Trại", date(2026, 10, 2))
PROFILES = (
    NO_PROFILE,
    ProductProfile(story="Chuyện kể.", events=(EVENT,)),
    ProductProfile(certificates=(Certificate("VietGAP", until=date(2027, 3, 1)), Certificate("TCCS", until=DAYS[0]))),
    ProductProfile(events=(EVENT,), certificates=(Certificate("TCCS"), Certificate("HACCP", until=DAYS[0]))),
)
PLACED = {"commune": "Ba Vì", "origin": "Hà Nội", "shelf_life": "12 tháng"}
PRODUCTS = (
    Product(name="Chè một", producer="HTX"),
    Product(name="Chè hai", producer="HTX", **PLACED),
    Product(name="Bát gốm", producer="HTX", group=ProductGroup.CRAFT, origin="Bát Tràng"),
    Product(name="Du lịch vườn", producer="HTX", group=ProductGroup.TOURISM),
    Product(name="Rượu nếp", producer="HTX", goods_class="alcohol", address="Xóm 1", origin="Hà Nội"),
)


def _instead(profile: ProductProfile, _: ProductProfile) -> ProductProfile:
    return profile


def test_lists_count_and_filter_as_the_meter_does(database: Database) -> None:
    editing, profiles, lists = ProductEditing(database), Profiles(database), ProductLists(database)
    for product in PRODUCTS:
        for number, profile in enumerate(PROFILES):
            made = editing.add(replace(product, name=f"{product.name} {number}"), CONTEXT)
            profiles.change(made, partial(_instead, profile), CONTEXT)

    for day in DAYS:
        expected = {
            each.id: trace_facts(each.product, profiles.get(each.id), None, day) for each in Products(database).all()
        }
        listed = {row.id: row.trace_lacks for row in lists.page(ProductFilter(), day, per_page=10_000).rows}
        assert listed == {key: len(meter.lacking) if meter.applies else None for key, meter in expected.items()}
        for wanted in (True, False):
            asked = ProductFilter(lacks_trace=wanted)
            found = {row.id for row in lists.page(asked, day).rows}
            assert found == {key for key, count in listed.items() if count is not None and (count > 0) is wanted}
            assert lists.count(asked, day) == len(found)


def test_corrections_and_imports_count_anew(database: Database, tmp_path: Path) -> None:
    stores, lists = Stores(database, tmp_path / "home"), ProductLists(database)
    made = stores.save(record())[0].product_id or 0

    def lacks() -> int | None:
        return {row.id: row.trace_lacks for row in lists.page(ProductFilter(), DAYS[1], per_page=10_000).rows}[made]

    before = lacks()
    ProductEditing(database).change(made, lambda old: replace(old, origin="Hà Nội", shelf_life="6 tháng"), CONTEXT)
    mended = lacks()
    stores.save(record(origin="", shelf_life=""))

    measured = trace_facts(Products(database).get(made).product, NO_PROFILE, None, DAYS[1])
    assert before is not None
    assert mended is not None
    assert mended < before
    assert lacks() == len(measured.lacking)
