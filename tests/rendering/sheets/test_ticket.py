"""The ticket for the print shop: one page that is true, and out of which no true stamp can be cut."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from labelsvc.domain.verdict import VerdictCase
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.storage.batches.batch_records import SourceFile
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.generator import make_records

DESIGNS = ("tem-25x35", "tem-tron-32", "nhan-60x90", "nhan-100x70", "bien-ke-105x74")


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def text_of(folder: Path) -> str:
    command = ["pdftotext", "-layout", folder / "ticket.pdf", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", text)


def test_the_ticket_names_batch_design_stock_counts_and_every_files_digest(office: PrintingOffice) -> None:
    batch = office.printed(3, 50, stock="330x480")

    text = text_of(batch.folder)

    report = json.loads((batch.folder / "proof.json").read_text(encoding="utf-8"))
    said = [
        f"Đợt in {batch.batch.name}",
        "25 × 35 mm",
        "150 nhãn của 3 sản phẩm",
        "2 tờ, 132 nhãn một tờ",
        "CutContour",
    ]
    for words in [*said, "CutContour", "đã đọc lại mọi mã", report["parts"][0]["sha256"]]:
        assert words in text
    with pikepdf.open(batch.folder / "ticket.pdf") as ticket:
        assert len(ticket.pages) == 1


@pytest.mark.parametrize("design", DESIGNS)
def test_the_picture_is_a_specimen_whose_code_no_stamp_has(office: PrintingOffice, design: str) -> None:
    batch = office.printed(1, 2, design)

    page = pypdfium2.PdfDocument(batch.folder / "ticket.pdf")[0]
    found = zxingcpp.read_barcodes(page.render(scale=300 / 72, grayscale=True).to_numpy().squeeze())

    assert len(found) == 1
    assert found[0].text not in {row["url"] for row in manifest(batch.folder)}
    assert office.services.verifier.verify(found[0].text, office.now, is_scan=False).case is VerdictCase.NOT_OURS
    assert "MẪU" in text_of(batch.folder)


def test_blank_boxes_and_uncounted_labels_are_noted_with_the_products_name(office: PrintingOffice) -> None:
    record = next(record for record in make_records(30, 1, day=office.now.date()) if record["Thành phần"])
    name = office.order(office.plan(office.take([record | {"Thành phần": ""}]), "nhan-60x90", counted=False))

    text = text_of(office.print(name).folder)

    assert f"hồ sơ thiếu Thành phần; in dòng kẻ để ghi tay: {record['Tên sản phẩm']}" in text
    assert "Nhãn không đánh số" in text


def test_the_ticket_asks_for_the_substrate_and_finish_of_a_stock(office: PrintingOffice) -> None:
    plan = office.plan(office.take(make_records(1, 2, day=office.now.date())))
    assert plan.new is not None
    stock = replace(plan.layout.stock, substrate="Decal giấy 80 g", finish="Cán màng mờ")
    new = replace(plan.new, stock=SourceFile("a4", stock_toml(stock)))

    text = text_of(office.print(office.order(replace(plan, new=new))).folder)

    assert "Decal giấy 80 g" in text
    assert "Cán màng mờ" in text


def test_office_sheet_tickets_say_to_cut_by_the_marks(office: PrintingOffice) -> None:
    batch = office.printed(1, 2, stock="a4-office")

    content = (batch.folder / "labels-001.pdf").read_bytes()

    assert "cắt theo dấu cắt ở mép tờ" in text_of(batch.folder)
    assert b"CutContour" not in content
    assert b"/Bleed>>" not in content


def test_a_hundred_files_still_take_one_page(office: PrintingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 1)

    batch = office.printed(1, 100, "bien-ke-105x74", proof="none", may_turn=False)

    text = text_of(batch.folder)
    with pikepdf.open(batch.folder / "ticket.pdf") as ticket:
        assert len(ticket.pages) == 1
    shown = len(re.findall(r"labels-\d{3}\.pdf", text))
    more = int(re.search(r"… và (\d+) tệp nữa", text)[1])
    assert shown + more == len(list(batch.folder.glob("labels-*.pdf")))
