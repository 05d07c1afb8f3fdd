"""Records come into the database: new, changed field by field, unchanged or refused, and what they order."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from time import process_time

import pytest
from sqlalchemy import text

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.audit import FieldDifference
from labelsvc.storage.products.import_undo import PastImports
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.lists import kept_list
from labelsvc.workflows.import_products import ImportOptions, import_products
from labelsvc.workflows.import_report import ImportReport
from tests.offices.import_office import NOW, SAMPLE, ImportOffice
from tests.samples.generator import HEADINGS as ALL_HEADINGS
from tests.samples.generator import make_records, write_csv, write_xlsx
from tests.samples.records_files import BOWL, HEADINGS, TEA, TODAY, VIETNAMESE, csv_of, whys, xlsx_of


@pytest.fixture
def office(database: Database) -> ImportOffice:
    return ImportOffice(database)


def counted(report: ImportReport) -> tuple[int, ...]:
    return tuple(report.counts.values())


def test_new_records_are_stored_and_ordered_in_file_order(office: ImportOffice) -> None:
    report = office.take(csv_of((*HEADINGS, "Số lượng"), (*TEA, "2.000"), (*BOWL, "")))

    assert counted(report) == (2, 0, 0, 0)
    assert [order.quantity for order in report.orders] == [2_000, None]
    stored = office.products.many([order.product_id for order in report.orders])
    assert [stored[order.product_id].product.name for order in report.orders] == [TEA[0], BOWL[0]]
    assert {each.id_of(each.history[0]) for each in stored.values()} == {
        order.recognition_id for order in report.orders
    }


def test_whoever_waits_is_told_every_step_and_how_many_rows(office: ImportOffice) -> None:
    told: list[tuple[str, int, int]] = []
    options = ImportOptions(progress=lambda *step: told.append(step))
    names = [f"Trà {number}" for number in range(1_001)]
    files = [("a.csv", BytesIO(csv_of(HEADINGS, *((name, *TEA[1:]) for name in names))))]

    import_products(files, office.imports, who="thu", now=NOW, today=TODAY, options=options)

    counts = {step: [done for each, done, _ in told if each == step] for step, _, _ in told}
    assert list(counts) == ["reading", "comparing", "writing", "listing"]
    assert counts["reading"][-1] >= 999
    assert counts["comparing"] == counts["writing"] == [0, 1_000]
    assert {total for step, _, total in told if step in ("comparing", "writing")} == {1_001}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_large_import_and_its_undoing_leave_lists_tidy(
    office: ImportOffice, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    vacuumed = text("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'product_list'")
    past = PastImports(database)
    with database.reading() as connection:
        counts = [connection.scalar(vacuumed)]  # of all tests before
    for many, act in (
        (3, lambda: office.take(csv_of(HEADINGS, TEA, BOWL))),
        (2, lambda: past.undo(past.page()[0][0].id, ChangeContext("thu", NOW))),
        (2, lambda: office.take(csv_of(HEADINGS, TEA, BOWL))),
    ):
        monkeypatch.setattr(kept_list, "MANY", many)
        act()
        with database.reading() as connection:
            counts.append(connection.scalar(vacuumed))

    assert [count - counts[0] for count in counts[1:]] == [0, 1, 2]


def test_the_same_file_twice_changes_nothing(office: ImportOffice) -> None:
    content = csv_of((*HEADINGS, "Số lượng"), (*TEA, "5"), (*BOWL, "6"))
    first = office.take(content)

    again = office.take(content)

    assert counted(again) == (0, 0, 2, 0)
    assert again.orders == first.orders


def test_a_product_is_known_again_in_other_case_and_spaces(office: ImportOffice) -> None:
    office.take(csv_of(HEADINGS, TEA))

    report = office.take(csv_of(HEADINGS, ("TRÀ  SEN TÂY HỒ", " hợp tác xã quảng an ", *TEA[2:])))

    assert counted(report) == (0, 1, 0, 0)
    assert [difference.field for difference in report.taken[0].differences] == ["name", "producer"]
    assert office.products.count() == 1


def test_corrections_are_reported_field_by_field(office: ImportOffice) -> None:
    office.take(csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA, "Sen")))

    report = office.take(csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA[:2], "3", TEA[3], "Sen Việt")))

    (changed,) = report.taken
    assert changed.kind == "changed"
    assert set(changed.differences) == {FieldDifference("brand", "Sen", "Sen Việt"), FieldDifference("stars", 4, 3)}


def test_another_decision_date_is_a_further_recognition(office: ImportOffice) -> None:
    office.take(csv_of(HEADINGS, TEA))

    report = office.take(csv_of(HEADINGS, (*TEA[:2], "5", "05/03/2026")))

    stored = office.products.get(report.taken[0].product_id or 0)
    assert report.taken[0].kind == "changed"
    assert {recognition.stars for recognition in stored.history} == {4, 5}


def test_blank_cells_keep_stored_values_and_dashes_clear_them(office: ImportOffice) -> None:
    headings = (*HEADINGS, "Nhãn hiệu", "Địa chỉ")
    office.take(csv_of(headings, (*TEA, "Sen", "Ngõ 5")))

    report = office.take(csv_of(headings, (*TEA, "", "-")))

    product = office.products.get(report.taken[0].product_id or 0).product
    assert (product.brand, product.address) == ("Sen", "")
    assert VIETNAMESE.explain(report.warnings[0]) == (
        "a.csv: Cột «Nhãn hiệu» có 1 ô trống nhưng đã có giá trị lưu từ trước: giữ nguyên giá trị cũ; "
        "muốn xoá thì ghi dấu «-»."
    )


def test_a_preview_says_what_would_change_and_writes_nothing(office: ImportOffice) -> None:
    office.take(csv_of(HEADINGS, TEA))

    report = office.take(csv_of(HEADINGS, (*TEA[:2], "5", TEA[3]), BOWL), preview=True)

    assert counted(report) == (1, 1, 0, 0)
    assert office.products.count() == 1
    assert counted(office.take(csv_of(HEADINGS, TEA))) == (0, 0, 1, 0)


def test_good_rows_are_accepted_beside_refused_ones(office: ImportOffice) -> None:
    report = office.take(csv_of(HEADINGS, TEA, ("Nem", "HTX", "7", "05/03/2025"), BOWL))

    assert counted(report) == (2, 0, 0, 1)
    assert office.products.count() == 2


def test_values_that_contradict_stored_ones_are_refused_at_their_cell(office: ImportOffice) -> None:
    office.take(csv_of((*HEADINGS, "Điểm"), (*TEA, "85")))

    report = office.take(csv_of((*HEADINGS, "Điểm"), (*TEA[:2], "5", TEA[3], "")))

    assert whys(report.problems) == ["recognition.score"]
    assert report.problems[0].facts["heading"] == "Điểm"


# The same recognition in several rows


def test_a_row_that_repeats_another_counts_once_with_a_note(office: ImportOffice) -> None:
    report = office.take(csv_of((*HEADINGS, "Số lượng"), (*TEA, "5"), (*BOWL, "6"), (*TEA, "5")))

    assert counted(report) == (2, 0, 0, 0)
    assert [order.quantity for order in report.orders] == [5, 6]
    assert VIETNAMESE.explain(report.warnings[0]) == "a.csv, dòng 4: Lặp lại a.csv, dòng 2; chỉ tính một lần."


def test_contradicting_rows_are_all_refused_and_name_each_other(office: ImportOffice) -> None:
    report = office.take(csv_of((*HEADINGS, "Số lượng"), (*TEA, "5"), BOWL, (*TEA[:2], "3", TEA[3], "6")))

    assert counted(report) == (1, 0, 0, 2)
    assert VIETNAMESE.explain(report.problems[0]) == (
        "a.csv, dòng 2: Cùng sản phẩm, chủ thể và ngày quyết định với a.csv, dòng 4 nhưng khác «Hạng sao», «Số lượng»; "
        "giữ lại dòng đúng, xoá dòng kia."
    )
    assert "dòng 2 nhưng khác" in VIETNAMESE.explain(report.problems[1])


def test_rows_may_complete_each_other_also_across_files(office: ImportOffice) -> None:
    report = office.take(
        csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA, "Sen")), csv_of((*HEADINGS, "Số lượng", "Nhãn hiệu"), (*TEA, "9", ""))
    )

    assert counted(report) == (1, 0, 0, 0)
    assert report.orders[0].quantity == 9
    assert office.products.get(report.orders[0].product_id).product.brand == "Sen"


def test_days_that_do_not_go_together_in_two_rows_contradict(office: ImportOffice) -> None:
    report = office.take(
        csv_of(
            (*HEADINGS, "Hiệu lực từ", "Hiệu lực đến"),
            (*TEA, "05/03/2026", ""),
            (*TEA, "", "05/03/2025"),
            (*TEA, "", ""),
        )
    )

    assert counted(report) == (0, 0, 0, 3)
    assert whys(report.problems) == ["records.contradicted"] * 3


def test_a_history_orders_labels_of_the_newest_recognition_only(office: ImportOffice) -> None:
    old, new = (*TEA[:2], "3", "05/03/2022", "Sen cũ", "7"), (*TEA[:2], "4", "05/03/2025", "Sen mới", "8")

    report = office.take(csv_of((*HEADINGS, "Nhãn hiệu", "Số lượng"), new, old))

    (order,) = report.orders
    stored = office.products.get(order.product_id)
    assert order.quantity == 8
    assert len(stored.history) == 2
    assert stored.product.brand == "Sen mới"
    assert stored.id_of(next(r for r in stored.history if r.stars == 4)) == order.recognition_id


# Demonstration data


def test_the_sample_stays_demonstration_data_also_with_quantities_written_in(office: ImportOffice) -> None:
    rows = list(csv.reader(StringIO(SAMPLE.read_text(encoding="utf-8-sig"))))
    mended = csv_of(
        rows[0],
        *[[*row[:-1], "10"] for row in rows[1:]],
        [*BOWL[:1], "", BOWL[1], "", "", "", "", "3", "", "31/12/2025"],
    )

    report = office.take(mended)

    assert counted(report) == (41, 0, 0, 0)
    assert [taken.demonstration for taken in report.taken] == [True] * 40 + [False]
    flags = {each.product.name: each.demonstration for each in office.products.all()}
    assert flags["Củ cải trắng"] is True
    assert flags[BOWL[0]] is False


def test_real_records_of_a_firm_in_the_sample_are_real(office: ImportOffice) -> None:
    report = office.take(csv_of(HEADINGS, ("Củ cải trắng", "Hợp tác xã Dịch vụ tổng hợp Đông Cao", "4", "15/12/2024")))

    assert report.taken[0].demonstration is False


# Several files


def test_an_unreadable_file_does_not_block_the_others(office: ImportOffice) -> None:
    report = office.take(b"%PDF-1.7", csv_of(HEADINGS, TEA))

    assert counted(report) == (1, 0, 0, 0)
    assert [problem.code for problem in report.unreadable] == ["records.other_kind"]


def test_files_that_are_all_unreadable_are_refused_with_every_reason(office: ImportOffice) -> None:
    with pytest.raises(RecordsUnreadable) as refused:
        office.take(b"%PDF-1.7", b"")

    assert [problem.code for problem in refused.value.problems] == ["records.other_kind", "records.empty_file"]


def test_rows_are_reported_in_the_order_of_files_and_sheets(office: ImportOffice) -> None:
    rows = [HEADINGS, ("Nem", "HTX", "7", "05/03/2025"), (*TEA[:2], "9", TEA[3])]

    report = office.take(csv_of(HEADINGS, ("Bún", "HTX", "x", "05/03/2025")), xlsx_of(("Ba Vì", rows), ("An", rows)))

    places = [(row.place.file, row.place.sheet, row.place.row) for row in report.refused]
    assert places == [
        ("a.csv", "", 2),
        ("b.xlsx", "Ba Vì", 2),
        ("b.xlsx", "Ba Vì", 3),
        ("b.xlsx", "An", 2),
        ("b.xlsx", "An", 3),
    ]


# Refused rows go back and forth


# Speed, and the generator


def test_the_generator_makes_the_same_records_which_are_all_accepted(office: ImportOffice, tmp_path: Path) -> None:
    records = make_records(40, 7, day=TODAY)
    write_csv(tmp_path / "a.csv", records)
    write_xlsx(tmp_path / "a.xlsx", records)

    from_csv = office.take((tmp_path / "a.csv").read_bytes())
    from_xlsx = office.take((tmp_path / "a.xlsx").read_bytes())

    assert make_records(40, 7, day=TODAY) == records
    assert counted(from_csv) == (40, 0, 0, 0)
    assert counted(from_xlsx) == (0, 0, 40, 0)
    assert set(ALL_HEADINGS) == set(records[0])
    assert all(taken.row.recognition.holds_on(TODAY) for taken in from_csv.taken)
    assert not any(taken.row.recognition.ends_soon_on(TODAY) for taken in from_csv.taken)


def test_five_thousand_rows_are_read_and_stored_quickly(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'office.db'}")
    write_csv(tmp_path / "a.csv", make_records(5_000, 7, day=TODAY))

    start = process_time()
    files = [("a.csv", tmp_path / "a.csv")]
    report = import_products(files, Imports(database), who="", now=NOW, today=TODAY, options=ImportOptions(SAMPLE))
    seconds = process_time() - start

    assert counted(report) == (5_000, 0, 0, 0)
    assert seconds < 5  # 0.8 s on the machine that it was written on
