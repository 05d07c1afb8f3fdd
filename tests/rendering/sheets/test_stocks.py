"""Stocks as files: all that ship can be read and used, faults are named with file, line and the nearest name."""

import re
from pathlib import Path

import pytest

from labelsvc.domain.errors import NotFound, StockRefused
from labelsvc.domain.layout import layout
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import EyeMark, Stock
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock, stock_toml
from labelsvc.rendering.sheets.stocks import read_stock, stock_names
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.samples.sheet_jobs import ROUND, SHEETS, STAMP

DESIGNS = {
    "tem-25x35": STAMP,
    "tem-tron-32": ROUND,
    "nhan-60x90": Rectangle(60, 90),
    "nhan-100x70": Rectangle(100, 70),
    "bien-ke-105x74": Rectangle(105, 74),
    "tem-nhiet-50x30": Rectangle(50, 30, 1),
}
A4 = (SHEETS / "a4.toml").read_text(encoding="utf-8")
ROLL = re.sub(r"# .*\n", "\n", (SHEETS / "roll.toml").read_text(encoding="utf-8"))
EYE_MARK = """
[eye_mark]
side = "right"
width_mm = 3
height_mm = 5
from_edge_mm = 1
"""


def refused(folder: Path, text: str) -> list[tuple[str, object, object]]:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StockRefused) as error:
        read_stock(folder, "mine")
    said = Wording(CHECKOUT / "templates" / "wording", "vi")
    assert "mine.toml" in said.explain(error.value.problems[0])
    assert all(said.explain(problem) for problem in error.value.problems)
    return [(p.code, p.facts.get("line"), p.facts.get("nearest")) for p in error.value.problems]


def test_the_promised_stocks_ship() -> None:
    names = set(stock_names(SHEETS))

    assert {"a4", "a3", "sra3", "325x430", "330x480", "330x480-dense", "single", "roll-25x35x4"} <= names


@pytest.mark.parametrize("name", stock_names(SHEETS))
def test_every_stock_holds_a_design(name: str) -> None:
    stock = read_stock(SHEETS, name)

    held = []
    for design, shape in DESIGNS.items():
        try:
            held.append((design, layout(stock, shape).per_sheet))
        except StockRefused:
            continue

    assert held
    assert stock.die_line == (stock.kind != "precut" and stock.name != "a4-office")


@pytest.mark.parametrize(("line", "drawn"), [("", False), ("bleed_layer = true", True), ("bleed_layer = false", False)])
def test_the_bleed_has_a_layer_only_by_the_stocks_key(tmp_path: Path, line: str, drawn: bool) -> None:
    (tmp_path / "mine.toml").write_text(A4.replace("die_line = true", f"die_line = true\n{line}"), encoding="utf-8")

    stock = read_stock(tmp_path, "mine")

    assert stock.bleed_layer is drawn
    assert read_kept_stock(stock_toml(stock)) == stock


def test_kept_stocks_that_do_not_name_the_bleeds_layer_have_it() -> None:
    kept = stock_toml(read_stock(SHEETS, "a4")).replace(b"bleed_layer = false\n", b"")

    assert read_kept_stock(kept).bleed_layer
    assert stock_toml(read_kept_stock(kept)) == kept


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_has_a_pre_cut_sheet(design: str) -> None:
    precut = [s for s in (read_stock(SHEETS, n) for n in stock_names(SHEETS)) if s.kind == "precut"]

    fitting = []
    for stock in precut:
        try:
            fitting.append(layout(stock, DESIGNS[design]))
        except StockRefused:
            continue

    assert fitting


def test_an_unknown_stock_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(NotFound) as missing:
        read_stock(SHEETS, "330x840")

    assert missing.value.problems[0].facts["nearest"] == "330x480"


@pytest.mark.parametrize("name", ["../labels/x", "roll", "", "a4.toml"])
def test_a_name_that_is_no_stock_reads_no_file(name: str) -> None:
    with pytest.raises(NotFound):
        read_stock(SHEETS, name)


def test_all_unknown_keys_are_refused_together_with_the_nearest(tmp_path: Path) -> None:
    text = A4.replace("bleed_mm = 2", "bleed_mm = 2\nbled_mm = 3").replace("left_mm = 9", "left_mm = 9\nlefft_mm = 9")

    problems = refused(tmp_path, text)

    assert problems == [("stock.unknown_key", 7, "bleed_mm"), ("stock.unknown_key", 16, "left_mm")]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("bleed_mm = 2", "", "stock.missing_key"),
        ("bleed_mm = 2", 'bleed_mm = "2"', "stock.wrong_type"),
        ("bleed_mm = 2", "bleed_mm = true", "stock.wrong_type"),
        ("bleed_mm = 2", "bleed_mm = -2", "stock.length"),
        ('kind = "sheet"', 'kind = "sheets"', "stock.unknown_kind"),
        ('kind = "sheet"', 'kind = "single"', "stock.useless_table"),
        ("left_mm = 9", "left_mm = nan", "stock.length"),
        ("[paper]", "[paper", "stock.not_toml"),
    ],
)
def test_a_fault_in_a_stock_is_named(tmp_path: Path, before: str, after: str, code: str) -> None:
    problems = refused(tmp_path, A4.replace(before, after, 1))

    assert code in [problem[0] for problem in problems]


def test_impossible_stock_values_are_reported_at_their_line(tmp_path: Path) -> None:
    problems = refused(tmp_path, A4.replace("bleed_mm = 2", "bleed_mm = -2"))

    assert problems[0][:2] == ("stock.in_file", 6)


def roll_of(folder: Path, text: str, name: str = "roll-25x35x4") -> Stock:
    (folder / "roll.toml").write_text(text, encoding="utf-8")
    return read_stock(folder, name)


def test_a_roll_says_how_it_is_wound_and_keeps_it(tmp_path: Path) -> None:
    text = ROLL.replace("core_mm = 76", "core_mm = 40").replace("unwind = 1", "unwind = 6") + EYE_MARK

    stock = roll_of(tmp_path, text, "roll-40x30x3Tx50")

    assert (stock.core_mm, stock.unwind, stock.roll_length_m) == (40, 6, 50)
    assert stock.eye_mark == EyeMark("right", 3, 5, 1)
    assert read_kept_stock(stock_toml(stock)) == stock


def test_rolls_kept_before_say_nothing_of_their_winding() -> None:
    kept = [line for line in stock_toml(read_stock(SHEETS, "roll-25x35x4")).splitlines() if line[:4] not in ASKED]

    stock = read_kept_stock(b"\n".join(kept))

    assert (stock.core_mm, stock.unwind, stock.eye_mark) == (0, 0, None)


ASKED = (b"core", b"unwi")


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("unwind = 1", "unwind = 9", "stock.unwind", "unwind"),
        ("core_mm = 76", "core_mm = -3", "stock.length", "core_mm"),
        ("\nwidth_mm = 3", "\nwidth_mm = 3.6", "stock.eye_mark_wide", "width_mm"),
        ("from_edge_mm = 1", "from_edge_mm = 0.5", "stock.eye_mark_wide", "width_mm"),
        ("height_mm = 5", "height_mm = 36.6", "stock.eye_mark_high", "height_mm"),
        ("from_edge_mm = 1", "from_edge_mm = 1\nfrom_top_mm = 32", "stock.eye_mark_high", "height_mm"),
        ('side = "right"', 'side = "left"', "stock.eye_mark_taken", "side"),
        ('side = "right"', 'side = "top"', "stock.choice", "side"),
        ("crop = false", "crop = true", "stock.eye_mark_taken", "side"),
    ],
)
def test_impossible_windings_and_eye_marks_are_refused_at_their_line(
    tmp_path: Path, before: str, after: str, code: str, line: str
) -> None:
    text = (ROLL + EYE_MARK).replace(before, after)
    assert text != ROLL + EYE_MARK

    with pytest.raises(StockRefused) as refusal:
        roll_of(tmp_path, text)

    where, what = refusal.value.problems
    said = Wording(CHECKOUT / "templates" / "wording", "en")
    assert what.code == code
    assert all(map(said.explain, refusal.value.problems))
    assert text.splitlines()[int(str(where.facts["line"])) - 1].startswith(line)


@pytest.mark.parametrize("table", ["[eye_mark]\nside = 'left'", "[roll]\nunwind = 3"])
def test_roll_keys_are_refused_on_sheets(tmp_path: Path, table: str) -> None:
    assert "stock.useless_table" in [problem[0] for problem in refused(tmp_path, f"{A4}\n{table}\n")]


def test_a_roll_shorter_than_a_page_of_it_is_refused() -> None:
    with pytest.raises(StockRefused, match=r"stock\.roll_short"):
        read_stock(SHEETS, "roll-25x35x4x0.2")
