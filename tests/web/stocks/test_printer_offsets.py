"""Printer offsets and tidy sheets: entered once, remembered by person and printer, and found on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock
from labelsvc.storage.batches.batch_records import Batch
from labelsvc.workflows.batches.label_exports import LabelExports
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from tests.offices.desk_office import DeskClient, DeskOffice, printable
from tests.offices.printing_office import manifest

PRINTER = "Canon LBP6030 kho"
READ_OFF = {"name": PRINTER, "x_mm": "0,8", "y_mm": "-0,5"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("printers"))
    office.take(4)
    return office


@pytest.fixture
def clerk(desk: DeskOffice) -> DeskClient:
    client = desk.client(Role.CLERK)
    client.get("/account/printers")
    assert client.post("/account/printers", **READ_OFF).status_code == 302
    return client


def ordered(desk: DeskOffice, client: DeskClient, **more: str) -> Batch:
    order = {"product": str(printable(desk)), "quantity": "3", "design": "tem-25x35", "stock": "a4-office"}
    assert client.post("/office/print", **(order | more)).status_code == 302
    batch = desk.services.batches.last()
    assert batch
    return batch


def test_a_printer_once_measured_corrects_what_is_printed_next(desk: DeskOffice, clerk: DeskClient) -> None:
    form = clerk.get(f"/office/print?product={printable(desk)}").text

    batch = ordered(desk, clerk, printer=PRINTER, nonce="moved-1")
    plain = ordered(desk, clerk, printer="", nonce="moved-2")
    unknown = ordered(desk, clerk, printer="của người khác", nonce="moved-3")
    by_marks = ordered(desk, clerk, printer=PRINTER, stock="330x480", nonce="moved-4")
    desk.work()

    assert re.search(rf'value="{PRINTER}" selected', form)
    stock = read_kept_stock(batch.stock.content)
    assert (stock.offset_x_mm, stock.offset_y_mm) == (0.8, -0.5)
    assert batch.options.printer == PRINTER
    assert (by_marks.options.printer, by_marks.options.corrected) == ("", False)
    assert read_kept_stock(plain.stock.content) == read_kept_stock(unknown.stock.content)
    moved_by = [
        {side: float(rows[0][side]) for side in ("x_mm", "y_mm")}
        for rows in (manifest(Path(desk.services.batches.get(each.name).folder)) for each in (batch, plain))
    ]
    assert moved_by[0]["x_mm"] - moved_by[1]["x_mm"] == pytest.approx(0.8, abs=0.001)
    assert moved_by[0]["y_mm"] - moved_by[1]["y_mm"] == pytest.approx(-0.5, abs=0.001)
    lost = ChangeContext("canbo@vanphong.vn", desk.now, "mất")
    replaced = plan_replacement(batch.name, [SerialRange(1, 1, 1)], desk.services.batch_services, lost)
    assert replaced.plan.layout.stock == stock  # corrected once, not twice
    told = f"{PRINTER}: 0,8 mm ngang, -0,5 mm dọc"
    pages = [clerk.get(f"/office/batches/{each.name}").text for each in (batch, plain)]
    assert [told in page for page in pages] == [True, False]
    assert [PRINTER in ticket_text(desk, each) for each in (batch, plain)] == [True, False]
    assert "đã chỉnh 0,8 mm ngang, -0,5 mm dọc" in ticket_text(desk, batch)


def ticket_text(desk: DeskOffice, batch: Batch) -> str:
    """Return the first page of a batch's ticket as text."""
    with pypdfium2.PdfDocument(Path(desk.services.batches.get(batch.name).folder) / "ticket.pdf") as ticket:
        return " ".join(str(ticket[0].get_textpage().get_text_range()).split())


def test_api_corrects_for_a_printer_and_prints_tidily(desk: DeskOffice, clerk: DeskClient) -> None:
    headers = desk.token(Role.CLERK, "batches:write")
    order = {"products": [{"product_id": printable(desk), "quantity": 2}], "stock": "a4-office", "tidy": True}

    def answer(**more: object) -> tuple[int, Batch | None]:
        given = clerk.http.post("/api/v1/batches", json=order | more, headers=headers)
        return given.status_code, desk.services.batches.last()

    named, moved = answer(printer=PRINTER), answer(printer="máy khác", offset_x_mm=-1.5)
    refused = [answer(**more)[0] for more in ({"printer": "không có"}, {"offset_x_mm": 25}, {"offset_y_mm": "NaN"})]

    assert (named[0], moved[0], refused) == (201, 201, [409, 422, 422])
    assert named[1]
    assert moved[1]
    assert (named[1].options.offset, named[1].options.tidy) == (PrinterOffset(0.8, -0.5), True)
    assert (moved[1].options.offset, moved[1].options.printer) == (PrinterOffset(-1.5, 0), "máy khác")


def test_tidy_sheets_bear_ticks_alone_and_are_remembered(desk: DeskOffice, clerk: DeskClient) -> None:
    batch = ordered(desk, clerk, stock="a4", printer="", tidy="1", nonce="tidy-1")
    plain = ordered(desk, clerk, stock="a4", printer="", nonce="tidy-2")
    form = clerk.get(f"/office/print?product={printable(desk)}").text
    ordered(desk, clerk, stock="a4", printer="", tidy="1", nonce="tidy-3")
    remembered = clerk.get(f"/office/print?product={printable(desk)}").text
    desk.work()

    sheets = [Path(desk.services.batches.get(each.name).folder) / "labels-001.pdf" for each in (batch, plain)]
    contents = [pikepdf.open(sheet) for sheet in sheets]
    inks = ["CutContour" in str(content.pages[0].Resources) for content in contents]
    said = [pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range() for sheet in sheets]
    for content in contents:
        content.close()
    assert inks == [False, True]
    assert ["Đợt in" in text for text in said] == [False, True]
    assert 'name="tidy" value="1" checked' in remembered
    assert 'name="tidy" value="1" checked' not in form
    assert batch.options.tidy


def test_a_roll_is_not_cut_with_scissors(desk: DeskOffice, clerk: DeskClient) -> None:
    page = clerk.get(f"/office/print?product={printable(desk)}&roll=roll-25x35x4&printer=&tidy=1").text

    assert "In gọn để cắt bằng kéo» (--tidy)" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "put-name"), ({"x_mm": "ba"}, "x_mm"), ({"y_mm": "25"}, "y_mm"), ({"x_mm": "nan"}, "x_mm")],
)
def test_readings_that_cannot_be_are_refused_at_their_field(
    desk: DeskOffice, clerk: DeskClient, typed: dict[str, str], field: str
) -> None:
    answer = clerk.post("/account/printers", **(READ_OFF | typed))

    assert answer.status_code == 422
    assert re.search(rf'class="field wrong">\s*<label for="(f-)?{field}"', answer.text)
    assert len(desk.services.printers.of_account(2)) == 1


def test_the_calibration_sheet_names_its_printer_and_correction(clerk: DeskClient) -> None:
    answer = clerk.get("/account/printers/calibration.pdf", query_string={"name": PRINTER, "stock": "avery-l7160"})
    unnamed = clerk.get("/account/printers/calibration.pdf")

    said = pypdfium2.PdfDocument(io.BytesIO(answer.data))[0].get_textpage().get_text_range()
    assert PRINTER in " ".join(said.split())
    assert "0,8 mm ngang, -0,5 mm dọc" in " ".join(said.split())
    assert unnamed.data.startswith(b"%PDF")
    assert clerk.get("/account/printers/calibration.pdf?stock=a9").status_code == 404


def test_downloads_are_corrected_for_a_printer(desk: DeskOffice) -> None:
    name = desk.office.printed(1, 2, "tem-25x35", "single").batch.name
    exports = LabelExports.for_batch(desk.services.batches.get(name), desk.services.batch_services)
    corners = []

    for offset in (None, PrinterOffset(0.8, -0.5)):
        with pikepdf.open(io.BytesIO(exports.make("avery-l7160.pdf", 1, offset)[1])) as pdf:
            left, _, _, top = map(float, pdf.pages[0].trimbox.as_list())
        corners.append((left / 72 * 25.4, top / 72 * 25.4))

    assert corners[1][0] - corners[0][0] == pytest.approx(0.8, abs=0.01)
    assert corners[1][1] - corners[0][1] == pytest.approx(0.5, abs=0.01)  # up on a page of PDF


def test_a_printer_is_chosen_and_removed(desk: DeskOffice, clerk: DeskClient) -> None:
    clerk.post("/account/printers/choose", name="")
    none_chosen = desk.services.printers.habits(2).printer
    clerk.post("/account/printers/choose", name=PRINTER)
    chosen = desk.services.printers.habits(2).printer
    clerk.get("/account/printers")
    clerk.post("/account/printers/remove", name=PRINTER)

    assert (none_chosen, chosen) == ("", PRINTER)
    assert PRINTER not in clerk.get("/account/printers").text
    assert clerk.post("/account/printers/burn", name=PRINTER).status_code == 404


def test_press_sheets_are_not_moved_and_that_is_said(desk: DeskOffice, clerk: DeskClient) -> None:
    pages = {
        stock: clerk.get(f"/office/print?product={printable(desk)}&printer={PRINTER}&stock={stock}").text
        for stock in ("330x480", "a4-office", "avery-l7160")
    }

    assert ["Không chỉnh theo máy in trên khổ" in page for page in pages.values()] == [True, False, False]
