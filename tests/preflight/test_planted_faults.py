"""Preflight: our own sheets pass every rule, and every planted fault is found under its rule, on its page."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from labelsvc.preflight.checks.layers import check_layers
from labelsvc.preflight.content.interpreter import start_walk
from labelsvc.preflight.content.rectangle_runs import RunReader
from labelsvc.preflight.findings import KEPT_A_PAGE
from labelsvc.preflight.ink.ink_bound import apart, most_possible_ink
from labelsvc.preflight.ink.separations import DPI, ink_sum
from labelsvc.preflight.ink.total_ink import window_means
from labelsvc.preflight.qr.symbols import find_symbols, without
from labelsvc.workflows.preflight_file import preflight_file
from tests.offices.printing_office import PrintingOffice
from tests.samples.fault_planting import GOLD, form, good, painted, saved
from tests.samples.planted_deeper import PLANTED
from tests.samples.planted_faults import Planted
from tests.samples.preflighted_files import checked, failed, inspected
from tests.samples.sheet_jobs import BOOK, job, place, printed

NEAR = 0.12
"""PDFium makes the boxes of letters a 64th higher than they are."""


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_planted_faults_are_found_under_their_rule_and_page_only(planted: Planted, tmp_path: Path) -> None:
    data = planted.make()

    found = failed(inspected(tmp_path, data))

    assert set(found) == {planted.rule} | planted.also
    assert planted.page in {fault.page for fault in found[planted.rule].faults}
    if planted.page and planted.rule != "die_line_alone":
        assert {fault.page for fault in found[planted.rule].faults} == {planted.page}


def test_at_least_sixty_faults_are_planted_under_distinct_names() -> None:
    names = [planted.name for planted in PLANTED]

    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("planted", PLANTED[::40], ids=lambda planted: planted.name)
def test_processes_of_their_own_find_the_same_faults(planted: Planted, tmp_path: Path) -> None:
    data = planted.make()

    assert checked(tmp_path, data) == inspected(tmp_path, data)


def test_the_file_that_faults_are_planted_in_is_good(tmp_path: Path) -> None:
    done = inspected(tmp_path, good())

    assert done.passed
    assert done.pages == 2


@pytest.mark.parametrize("stock", ["a4", "330x480-dense", "single", "avery-l7160", "roll-25x35x4"])
def test_sheets_of_plain_stamps_pass_on_every_kind_of_stock(stock: str, tmp_path: Path) -> None:
    data, _ = printed(job(place(stock), (30, 10)))

    done = inspected(tmp_path, data)

    assert not failed(done)
    assert done.passed


@pytest.mark.parametrize(
    "design", ["bien-ke-105x74", "nhan-100x70", "nhan-60x90", "tem-25x35", "tem-tron-32", "tem-cao-60x30"]
)
def test_sheets_of_every_design_pass_every_rule(design: str, tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)

    folders = [office.printed(2, 3, design, stock, proof="none").folder for stock in ("a4", "330x480", "single")]

    for folder in folders:
        done = preflight_file(folder / "labels-001.pdf", 1)
        assert not failed(done)
        assert done.passed


def test_parallel_and_sequential_preflight_find_the_same(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(printed(job(place("single"), (20,)))[0])) as pdf:
        pdf.pages[16].obj["/UserUnit"] = 2
        pdf.save(tmp_path / "file.pdf")

    alone, together = (preflight_file(tmp_path / "file.pdf", processes) for processes in (1, 3))

    assert alone == together
    assert [fault.page for fault in failed(alone)["page_entries"].faults] == [17]


def test_faults_give_millimetres_from_the_upper_left_and_the_object(tmp_path: Path) -> None:
    data = saved(painted("/GSn gs 1 0 0 rg 10 20 30 5 re f"))

    (fault,) = failed(inspected(tmp_path, data))["colour_spaces"].faults

    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[1].obj
        left, top = float(page.TrimBox[0]) + 10, float(page.MediaBox[3]) - float(page.TrimBox[1]) - 25
        assert fault.object_number == page.Contents[0].objgen[0]
    assert fault.place == pytest.approx((left * 25.4 / 72, top * 25.4 / 72), abs=0.02)


def test_the_same_fault_again_on_a_page_is_counted(tmp_path: Path) -> None:
    data = saved(painted("/GSn gs 1 0 0 rg " + "3 3 9 9 re f " * 50))

    (fault,) = failed(inspected(tmp_path, data))["colour_spaces"].faults

    assert fault.times == 50


def test_of_many_faults_the_first_are_kept_and_the_rest_counted(tmp_path: Path) -> None:
    names = " ".join(f"/Nothing{number} gs" for number in range(500))

    faults = failed(inspected(tmp_path, saved(painted(names))))["resources"].faults

    assert len(faults) == KEPT_A_PAGE + 1
    assert sum(fault.times for fault in faults) == 500


def test_the_letter_x_is_measured_in_the_embedded_font(tmp_path: Path) -> None:
    done = inspected(tmp_path, good())

    remark = next(result.remark for result in done.results if result.rule.name == "text_height")

    assert remark is not None
    face = BOOK.face("BeVietnamPro-Medium")
    assert remark.facts["height_mm"] == pytest.approx(5 * face.x_height / 1000 * 25.4 / 72, abs=0.02)


@pytest.mark.parametrize("module_mm", [0.38, 0.39, 0.40, 0.41, 0.45])
def test_modules_are_measured_to_a_hundredth_of_a_millimetre(module_mm: float, tmp_path: Path) -> None:
    what = replace(job(place("single"), (1,)), qr_size_mm=module_mm * 37)

    done = inspected(tmp_path, printed(what)[0])

    remark = next(result.remark for result in done.results if result.rule.name == "qr_module")
    assert remark is not None
    assert remark.facts["module_mm"] == pytest.approx(module_mm, abs=0.005)
    assert ("qr_module" in failed(done)) == (module_mm < 0.40)


def test_ink_sums_are_those_of_ghostscripts_separations(tmp_path: Path) -> None:
    data = saved(
        painted(
            "/GSn gs .8 .1 .3 .2 k 3 3 30 20 re f /GSk gs 0 0 0 1 k 8 8 9 9 re f /GSn gs 0 .5 .5 0 k 20 8 9 9 re f"
            " /Gold cs .6 scn 5 18 20 4 re f",
            ColorSpace=("Gold", GOLD),
        )
    )
    (tmp_path / "file.pdf").write_bytes(data)
    command = ["gs", "-q", "-dSAFER", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", f"-r{4 * DPI}"]
    command += ["-dDownScaleFactor=4", "-dFirstPage=2", f"-sOutputFile={tmp_path}/page.tif"]

    subprocess.run([*command, tmp_path / "file.pdf"], check=True)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sums = ink_sum(pdf.pages[1].obj, {"CutContour", "Bleed"})
        left, low, right, high = (round(float(side) * DPI / 72) for side in pdf.pages[1].obj.TrimBox)

    names = ("Cyan", "Magenta", "Yellow", "Black", "Gold")
    plates = [np.asarray(Image.open(tmp_path / f"page({name}).tif"), dtype=float) for name in names]
    theirs = sum((255 - plate) / 2.55 for plate in plates)
    ours_in_trim, theirs_in_trim = (one[len(one) - high : len(one) - low, left:right] for one in (sums, theirs))
    away = np.abs(window_means(ours_in_trim, 15) - window_means(theirs_in_trim, 15))
    assert ours_in_trim.max() == pytest.approx(theirs_in_trim.max(), abs=3) == pytest.approx(220, abs=3)
    assert away.mean() < 3
    assert np.quantile(away, 0.99) < 15


def test_ink_sums_without_blending_are_those_with_it() -> None:
    with pikepdf.open(io.BytesIO(good())) as pdf:
        slow, fast = (ink_sum(pdf.pages[0].obj, {"CutContour"}, black_only=only) for only in (False, True))
        left, low, right, high = (round(float(side) * DPI / 72) for side in pdf.pages[0].obj.TrimBox)

    in_trim = np.s_[len(slow) - high : len(slow) - low, left:right]
    away = np.abs(window_means(slow[in_trim], 15) - window_means(fast[in_trim], 15))
    assert slow[in_trim].max() > 90
    assert away.max() < 12  # text is smoothed otherwise


def test_black_over_heavy_colour_is_found_but_not_beside_it(tmp_path: Path) -> None:
    art = "/GSn gs .9 .9 .9 0 k 0 0 20 20 re f"
    black = " /GSk gs 0 0 0 1 k 2 2 16 16 re f"

    apart = failed(inspected(tmp_path, saved(painted(f"{art} /GSk gs 0 0 0 1 k 30 2 16 16 re f"))))
    above = failed(inspected(tmp_path, saved(painted(art + black))))

    assert "total_ink" not in apart
    assert "total_ink" in above


@pytest.mark.parametrize(("second_x", "right"), [(60, True), (2, False)])
def test_a_form_that_stands_again_on_a_heavy_colour_counts_there(second_x: int, right: bool, tmp_path: Path) -> None:
    black = form(
        b"/GSk gs 0 0 0 1 k 0 0 16 16 re f",
        ExtGState=("GSk", lambda _: pikepdf.Dictionary(OP=True, op=True, OPM=1)),
    )
    shown = f"q 1 0 0 1 40 2 cm /B Do Q q 1 0 0 1 {second_x} 2 cm /B Do Q"
    data = saved(painted(f"/GSn gs .9 .9 .9 0 k 0 0 20 20 re f {shown}", XObject=("B", black)))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        walk, layers = start_walk(pdf, lambda *_: None), check_layers(pdf, None)
        drawn = walk.page(pdf.pages[1].obj)
        counted = [at for at, one in enumerate(drawn) if not layers.technical(one.layers)]

    assert most_possible_ink([drawn[at] for at in counted]) == pytest.approx(370)
    assert apart(drawn, counted, walk.again, 300) == right
    assert ("total_ink" not in failed(inspected(tmp_path, data))) == right


def test_torn_or_whole_symbols_are_found_and_removed_ones_not() -> None:
    page = pypdfium2.PdfDocument(good())[0].render(scale=300 / 72).to_numpy()
    (symbol,) = find_symbols(page)

    rest = without(page, [symbol])
    torn = page.copy()
    (x0, y0), (x1, y1) = symbol.corners.min(axis=0).astype(int), symbol.corners.max(axis=0).astype(int)
    torn[y0 + (y1 - y0) // 3 : y1 - (y1 - y0) // 3, x0 + (x1 - x0) // 3 : x1] = 0

    assert symbol.readable
    assert not list(find_symbols(rest))
    assert not any(one.readable for one in find_symbols(torn))
    assert list(find_symbols(torn))


@pytest.mark.parametrize(
    ("content", "right"),
    [
        (b"q 1 2 3 4 re 5 6 1 1 re 0 0 1 1 re 9 9 -2 3 re f Q", b"q 7 LabelsvcRun\nf Q"),
        (b"q 1 2 3 4 re 5 6 1 1 re 0 0 1 1 re 9 9 2 3 re f* Q", b"q 7 LabelsvcRun\nf* Q"),
        (b"1 2 3 4 re 5 6 1 1 re 0 0 1 1 re 9 9 2 3 re S", None),
        (b"1 2 3 4 re 5 6 1 1 re 0 0 1 1 re 9 9 2.1.3 3 re f ", None),
        (b"(1 1 1 1 re 1 1 1 1 re 1 1 1 1 re 1 1 1 1 re f ) Tj", None),
        (b"1 2 3 4 re 5 6 1 1 re f ", None),
        (b"0 LabelsvcRun f", b"0 ??????????? f"),
    ],
)
def test_filled_rectangles_are_read_together_and_all_else_stays(content: bytes, right: bytes | None) -> None:
    assert RunReader().folded(content, 7)[0] == (right or content)


def test_rectangles_that_are_read_together_keep_their_edges() -> None:
    _, (run,) = RunReader().folded(b"1 2 3 4 re 5 6 1 1 re 0 0 .5 1 re 9 9 -2 3 re f ")

    assert run.rectangles.tolist() == [[1, 2, 4, 6], [5, 6, 6, 7], [0, 0, 0.5, 1], [7, 9, 9, 12]]
    assert (run.box, run.least, run.thinnest) == ((0, 0, 9, 12), 0.5, (0, 0, 0.5, 1))


def test_text_reaches_as_far_as_its_letters(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(good())) as pdf:
        lines = [one for one in start_walk(pdf, lambda *_: None).page(pdf.pages[0].obj) if one.kind == "text"]
    texts = pypdfium2.PdfDocument(good())[0].get_textpage()

    letters = [texts.get_charbox(at) for at in range(texts.count_chars())]
    boxes = [box for one in lines for box in one.reach]

    assert lines
    assert all(len(one.reach) == 1 for one in lines)
    held = [
        any(x0 < left + NEAR and right < x1 + NEAR and y0 < low + NEAR and high < y1 + NEAR for x0, y0, x1, y1 in boxes)
        for left, low, right, high in letters
        if left < right
    ]
    assert all(held)
