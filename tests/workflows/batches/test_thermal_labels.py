"""Batches for thermal printers: every label of every file read back by programs that had no part in writing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.serial_ranges import parse_numbers
from labelsvc.workflows.batches.batch_files import batch_files
from labelsvc.workflows.batches.label_exports import LabelExports
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.generator import make_records
from tests.samples.thermal_labels import (
    GTIN,
    THERMAL_60X40,
    Dots,
    png_labels,
    read_ean,
    read_qr,
    tspl_labels,
    zpl_labels,
)

SOURCE = THERMAL_60X40.encode()
DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4}
"""Written out once more: what makers say of their printers."""


@dataclass
class Printed:
    """A batch of three labels of two products on a printer of a resolution."""

    office: PrintingOffice
    name: str
    folder: Path
    dpi: int

    @property
    def urls(self) -> list[str]:
        return [row["url"] for row in manifest(self.folder)]

    @property
    def pictures(self) -> list[Dots]:
        return [~np.asarray(image) for image in png_labels(self.folder / "labels-001.png.zip")]


@pytest.fixture(scope="module", params=[203, 300])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    office = PrintingOffice(tmp_path_factory.mktemp("thermal"))
    records = make_records(2, 2, day=office.today)
    records[0]["GTIN"], records[1]["Số lượng"] = GTIN, "1"
    stock = f"thermal-60x40-{request.param}"
    name = office.order(office.plan(office.take(records), "nhiet", stock, design_source=SOURCE, proof="all"))
    return Printed(office, name, Path(office.print(name).folder), request.param)


def test_every_label_says_its_url_to_both_decoders(printed: Printed) -> None:
    read = [read_qr(label) for label in printed.pictures]

    assert read == [(url, url) for url in printed.urls]


def test_three_files_have_the_same_dots(printed: Printed) -> None:
    zpl = zpl_labels(printed.folder / "labels-001.zpl")
    tspl = list(tspl_labels(printed.folder / "labels-001.tspl", DOTS_PER_MM[printed.dpi]))

    for picture, by_zpl, by_tspl in zip(printed.pictures, zpl, tspl, strict=True):
        assert np.array_equal(picture, by_zpl)
        assert np.array_equal(picture, by_tspl)


def test_pictures_are_one_bit_at_the_printers_resolution(printed: Printed) -> None:
    images = png_labels(printed.folder / "labels-001.png.zip")

    per_metre = {203: 8000, 300: 11811}[printed.dpi]
    assert {image.mode for image in images} == {"1"}
    assert {image.info["dpi"] for image in images} == {(per_metre * 0.0254, per_metre * 0.0254)}
    assert {image.size for image in images} == {{203: (480, 320), 300: (709, 473)}[printed.dpi]}


def test_modules_are_whole_dots_with_whole_quiet_zone(printed: Printed) -> None:
    label, per_mm = printed.pictures[0], DOTS_PER_MM[printed.dpi]
    left, top, side = round(37.5 * per_mm), round(2 * per_mm), round(20 * per_mm)
    slot = label[top : top + side, left : left + side]
    rows, columns = np.flatnonzero(slot.any(axis=1)), np.flatnonzero(slot.any(axis=0))

    symbol = slot[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    finder = int(np.argmin(symbol[0]))
    module = finder // 7
    modules = len(symbol) // module
    cells = symbol.reshape(modules, module, modules, module).mean(axis=(1, 3))
    assert finder % 7 == 0
    assert module / per_mm >= 0.40
    assert set(np.unique(cells)) == {0.0, 1.0}
    assert min(rows[0], columns[0], side - 1 - rows[-1], side - 1 - columns[-1]) >= 4 * module - 1


def test_gtin_is_read_from_dots_and_left_out_without_one(printed: Printed) -> None:
    read = [read_ean(label) for label in printed.pictures]

    assert read == [(GTIN, GTIN)] * 2 + [("", "")]


def test_proof_says_that_all_dots_were_read_back(printed: Printed) -> None:
    (part,) = json.loads((printed.folder / "proof.json").read_text(encoding="utf-8"))["parts"]

    assert (part["printer"]["dpi"], part["printer"]["symbols_read"]) == (printed.dpi, 3)
    assert [file["file"] for file in part["printer"]["files"]] == [
        "labels-001.zpl",
        "labels-001.tspl",
        "labels-001.png.zip",
    ]


def test_printer_files_are_among_those_to_download(printed: Printed) -> None:
    services = printed.office.services

    names = {file.name for file in batch_files(services.batches.get(printed.name), services.batches)}

    assert {"labels-001.zpl", "labels-001.tspl", "labels-001.png.zip", "labels-001.pdf"} <= names


def test_reprint_has_the_same_dots_for_the_printer(printed: Printed) -> None:
    office, before = printed.office, printed.pictures
    destroyed = ChangeContext("thu", office.now, "kẹt giấy")
    plan = plan_reprint(printed.name, office.batch_services, office.today, sheets=parse_numbers("1,3"))

    reprint_pieces(plan, office.batch_services, office.services.output(), destroyed)

    again = zpl_labels(printed.folder / "reprint-001.zpl")
    assert all(np.array_equal(one, other) for one, other in zip(again, (before[0], before[2]), strict=True))


def test_colours_and_small_modules_are_refused_with_the_remedy(printed: Printed) -> None:
    office, items = printed.office, printed.office.take(make_records(1, 1, day=printed.office.today, seed=3))
    coloured = THERMAL_60X40.replace('gap="0.6" fill="#17231C"', 'gap="0.6" fill="#E0A100"').encode()
    narrow = THERMAL_60X40.replace('<ls:qr x="37.5" y="2" size="20"/>', '<ls:qr x="39" y="2" size="16"/>').encode()

    def refused(source: bytes, stock: str = "thermal-60x40-203") -> set[str]:
        with pytest.raises(DesignRefused) as error:
            office.plan(items, "nhiet", stock, design_source=source)
        return {problem.code for problem in error.value.problems}

    assert refused(coloured) == {"printer.colour"}
    assert refused(narrow) == {"printer.module"}
    assert office.plan(items, "nhiet", "thermal-60x40-300", design_source=narrow).new


def test_letters_of_too_few_dots_are_refused_by_field(printed: Printed) -> None:
    office, items = printed.office, printed.office.take(make_records(1, 1, day=printed.office.today, seed=3))
    small = THERMAL_60X40.replace('size="7" min-size="6"', 'size="5" min-size="5"').encode()

    low = office.plan(items, "nhiet", "thermal-60x40-203", design_source=small)
    high = office.plan(items, "nhiet", "thermal-60x40-300", design_source=small)

    assert [problem.code for decision in low.decisions for problem in decision.reasons] == ["printer.small_type"]
    assert high.new is not None


def test_labels_taken_once_are_had_for_printers_too(printed: Printed) -> None:
    office, batch = printed.office, printed.office.services.batches.get(printed.name)
    taken = LabelExports.for_batch(batch, office.batch_services)
    other = {203: 300, 300: 203}[printed.dpi]

    _, content = taken.make(f"thermal-60x40-{other}.zpl")

    path = office.folder / "taken.zpl"
    path.write_bytes(content)
    assert [read_qr(label)[0] for label in zpl_labels(path)] == printed.urls
    assert "printer" not in {
        form.kind for form in taken.forms() if form.of.startswith(("thermal-100x70", f"thermal-60x40-{printed.dpi}"))
    }


def test_stocks_of_printers_are_offered_for_black_designs_alone(printed: Printed) -> None:
    services = printed.office.services
    black, coloured = (
        services.assets.design(name, source) for name, source in (("nhiet", SOURCE), ("tem-25x35", None))
    )

    fits = {
        design.name: {fit.stock.name: fit.problem for fit in services.stocks.stock_fits(design)}["thermal-60x40-203"]
        for design in (black, coloured)
    }

    assert fits["nhiet"] is None
    assert fits["tem-25x35"].code == "printer.black_alone"
