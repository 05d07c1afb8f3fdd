"""Products and recognitions: imported, compared, found again, changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit import FieldDifference
from labelsvc.storage.products.product_states import ImportedRow
from tests.offices.recorded_changes import changes_of
from tests.offices.stored_office import GIVEN, NOW, Stores, record

FULL = ImportedRow(
    Product(
        name="Chè sen Tây Hồ",
        producer="Hợp tác xã Chè sen Quảng An",
        brand="Sen Việt “1” %_\\",
        address="Ngõ 12",
        commune="Quảng An",
        district="Tây Hồ",
        group=ProductGroup.DRINK,
        net_content="100 g",
        ingredients="Chè, hương sen",
        storage="Nơi khô ráo",
        shelf_life="12 tháng",
        directions="Pha với nước nóng",
        warnings="Không dùng khi ẩm mốc",
        origin="Việt Nam",
        gtin="8938505974194",
        gln="8938505974194",
        ocop_code="01-123-4-2025",
        registered_mark=True,
    ),
    Recognition(
        stars=4,
        decision_date=date(2025, 12, 30),
        decision_number="6789/QĐ-UBND",
        issuer="UBND thành phố Hà Nội",
        score=92.5,
        potential_five=True,
        valid_from=date(2026, 1, 1),
        valid_until=date(2028, 12, 31),
        extension=Extension(date(2029, 3, 1), "Chờ đánh giá lại", by_office=True),
        suspension=Suspension(date(2026, 5, 1), "Kiểm nghiệm", date(2026, 6, 1), "12/QĐ"),
        withdrawal=Withdrawal(date(2028, 1, 1), "Vi phạm", "13/QĐ"),
    ),
    frozenset((*Product.__dataclass_fields__, *Recognition.__dataclass_fields__)),
)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def test_every_field_of_a_product_and_its_recognition_is_found_again(stores: Stores) -> None:
    outcome = stores.save(FULL)[0]

    stored = stores.products.get(outcome.product_id or 0)
    assert (stored.product, stored.history) == (FULL.product, (FULL.recognition,))
    assert stored.id_of(FULL.recognition) == outcome.recognition_id
    assert outcome.kind == "new"


def test_the_same_file_twice_changes_nothing_and_writes_nothing(stores: Stores) -> None:
    rows = [FULL, record(), record(name="Gốm men ngọc", producer="HTX Gốm", score=71)]
    first = stores.save(*rows)

    again = stores.save(*rows)

    assert [outcome.kind for outcome in again] == ["unchanged"] * 3
    assert [outcome.product_id for outcome in again] == [outcome.product_id for outcome in first]
    assert all(not outcome.differences for outcome in again)


def test_products_are_recognised_across_spelling_and_normal_forms(stores: Stores) -> None:
    stores.save(record(name="Củ cải sấy"))

    outcome = stores.save(record(name="CỦ CẢI SẤY"))[0]

    assert outcome.kind == "changed"
    assert outcome.differences == (FieldDifference("name", "Củ cải sấy", "CỦ CẢI SẤY"),)
    assert stores.products.count() == 1


def test_products_whose_names_differ_in_a_diacritic_are_two(stores: Stores) -> None:
    stores.save(record(name="Trầm hương"), record(name="Trám hương"))

    assert stores.products.count() == 2


def test_two_spellings_of_a_producer_change_nothing_on_reimport(stores: Stores) -> None:
    rows = [record(name="A", producer="HTX Gốm"), record(name="B", producer="HTX GỐM")]
    stores.save(*rows)

    again = stores.save(*rows)

    assert [outcome.kind for outcome in again] == ["unchanged"] * 2
    assert [stored.product.producer for stored in stores.products.all()] == ["HTX Gốm", "HTX GỐM"]


def test_disagreeing_rows_of_a_product_merge_and_the_last_wins(stores: Stores) -> None:
    rows = [record(brand="Một"), record(brand="Hai"), record(brand="Ba", decision_date=date(2022, 12, 30))]
    stores.save(*rows)

    again = stores.save(*rows)

    assert [outcome.kind for outcome in again] == ["unchanged"] * 3
    assert [len(stored.history) for stored in stores.products.all()] == [2]
    assert stores.products.all()[0].product.brand == "Ba"


def test_a_field_without_a_column_keeps_its_stored_value(stores: Stores) -> None:
    stores.save(FULL)
    columns = frozenset(("name", "producer", "stars", "decision_date", "district"))
    row = ImportedRow(
        Product(name=FULL.product.name, producer=FULL.product.producer, district="Ba Vì"),
        Recognition(stars=4, decision_date=FULL.recognition.decision_date),
        columns,
    )

    outcome = stores.save(row)[0]

    assert outcome.differences == (FieldDifference("district", "Tây Hồ", "Ba Vì"),)
    stored = stores.products.get(outcome.product_id or 0)
    assert stored.product == replace(FULL.product, district="Ba Vì")
    assert stored.history == (FULL.recognition,)


def test_an_empty_cell_of_a_present_column_clears_the_field(stores: Stores) -> None:
    stores.save(record(brand="Cũ"))

    outcome = stores.save(record(brand=""))[0]

    assert outcome.differences == (FieldDifference("brand", "Cũ", ""),)


def test_another_decision_is_one_more_recognition_of_the_product(stores: Stores) -> None:
    stores.save(record(stars=3, decision_date=date(2022, 12, 30)))

    outcome = stores.save(record(stars=4))[0]

    assert outcome.kind == "changed"
    assert outcome.differences == (FieldDifference("recognition", None, date(2025, 12, 30)),)
    assert [recognition.stars for recognition in stores.products.all()[0].history] == [3, 4]


def test_nonsensical_rows_are_refused_and_their_neighbours_saved(stores: Stores) -> None:
    stores.save(record(score=85, given=GIVEN | {"score"}))

    refused, saved = stores.save(record(stars=5, given=GIVEN), record(name="Khác"))

    assert (refused.kind, [problem.code for problem in refused.problems]) == ("refused", ["recognition.score"])
    assert saved.kind == "new"
    assert stores.products.all()[0].history[0].stars == 4


def test_a_comparison_says_what_an_import_would_do_and_writes_nothing(stores: Stores) -> None:
    stores.save(record(brand="Cũ"))
    rows = [record(brand="Mới"), record(name="Khác")]

    compared, _ = stores.imports.foresee(rows)

    assert [outcome.kind for outcome in compared] == ["changed", "new"]
    assert compared[0].differences == (FieldDifference("brand", "Cũ", "Mới"),)
    assert [stored.product.brand for stored in stores.products.all()] == ["Cũ"]
    assert [(o.kind, o.differences) for o in stores.save(*rows)] == [(o.kind, o.differences) for o in compared]


def test_demonstration_data_and_real_records_never_mix(stores: Stores) -> None:
    stores.save(record(brand="Minh họa", decision_date=date(2024, 1, 1)), demonstration=True)

    outcome = stores.save(record(brand="Thật"))[0]

    assert outcome.kind == "new"
    found = {(stored.product.brand, stored.demonstration, len(stored.history)) for stored in stores.products.all()}
    assert found == {("Minh họa", True, 1), ("Thật", False, 1)}


def test_an_import_records_who_changed_which_field_from_what_to_what(stores: Stores) -> None:
    outcome = stores.save(record(brand="Cũ"))[0]

    stores.save(record(brand="Mới", stars=3))

    with stores.database.reading() as connection:
        of_product = changes_of(connection, "product", outcome.product_id or 0)
        of_recognition = changes_of(connection, "recognition", outcome.recognition_id or 0)
    entries = [(e.who, e.reason, e.at, e.field, e.before, e.after) for e in of_product + of_recognition]
    assert entries == [("thu", "a.xlsx", NOW, "brand", "Cũ", "Mới"), ("thu", "a.xlsx", NOW, "stars", "4", "3")]


@pytest.mark.parametrize("typed", ["che sen", "CHÈ  sen tây", "tay ho quang", "sen viet", "hop tac xa"])
def test_a_product_is_found_without_diacritics_by_all_the_words_typed(stores: Stores, typed: str) -> None:
    stores.save(FULL, record())

    found = stores.products.search(typed)

    assert [stored.product.name for stored in found] == [FULL.product.name]


@pytest.mark.parametrize("typed", ["%", "_", "chè sen ba vì"])
def test_a_search_takes_signs_as_they_are(stores: Stores, typed: str) -> None:
    stores.save(record())

    assert stores.products.search(typed) == []


def test_many_products_are_found_by_their_ids(stores: Stores) -> None:
    saved = stores.save(*(record(name=f"Sản phẩm {i}", producer=f"HTX {i % 7}") for i in range(1200)))

    found = stores.products.many({outcome.product_id or 0 for outcome in saved} | {999_999})

    assert len(found) == 1200
    with pytest.raises(NotFound):
        stores.products.get(999_999)


def test_a_recognition_is_withdrawn_with_who_and_why(stores: Stores) -> None:
    outcome = stores.save(record())[0]
    withdrawn = replace(record().recognition, withdrawal=Withdrawal(date(2026, 9, 1), "Vi phạm", "99/QĐ"))

    stores.recognitions.change(
        outcome.recognition_id or 0, lambda _: withdrawn, ChangeContext("lan", NOW, "theo 99/QĐ")
    )

    assert stores.products.all()[0].history == (withdrawn,)
    with stores.database.reading() as connection:
        entries = changes_of(connection, "recognition", outcome.recognition_id or 0)
    assert {(e.who, e.reason, e.field) for e in entries} == {
        ("lan", "theo 99/QĐ", "withdrawn_since"),
        ("lan", "theo 99/QĐ", "withdrawal_reason"),
        ("lan", "theo 99/QĐ", "withdrawal_decision"),
        ("lan", "theo 99/QĐ", "withdrawal_ground"),
    }


def test_the_day_of_a_decision_is_its_name_and_stays(stores: Stores) -> None:
    outcome = stores.save(record())[0]
    other = replace(record().recognition, decision_date=date(2025, 1, 1))

    with pytest.raises(InvalidValue):
        stores.recognitions.change(outcome.recognition_id or 0, lambda _: other, ChangeContext("lan", NOW))
    with pytest.raises(NotFound):
        stores.recognitions.change(0, lambda _: other, ChangeContext("lan", NOW))
