"""The calibration sheet: rulers of true length on every stock, instructions in Vietnamese."""

import io
import re
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.calibration import calibration_layout, write_calibration
from labelsvc.rendering.sheets.stocks import read_stock, stock_names
from labelsvc.wording import Wording
from labelsvc.workflows.preflight_file import preflight_file
from tests import CHECKOUT
from tests.samples.sheet_jobs import BOOK, ORDERED_AT, PROFILE, SHEETS

SAID = Wording(CHECKOUT / "templates" / "wording", "vi")


def calibration(name: str) -> bytes:
    stock, pdf = read_stock(SHEETS, name), io.BytesIO()
    title = SAID.say("press.calibration_title", stock=stock.title)
    lines = [title, *(SAID.say(f"press.calibration_{i}") for i in range(1, 5))]
    write_calibration(
        pdf,
        calibration_layout(stock),
        BOOK.face("BeVietnamPro-Regular"),
        lines,
        PdfIdentity(title, ORDERED_AT, "labelsvc"),
        PROFILE,
    )
    return pdf.getvalue()


@pytest.mark.parametrize("name", stock_names(SHEETS))
def test_every_stock_has_a_calibration_sheet(name: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(calibration(name))

    checked = subprocess.run(["qpdf", "--check", tmp_path / "sheet.pdf"], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout
    assert subprocess.run(["pdftotext", tmp_path / "sheet.pdf", "-"], capture_output=True, check=True).stderr == b""


def test_the_sheet_explains_itself_and_its_ruler_measures_100_mm() -> None:
    page = pypdfium2.PdfDocument(calibration("a4"))[0]

    text = page.get_textpage()
    said = " ".join(text.get_text_range().split())
    chars = text.get_text_range()
    zero = re.search(r"(?<!\S)0\s+10\s+20\s+30\s+40\s+50\s+60\s+70\s+80\s+90\s+(?=100)", chars)
    assert zero is not None
    left, right = (text.get_charbox(text_at)[0] for text_at in (zero.start(), zero.end()))

    assert "Tờ cân chỉnh – Tờ A4" in said
    assert "tỷ lệ 100 %" in said
    assert (right - left) * 25.4 / 72 == pytest.approx(100, abs=0.3)


@pytest.mark.parametrize("name", ["a4", "330x480", "single", "avery-l7160", "roll-25x35x4"])
def test_it_passes_preflight_hairlines_and_all(name: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(calibration(name))

    done = preflight_file(tmp_path / "sheet.pdf", 1)

    assert [result.rule.name for result in done.results if result.status == "failed"] == []
