"""A batch on a roll that is slit: every lane is one range of serials, on paper and in all that is made of it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.serial_ranges import parse_serial_ranges
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice, manifest

ROLL = "roll-25x35x4"


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def lanes(folder: Path) -> list[list[tuple[int, int]]]:
    """Line and serial of every label, lane by lane, in the order in which they leave the press."""
    rows = sorted(manifest(folder), key=lambda row: (float(row["x_mm"]), int(row["page"]), float(row["y_mm"])))
    by_lane = groupby(rows, key=lambda row: row["x_mm"])
    return [[(int(row["line"]), int(row["serial"])) for row in some] for _, some in by_lane]


def test_rejoined_slit_rolls_are_the_whole_batch_in_order(office: PrintingOffice) -> None:
    batch = office.printed(2, 45, stock=ROLL, order="lanes", proof="all")

    wound = lanes(batch.folder)

    assert [len(lane) for lane in wound] == [23, 23, 22, 22]
    assert [stamp for lane in wound for stamp in lane] == [(line, serial) for line in (1, 2) for serial in range(1, 46)]
    results = preflight_file(batch.folder / "labels-001.pdf", 1).results
    assert [result.rule.name for result in results if result.faults] == []


def test_products_with_own_sheets_have_own_rolls(office: PrintingOffice) -> None:
    batch = office.printed(2, 40, stock=ROLL, order="lanes", step_and_repeat=True)

    sheets = {int(row["line"]): set[str]() for row in manifest(batch.folder)}
    for row in manifest(batch.folder):
        sheets[int(row["line"])].add(row["page"])

    assert sheets == {1: {"1", "2"}, 2: {"3", "4"}}
    assert [[serial for line, serial in lane if line == 2] for lane in lanes(batch.folder)] == [
        list(range(start, start + 10)) for start in (1, 11, 21, 31)
    ]


def test_a_page_of_lanes_is_reprinted_byte_for_byte(office: PrintingOffice) -> None:
    batch = office.printed(1, 70, stock=ROLL, order="lanes")

    today = office.now.astimezone(VIETNAM).date()
    plan = plan_reprint(batch.batch.name, office.batch_services, today, sheets=(range(2, 3),))
    again = reprint_pieces(plan, office.batch_services, office.services.output(), ChangeContext("lan", office.now, "x"))

    on_page = {(row["serial"], row["x_mm"], row["y_mm"]) for row in manifest(batch.folder) if row["page"] == "2"}
    rows = Path(again.place).with_suffix(".csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert again.exact
    assert len(on_page) == 32
    assert {(row.split(",")[5], *row.split(",")[2:4]) for row in rows} == on_page


def test_a_lost_stamp_of_a_lane_is_found_at_its_position(office: PrintingOffice) -> None:
    batch = office.printed(1, 70, stock=ROLL, order="lanes")

    today = office.now.astimezone(VIETNAM).date()
    plan = plan_reprint(batch.batch.name, office.batch_services, today, serials=parse_serial_ranges(["1:19"]))

    (row,) = [row for row in manifest(batch.folder) if row["serial"] == "19"]
    (place,) = plan.places
    position = plan.printed.layout.positions[place.position]
    assert (str(place.page), f"{position.x_mm:g}", f"{position.y_mm:g}") == (row["page"], row["x_mm"], row["y_mm"])


@pytest.mark.parametrize(("stock", "skip", "code"), [("a4", 0, r"stock\.lanes"), (ROLL, 3, r"batch\.skip_lanes")])
def test_lanes_are_refused_on_sheets_and_after_used_up_positions(
    office: PrintingOffice, stock: str, skip: int, code: str
) -> None:
    with pytest.raises(InvalidValue, match=code):
        office.printed(1, 5, stock=stock, order="lanes", skip=skip)
