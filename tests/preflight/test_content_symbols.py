"""QR codes read from the content: the same as a raster shows, and no word where there is a doubt."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from labelsvc.preflight.checks.pages import check_page
from labelsvc.preflight.content.interpreter import start_walk
from labelsvc.preflight.content.page_tree import visible_box
from labelsvc.preflight.findings import Findings
from labelsvc.preflight.qr.module_rectangles import DrawnSymbol
from labelsvc.preflight.qr.proved_checks import check_proved, right_symbols
from labelsvc.preflight.qr.rasters import SCALE, rasters
from labelsvc.preflight.qr.symbol_edges import refined
from labelsvc.preflight.qr.symbols import find_symbols
from tests.offices.printing_office import PrintingOffice
from tests.samples.fault_planting import (
    HELVETICA,
    KNOCK,
    KNOCKING,
    OVER,
    SHADING,
    SMALLER,
    Change,
    box,
    form,
    good,
    hidden_layer,
    image,
    in_ink,
    own_font,
    painted,
    placed_anew,
    rewritten,
    saved,
    setting,
    slug_font,
)
from tests.samples.planted_deeper import tiles

WHITE, BLACK = f"{KNOCK} 0 0 0 0 k", f"{OVER} 0 0 0 1 k"
ON_SYMBOL, IN_QUIET_ZONE = "30 58 9 9 re f", "13 55 2.5 9 re f"
DATA = rb"(q 1\.\d+ 0 0 1\.\d+ [\d.]+ [\d.]+ cm\n)"
SLOT = rb"0 0 0 0 k ([\d.]+) ([\d.]+) ([\d.]+) [\d.]+ re f"


def proved(data: bytes, number: int = 2) -> list[DrawnSymbol]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[number - 1].obj
        walk = start_walk(pdf, lambda *_: None)
        walk.page(page)
        return right_symbols(page, walk, check_page(page, number, Findings()))


@pytest.mark.parametrize("design", ["bien-ke-105x74", "nhan-100x70", "nhan-60x90", "tem-25x35", "tem-tron-32"])
def test_the_content_says_of_every_design_what_a_raster_shows(design: str, tmp_path: Path) -> None:
    data = (PrintingOffice(tmp_path).printed(2, 3, design, "330x480").folder / "labels-001.pdf").read_bytes()

    symbols = proved(data, 1)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        shown = visible_box(pdf.pages[0].obj)
    assert shown
    tiles_of_page = rasters(pypdfium2.PdfDocument(data)[0], shown, None)
    assert tiles_of_page
    seen = {
        symbol.text: tile.box(refined(symbol, tile.pixels).box)
        for tile in tiles_of_page
        for symbol in find_symbols(tile.pixels)
    }
    assert len(symbols) == 6
    assert {symbol.text for symbol in symbols} == set(seen)
    for symbol in symbols:
        assert symbol.box == pytest.approx(seen[symbol.text], abs=0.5 / SCALE)


def test_symbols_that_are_proved_leave_the_facts_that_a_raster_leaves() -> None:
    found = Findings()
    with pikepdf.open(io.BytesIO(good())) as pdf:
        walk = start_walk(pdf, lambda *_: None)
        walk.page(pdf.pages[1].obj)
        assert check_proved(pdf.pages[1].obj, walk, check_page(pdf.pages[1].obj, 2, Findings()), found)

    assert not found.faults
    assert found.facts["qr_module"][0] == pytest.approx(0.45, abs=0.001)
    assert found.facts["qr_contrast"][1].facts == {"percent": 99}


def again(x: float, y: float) -> Change:
    """Paint the symbol's data once more, so many points away."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        parts = [pdf.make_stream(b"q 1 0 0 1 %f %f cm\n" % (x, y)), page.Contents[-1], pdf.make_stream(b"Q")]
        page.Contents = Array([*page.Contents, *parts])

    return change


def lines_of_letters(lines: int) -> str:
    """Write lines of twelve letters of 2 pt below one another."""
    font, letter = slug_font()
    return f"{BLACK} BT /{font} 2 Tf 3 33 Td {f'<{letter * 12}> Tj 0 -2 Td ' * lines}ET"


def single_letters(side: int) -> str:
    """Write letters of 2 pt one by one, in so many columns and rows."""
    font, letter = slug_font()
    return f"{BLACK} BT /{font} 2 Tf 3 33 Td {(f'<{letter}> Tj 2 0 Td ' * side + f'{-2 * side} -2 Td ') * side}ET"


def grouped(pdf: pikepdf.Pdf) -> Any:
    made = form(b"0 0 0 1 k 0 0 9 9 re f")(pdf)
    made.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    return made


def modules_shown(places: int) -> str:
    return f"{BLACK} " + " ".join(
        f"q 1 0 0 1 {3 + 3 * (at % 6)} {3 + 3 * (at // 6)} cm /X Do Q" for at in range(places)
    )


def turned(pdf: pikepdf.Pdf) -> None:
    """Turn the page by half a turn around the middle of its trim."""
    page = pdf.pages[1].obj
    page.Contents = Array(
        [pdf.make_stream(b"q -1 0 0 -1 127.559 184.252 cm"), *page.Contents, pdf.make_stream(b"Q")],
    )


MODULE = form(b"0 0 2 2 re f")
DOUBTS: dict[str, Change] = {
    "white on it": painted(f"{WHITE} {ON_SYMBOL}"),
    "black on it": painted(f"{BLACK} {ON_SYMBOL}"),
    "letters on it": painted(own_font(6).replace("3 3 Td", "30 58 Td")),
    "letters of another font on it": painted("BT /H 6 Tf 30 58 Td (n) Tj ET", Font=("H", HELVETICA)),
    "something in the quiet zone": painted(f"{BLACK} {IN_QUIET_ZONE}"),
    "a line through the quiet zone": painted(f"{BLACK} 0 0 0 1 K .3 w 14.4 30 m 14.4 90 l S"),
    "a corner whose tip reaches into the quiet zone": painted(f"{BLACK} 0 0 0 1 K 1 w 5 52 m 11 55 l 5 58 l S"),
    "a curve that bulges into the quiet zone": painted(f"{BLACK} 0 0 0 1 K .3 w 5 52 m 15 54 15 56 5 58 c S"),
    "a picture anywhere": painted("9 0 0 9 3 3 cm /Im Do", XObject=("Im", image(size=60))),
    "a stencil anywhere": painted("9 0 0 9 3 3 cm /Im Do", XObject=("Im", image(1, "DeviceGray", 80, ImageMask=True))),
    "a shading anywhere": painted("3 3 9 9 re W n /S sh", Shading=("S", SHADING)),
    "a pattern anywhere": painted("/Pattern cs /P scn 3 3 9 9 re f", Pattern=("P", tiles(b"0 0 0 1 k 0 0 5 5 re f"))),
    "a dashed line anywhere": painted("[1 2] 0 d 0 0 0 1 K 1 w 3 3 m 30 3 l S"),
    "a group of transparency": painted("/X Do", XObject=("X", grouped)),
    "a path with hundreds of corners": painted(f"{BLACK} 3 3 m " + "9 9 l 3 5 l " * 60 + "f"),
    "rectangles in rows and columns": painted(
        BLACK + "".join(f" {3 + 3 * x} {3 + 3 * y} 2 2 re f" for x in range(6) for y in range(6))
    ),
    "lines of letters in a square": painted(lines_of_letters(12)),
    "letters one by one": painted(single_letters(8)),
    "forms as small as modules": painted(modules_shown(24), XObject=("X", MODULE)),
    "a clip through it": rewritten((DATA, rb"q 0 0 60 200 re W n \1")),
    "a clip of several parts": rewritten((DATA, rb"q 0 0 200 100 re 0 100 200 200 re W n \1")),
    "a clip that goes round twice": rewritten((DATA, rb"q 0 0 m 0 9 l 9 9 l 9 0 l 0 0 l 0 9 l 9 9 l 9 0 l h W* n \1")),
    "a white slot with a notch": rewritten(
        (SLOT, rb"0 0 0 0 k \1 \2 m 57 \2 l 57 90 l 30 90 l 30 80 l \1 80 l h f"),
    ),
    "a white slot that overprints": rewritten(
        (rb"0 0 0 0 k ([\d.]+ [\d.]+ [\d.]+ [\d.]+ re f)", rb"/GSk gs 0 0 0 0 k \1")
    ),
    "one rectangle less": rewritten((rb"\n\d+ 1 1 1 re\n", rb"\n")),
    "one rectangle off the grid": rewritten((rb"\n(\d+) 1 1 1 re\n", rb"\n\1.3 1 1 1 re\n")),
    "its data missing": lambda pdf: setting("page/Contents", Array([pdf.pages[1].Contents[0]]))(pdf),
    "itself again in the same place": again(0, 0),
    "itself again half a module away": again(0.64, 0.64),
    "itself again across it": again(12, 12),
    "another matrix: mirrored": placed_anew(lambda m, x, y: f"{-m} 0 0 {m} {x + 29 * m} {y}"),
    "another matrix: turned a little": placed_anew(lambda m, x, y: f"{m} .05 -.05 {m} {x} {y}"),
    "another matrix: not square": placed_anew(lambda m, x, y: f"{m} 0 0 {m * 0.95} {x} {y}"),
    "another matrix: too small": rewritten(SMALLER),
    "black that knocks out": rewritten(KNOCKING),
    "ink of another colour": rewritten(*in_ink(b".1 0 0 1")),
    "a layer that is off": hidden_layer,
    "a page that ends in it": setting("page/MediaBox", box("0 0 70 170")),
    "a page that shows half of it": setting("page/CropBox", box("0 110 127 170")),
    "a trim that goes through its quiet zone": setting("page/TrimBox", box("42.5 42.52 99.213 141.732")),
}


@pytest.mark.parametrize("change", DOUBTS.values(), ids=DOUBTS)
def test_whatever_leaves_a_doubt_is_not_said_by_the_content(change: Change) -> None:
    assert len(proved(saved(change), 1)) == 1
    assert not proved(saved(change), 2)


PLAIN: dict[str, Change] = {
    "letters away from it": painted(own_font(6)),
    "a line away from it": painted(f"{BLACK} 0 0 0 1 K 1 w 3 3 m 40 3 l S"),
    "a corner whose tip ends before the quiet zone": painted(f"{BLACK} 0 0 0 1 K .5 w 5 52 m 11 55 l 5 58 l S"),
    "a curve that ends before the quiet zone": painted(f"{BLACK} 0 0 0 1 K .3 w 5 52 m 12 54 12 56 5 58 c S"),
    "a frame around its quiet zone": painted(f"{BLACK} 0 0 0 1 K .2 w 9 33 52 52 re S"),
    "a clip that holds it": rewritten((DATA, rb"q 0 0 200 200 re W n \1")),
    "a few lines of letters": painted(lines_of_letters(8)),
    "a few forms as small as modules": painted(modules_shown(9), XObject=("X", MODULE)),
    "half a turn": turned,
}


@pytest.mark.parametrize("change", PLAIN.values(), ids=PLAIN)
def test_what_leaves_no_doubt_needs_no_picture(change: Change) -> None:
    assert [symbol.text for symbol in proved(saved(change))] == [symbol.text for symbol in proved(good())]
