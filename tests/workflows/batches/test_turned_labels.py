"""Labels on their side: only where a sheet holds more of them so, and right in all that is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import StockTooSmall
from labelsvc.domain.layout import layout
from labelsvc.domain.serial_ranges import parse_serial_ranges
from labelsvc.domain.shape import PathShape, Rectangle
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.rendering.sheets.kept_stocks import read_kept_stock, stock_toml
from labelsvc.rendering.sheets.stocks import read_stock
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.generator import make_records
from tests.samples.sheet_jobs import SHEETS, job, printed

ARROW = PathShape(60, 90, "M30 0L60 90L0 90Z")
ON_ARROW = ((3, 30), (3, 5), (3, 55), (88, 2), (88, 58))
"""Of an arrow to the left, in mm of its trim on the page: tip, above and below it, both ends of its foot."""


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


@pytest.mark.parametrize(
    ("stock", "size", "upright", "turned"),
    [
        ("sra3", (100, 70), 10, 16),
        ("a4", (60, 90), 6, 8),
        ("330x480", (25, 35), 132, 132),
        ("a3", (100, 70), 10, 10),
        ("avery-l7160", (38.1, 63.5), 0, 21),
        ("avery-l7160", (37.7, 63.1), 0, 21),
    ],
)
def test_labels_are_turned_only_if_more_fit(stock: str, size: tuple[float, float], upright: int, turned: int) -> None:
    paper, shape = read_stock(SHEETS, stock), Rectangle(*size)

    placed = layout(paper, shape, may_turn=True)

    assert (placed.per_sheet, placed.turned) == (turned, turned > upright)
    if upright:
        assert layout(paper, shape).per_sheet == upright


@pytest.mark.parametrize("design", ["nhan-60x90", "nhan-100x70", "bien-ke-105x74"])
def test_turned_batch_passes_proof_and_preflight_and_reprints_at_its_places(
    office: PrintingOffice, design: str
) -> None:
    batch = office.printed(1, 5, design, proof="all")

    results = preflight_file(batch.folder / "labels-001.pdf", 1).results
    plan = plan_reprint(
        batch.batch.name,
        office.batch_services,
        office.now.astimezone(VIETNAM).date(),
        serials=parse_serial_ranges(["1:2,4"]),
    )
    again = reprint_pieces(plan, office.batch_services, office.services.output(), ChangeContext("lan", office.now, "x"))
    rows = {row["serial"]: (row["x_mm"], row["y_mm"]) for row in manifest(batch.folder)}
    reprinted = Path(again.place).with_suffix(".csv").read_text(encoding="utf-8-sig").splitlines()[1:]

    assert plan.printed.layout.turned
    assert [result.rule.name for result in results if result.faults] == []
    assert [row.split(",")[2:4] for row in reprinted] == [[*rows["2"]], [*rows["4"]]]


def test_batches_that_do_not_name_the_option_keep_their_labels_upright(office: PrintingOffice) -> None:
    batch = office.printed(1, 2, "nhan-60x90", may_turn=False)

    assert "may_turn" not in batch.batch.options.to_json()
    assert [row["x_mm"] for row in manifest(batch.folder)] == ["11", "75"]


def test_turned_outline_points_to_the_left_where_its_head_was_up() -> None:
    placed = layout(read_stock(SHEETS, "a4"), ARROW, may_turn=True)
    pdf, _ = printed(job(placed, (placed.per_sheet,)))

    pixels = PdfDocument(pdf)[0].render(scale=10 * 25.4 / 72, grayscale=True).to_numpy().squeeze()
    first = placed.positions[0]
    inked = [pixels[round((first.y_mm + y) * 10), round((first.x_mm + x) * 10)] < 250 for x, y in ON_ARROW]

    assert placed.turned
    assert inked == [True, False, False, True, True]


@pytest.mark.parametrize(("stock", "size"), [("avery-3427", (60, 90)), ("avery-l7160", (35, 60))])
def test_labels_are_not_turned_onto_stickers_of_another_size(stock: str, size: tuple[float, float]) -> None:
    paper, shape = read_stock(SHEETS, stock), Rectangle(*size)

    with pytest.raises(StockTooSmall):
        layout(paper, shape, may_turn=True)

    kept = read_kept_stock(stock_toml(paper).replace(b"turns_exactly = true\n", b""))
    assert layout(kept, shape, may_turn=True).turned


@pytest.mark.parametrize(
    ("design", "stock", "blank"),
    [
        ("tem-25x35", "avery-l7160", (19.25, 1.55)),
        ("nhan-60x90", "avery-l7169", (19.55, 24.5)),
        ("bien-ke-105x74", "avery-3427", None),
        ("nhan-60x90", "a4", None),
        ("tem-25x35", "roll-30x40x3", None),
    ],
)
def test_orders_warn_of_labels_that_float_on_larger_stickers(
    office: PrintingOffice, design: str, stock: str, blank: tuple[float, float] | None
) -> None:
    plan = office.plan(office.take(make_records(1, 1, day=office.now.date())), design, stock)

    found = [problem.facts for problem in plan.warnings if problem.code == "stock.floats"]

    assert [(facts["beside_mm"], facts["above_mm"]) for facts in found] == ([blank] if blank else [])
