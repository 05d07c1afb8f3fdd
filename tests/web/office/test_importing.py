"""Imports at the office: previewed, applied, undone; hostile files get a sentence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskOffice, printable


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    """A desk for what changes nothing."""
    return DeskOffice(tmp_path_factory.mktemp("empty"))


def test_an_import_is_previewed_applied_and_undone_exactly(desk: DeskOffice) -> None:
    desk.take(3)
    before = desk.services.products.all()
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định,Nhãn hiệu\n"
    known = before[0]
    newest = known.history[-1]
    same = f"{known.product.name},{known.product.producer},{newest.stars},{newest.decision_date:%d/%m/%Y}"
    rows += f"{same},Nhãn mới\n"
    rows += "Trà hoàn toàn mới,HTX Mới,4,05/03/2026,\nSai,HTX Mới,9,05/03/2026,\n"
    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(rows.encode()), "nhap.csv")},
        content_type="multipart/form-data",
    )
    path = upload.headers["Location"]

    preview = clerk.get(path)
    unwritten = desk.services.products.all()
    applied = clerk.post(path)
    after = desk.services.products.all()
    past, _ = desk.services.past_imports.page()
    undone = clerk.post(f"/office/imports/{past[0].id}/undo")

    assert "Nhãn mới" in preview.text
    assert "Trà hoàn toàn mới" in preview.text
    assert "«9»" in preview.text
    assert unwritten == before
    assert applied.status_code == undone.status_code == 302
    assert len(after) == len(before) + 1
    assert desk.services.products.all() == before


def test_an_import_of_which_something_was_printed_stays(desk: DeskOffice) -> None:
    desk.take(3)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    clerk.post("/office/print", product=product, quantity=1, design="tem-25x35", stock="a4", nonce="p")
    past, _ = desk.services.past_imports.page()

    clerk.post(f"/office/imports/{past[-1].id}/undo")
    page = clerk.get("/office/import").text

    assert "Không hoàn tác được" in page
    assert desk.services.past_imports.page()[0][-1].undone_at is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.csv", b""),
        ("a.exe", b"MZ"),
        ("../../etc/passwd.csv", b"\xff\xfe\x00"),
        ("a.xlsx", b"%PDF-1.7"),
        ("a.ods", b"\0" * 5000),
        ("a.csv", "=cmd|' /C calc'!A0,\x01,😈".encode()),
    ],
)
def test_a_hostile_upload_gets_a_sentence(empty_desk: DeskOffice, name: str, content: bytes) -> None:
    clerk = empty_desk.client(Role.CLERK)
    clerk.get("/office/import")

    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    page = clerk.get(upload.headers["Location"]) if upload.status_code == 302 else upload

    assert page.status_code in (200, 422)
    assert "Traceback" not in page.text
    assert not empty_desk.services.products.all()
