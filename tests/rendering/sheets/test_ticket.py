"""The ticket for the print shop: one page that is true, and out of which no true stamp can be cut."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import combinations
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from shapely import Polygon, box

from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import EyeMark
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.rendering.sheets.ticket.ticket_job import QR_MM, QR_TOP_MM, SHEET_MM
from labelsvc.rendering.sheets.ticket.ticket_page import EDGE_MM, WIDTH_MM
from labelsvc.rendering.sheets.ticket.ticket_places import ticket_places
from labelsvc.storage.batches.batch_records import SourceFile
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.generator import make_records

DESIGNS = ("tem-25x35", "tem-tron-32", "nhan-60x90", "nhan-100x70", "bien-ke-105x74")


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def text_of(folder: Path, file: str = "ticket.pdf") -> str:
    command = ["pdftotext", "-raw", folder / file, "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", text)


def test_the_ticket_names_batch_design_stock_counts_and_every_files_digest(office: PrintingOffice) -> None:
    batch = office.printed(3, 50, stock="330x480", proof="all")

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
def test_the_picture_passes_preflight_and_no_stamp_has_its_code(office: PrintingOffice, design: str) -> None:
    batch = office.printed(1, 2, design)

    page = pypdfium2.PdfDocument(batch.folder / "ticket.pdf")[0]
    found = zxingcpp.read_barcodes(page.render(scale=300 / 72, grayscale=True).to_numpy().squeeze())

    codes = [symbol.text for symbol in found if symbol.text != batch.batch.name]
    assert len(found) == 2
    assert codes[0] not in {row["url"] for row in manifest(batch.folder)}
    assert office.services.verifier.verify(codes[0], office.now, is_scan=False).case is VerdictCase.NOT_OURS
    assert "MẪU" in text_of(batch.folder)
    assert preflight_file(batch.folder / "ticket.pdf", processes=1).passed


def test_blank_boxes_and_uncounted_labels_are_noted_with_the_products_name(office: PrintingOffice) -> None:
    record = next(record for record in make_records(30, 1, day=office.now.date()) if record["Thành phần"])
    name = office.order(office.plan(office.take([record | {"Thành phần": ""}]), "nhan-60x90", counted=False))

    text = text_of(office.print(name).folder)

    assert f"Hồ sơ thiếu Thành phần; in dòng kẻ để ghi tay: {record['Tên sản phẩm']}" in text
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

    assert "cắt theo dấu ở góc từng nhãn" in text_of(batch.folder)
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


def test_job_qr_code_leads_to_its_page_at_the_desk(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path, settings={"ADDRESS": "https://ocop.van-phong-dieu-phoi.hanoi.gov.vn"})
    batch = office.printed(1, 2)

    page = pypdfium2.PdfDocument(batch.folder / "ticket.pdf")[0]
    upper_right = page.render(scale=200 / 72, crop=(400, 680, 0, 0), grayscale=True).to_numpy().squeeze()

    (symbol,) = zxingcpp.read_barcodes(upper_right)
    assert symbol.text == f"https://ocop.van-phong-dieu-phoi.hanoi.gov.vn/office/batches/{batch.batch.name}"


@pytest.mark.parametrize(("order", "last"), [("rows", 42), ("cut-and-stack", 83), ("columns", 42)])
def test_sheet_picture_names_its_first_and_last_label(office: PrintingOffice, order: str, last: int) -> None:
    batch = office.printed(1, 84, stock="a4", order=order)

    text = text_of(batch.folder)

    rows = [row for row in manifest(batch.folder) if row["page"] == "1"]
    assert rows[-1]["serial"] == str(last)
    assert "Tờ đầu tiên: 6 cột × 7 hàng" in text
    assert "Nhãn đầu: dòng 1, số 1 " in text
    assert f"Nhãn cuối: dòng 1, số {last} " in text


def test_used_up_positions_stay_empty_in_the_sheet_picture(office: PrintingOffice) -> None:
    batch = office.printed(1, 3, "bien-ke-105x74", "avery-3427", skip=2)

    page = pypdfium2.PdfDocument(batch.folder / "ticket.pdf")[0].render(scale=10 * 25.4 / 72).to_pil().convert("RGB")
    left, top = ticket_places(Rectangle(105, 74), has_job=True).sheet_at_mm
    left += (SHEET_MM[0] - 210 * SHEET_MM[1] / 297) / 2
    scale = SHEET_MM[1] / 297
    middles = [(left + (0.25 + 0.5 * (at % 2)) * 210 * scale, top + (37.5 + 74 * (at // 2)) * scale) for at in range(8)]
    colours = [page.getpixel((round(x * 10), round(y * 10))) for x, y in middles]

    white = (255, 255, 255)
    assert [colour == white for colour in colours] == [True, True, False, False, False, True, True, True]
    assert len({colours[2], colours[3], colours[4]}) == 3


def test_signatures_have_lines_and_nothing_of_a_ticket_overlaps(office: PrintingOffice) -> None:
    records = [
        record | {"Thành phần": "", "Bảo quản": "", "Tên sản phẩm": f"{record['Tên sản phẩm']} loại đặc biệt {at}"}
        for at, record in enumerate(make_records(60, 1, day=office.now.date()))
        if record["Thành phần"]
    ]
    name = office.order(office.plan(office.take(records), "nhan-60x90", counted=False))

    folder = office.print(name).folder

    left, top = ticket_places(Rectangle(60, 90), has_job=True).sheet_at_mm
    sheet = box(left, top, left + SHEET_MM[0], top + SHEET_MM[1])
    symbol = box(WIDTH_MM - EDGE_MM - QR_MM, QR_TOP_MM, WIDTH_MM - EDGE_MM, QR_TOP_MM + QR_MM)
    boxes = [*words_of(folder), ("sheet", sheet), ("symbol", symbol)]
    crossing = [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.intersects(b)]
    assert "Người in (ký, ghi rõ họ tên)" in text_of(folder)
    assert len(boxes) > 200
    assert crossing == []


def words_of(folder: Path) -> list[tuple[str, Polygon]]:
    """The words of a ticket with the middle of their boxes, in mm: lines that stand apart do not meet there."""
    found = subprocess.run(["pdftotext", "-bbox", folder / "ticket.pdf", "-"], capture_output=True, check=True).stdout
    words = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)<', found.decode())
    boxes = []
    for *sides, word in words:
        left, top, right, bottom = (float(side) * 25.4 / 72 for side in sides)
        quarter = (bottom - top) / 4
        boxes.append((word, box(left + 0.1, top + quarter, right - 0.1, bottom - quarter)))
    return boxes


def test_roll_tickets_say_how_many_rolls_and_how_wound(office: PrintingOffice) -> None:
    plan = office.plan(office.take(make_records(1, 70, day=office.now.date())), stock="roll-25x35x4x0.7", order="lanes")
    assert plan.new is not None
    stock = replace(plan.layout.stock, unwind=6, core_mm=40, eye_mark=EyeMark("right", 3, 5, 1, 2))

    new = replace(plan.new, stock=SourceFile(stock.name, stock_toml(stock)))
    text = text_of(office.print(office.order(replace(plan, new=new))).folder)

    assert "8 cuộn rộng 1 nhãn: 4 cuộn 16 nhãn, 2 cuộn 2 nhãn, 2 cuộn 1 nhãn; cuộn dài tối đa 0,7 m" in text
    assert "đường kính 40 mm" in text
    assert "vị trí 6: mặt nhãn vào trong, chân nhãn ra trước" in text
    assert "3 × 5 mm ở mép phải cuộn, cách mép 1 mm, dưới mép trên mỗi hàng 2 mm" in text
    assert "theo làn, từ làn trái" in text


def test_tickets_of_unslit_rolls_count_whole_rolls(office: PrintingOffice) -> None:
    text = text_of(office.printed(1, 150, stock="roll-25x35x4x0.7").folder)

    assert "3 cuộn rộng 4 nhãn: 2 cuộn 64 nhãn, 1 cuộn 22 nhãn" in text
    assert "Số cuộn" not in text_of(office.printed(2, 5, stock="roll-25x35x4").folder)


def test_batches_from_before_keep_their_ticket(office: PrintingOffice) -> None:
    batch = office.printed(1, 2, job_on_ticket=False)

    assert "Người in" not in text_of(batch.folder)
    assert "Tờ đầu tiên" not in text_of(batch.folder)


def test_ticket_and_slug_line_name_the_day_in_vietnam(office: PrintingOffice) -> None:
    office.now = datetime.combine(office.now.date(), time(19), UTC)  # two in the morning of the next day
    next_day = f"{office.now.astimezone(VIETNAM):%d/%m/%Y}"

    batch = office.printed(1, 2)

    assert next_day in text_of(batch.folder)
    assert next_day in text_of(batch.folder, "labels-001.pdf")
