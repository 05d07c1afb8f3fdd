"""What an import says of itself: refused rows, garbled text, what was blank."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskOffice, printed_batch, upload
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.visible_text import visible
from tests.samples.records_files import BOWL, HEADINGS, TEA, xlsx_of


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@on_sqlite_alone
def test_an_import_with_refused_rows_ends_on_a_report(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nTrà mới,HTX,4,05/03/2026\nSai,HTX,9,05/03/2026\n"
    path = upload(clerk, "/office/import", rows.encode(), "a.csv")

    done = clerk.post(path)
    page = clerk.get(done.headers["Location"]).text

    assert done.headers["Location"].startswith("/office/imports/")
    assert "Đã nhập: 1 mới" in page
    assert "Xem trước" not in page
    assert ">Trà mới</a>" in page
    assert clerk.get(f"{path}/refused.csv").status_code == 200
    kept = done.headers["Location"] + "/refused.csv"
    assert kept in page
    assert "Sai,HTX,9" in clerk.get(kept).text


@on_sqlite_alone
def test_colleagues_find_rows_of_an_unread_sheet_with_the_import(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    unread = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày công bố QĐ")
    content = xlsx_of(("Ba Vì", [HEADINGS, TEA]), ("Gia Lâm", [unread, BOWL, TEA]))
    path = upload(clerk, "/office/import", content, "a.xlsx")
    preview = clerk.get(path).text

    done = clerk.post(path).headers["Location"]

    assert "D «Ngày công bố QĐ»" in preview
    colleague = desk.client(Role.CLERK)
    assert "<strong>2</strong>" in colleague.get(done).text
    assert BOWL[0] in colleague.get(f"{done}/refused.csv").text


@on_sqlite_alone
def test_garbled_text_is_shown_before_and_after_and_converted_on_request(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nGèm ViÖt,Hîp t¸c x· B¸t Trµng,4,05/03/2026\n"
    path = upload(clerk, "/office/import", rows.encode(), "a.csv")

    asked, converted = clerk.get(path).text, clerk.get(f"{path}?convert=1").text
    done = clerk.get(clerk.post(f"{path}?convert=1").headers["Location"]).text

    assert "Gèm ViÖt" in asked
    assert "Gốm Việt" in asked
    assert f"{path}?convert=1" in asked
    assert "Áp dụng" in converted
    assert ">Gốm Việt</a>" in done


def test_a_printed_import_offers_no_undo_and_counts_products_once(desk: DeskOffice) -> None:
    printed_batch(desk)
    clerk = desk.client(Role.CLERK)
    past, _ = desk.services.past_imports.page()

    (why,) = desk.services.past_imports.hindrances(past[-1].id)
    page = clerk.get(f"/office/imports/{past[-1].id}").text

    assert why.facts["count"] == 1
    assert "Không hoàn tác được" in page
    assert "/undo" not in page
    assert "/undo" not in clerk.get("/office/import").text


@on_sqlite_alone
def test_a_preview_says_that_a_field_was_empty(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định,Địa chỉ\nTrà,HTX,4,05/03/2026,"
    clerk.post(upload(clerk, "/office/import", f"{rows}\n".encode(), "a.csv"))

    page = clerk.get(upload(clerk, "/office/import", f"{rows}12 phố Mới\n".encode(), "b.csv")).text

    assert "Địa chỉ: (trống) → 12 phố Mới" in visible(page)
