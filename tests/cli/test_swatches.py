"""Inks of a design: listed by ``design check``, and on a press page of their own."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests.offices.command_line import CommandLine
from tests.samples.labels_on_paper import LS_DESIGNS

SOURCE = LS_DESIGNS / "tem-25x35.svg"


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_design_check_lists_colours_with_inks_and_sums(office: CommandLine) -> None:
    lines = office.run("design", "check", "tem-25x35").out.splitlines()

    gold = next(line for line in lines if line.startswith("gold"))
    assert gold.split() == ["gold", "#E0A100", "C8", "M38", "Y100", "K2", "GOLD", "148", "%", "✓", "≤", "300", "%"]
    assert any(line.startswith("ink ") and "✓ ≤ 280 %" in line for line in lines)
    assert not any(line.startswith("dark_gold") for line in lines)  # of the palette, not of this design


def test_the_swatch_page_shows_inks_and_spot_inks_and_passes_preflight(office: CommandLine) -> None:
    said = office.run("design", "check", "nhan-100x70", "--swatches", "màu.pdf")

    path = office.folder / "màu.pdf"
    page = pypdfium2.PdfDocument(path)[0]
    words = " ".join(page.get_textpage().get_text_range().split())
    with pikepdf.open(path) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        spaces = pdf.pages[0].Resources.ColorSpace
        assert str(spaces.CS_GOLD[1]) == "/GOLD"
        assert b"/CS_GOLD cs 1 scn" in content
        assert b"0.9 0.32 0.84 0.4 k" in content
    assert (said.status, said.last) == (0, "màu.pdf")
    assert "Bảng màu – nhan-100x70" in words
    assert "C 90, M 32, Y 84, K 40" in words
    assert "Tổng mực 246 % (tối đa 300 %)" in words
    assert "màu pha: GOLD" in words
    assert office.run("preflight", "màu.pdf", "--quiet").status == 0


def test_the_green_swatch_is_green_on_paper(office: CommandLine) -> None:
    office.run("design", "check", "tem-25x35", "--swatches", "màu.pdf")

    shown = pypdfium2.PdfDocument(office.folder / "màu.pdf")[0].render(scale=2, rev_byteorder=True).to_numpy()

    colours = {tuple(colour) for colour in shown.reshape(-1, shown.shape[2])[:, :3][::7].tolist()}
    assert any(green > 1.5 * red and green > 1.3 * blue and green < 140 for red, green, blue in colours)


def test_a_bad_design_writes_no_swatches(office: CommandLine) -> None:
    content = SOURCE.read_text(encoding="utf-8").replace("</svg>", '<rektangle width="1"/></svg>')
    (office.folder / "mới.svg").write_text(content, encoding="utf-8")

    said = office.run("design", "check", "mới.svg", "--swatches", "màu.pdf")

    assert said.status == 1
    assert [path.name for path in office.folder.iterdir() if "màu" in path.name] == []
