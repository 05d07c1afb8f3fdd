"""A batch from records to its folder: what stands on paper, in the manifest and in the verdict is one and the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from labelsvc.domain.errors import DesignRefused, LabelsvcError, OutputRefused, PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets import sheet_pdf, stocks
from labelsvc.rendering.typesetting.piece_text import PieceText
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.db.tables.batches import batches, parts
from labelsvc.workflows import part_jobs
from tests.offices.printing_office import PrintingOffice, cut_out, files, manifest, page_pixels
from tests.samples.generator import make_records

DESIGNS = ("tem-25x35", "tem-tron-32", "nhan-60x90", "nhan-100x70", "bien-ke-105x74")


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def read_by_zbar(picture: Image.Image) -> str:
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return found[0].data.decode() if found else ""


def read_by_zxing(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(np.asarray(picture))
    return found[0].text if found else ""


def pale(picture: Image.Image) -> Image.Image:
    """Return a picture at 70 % of its contrast."""
    return picture.point(lambda value: int(38 + value * 0.7))


def turned(picture: Image.Image) -> Image.Image:
    framed = Image.new("L", (picture.width * 2, picture.height * 2), 255)
    framed.paste(picture, (picture.width // 2, picture.height // 2))
    return framed.rotate(17, Image.Resampling.BICUBIC, fillcolor=255)


@pytest.mark.parametrize("design", DESIGNS)
def test_two_decoders_read_every_symbol_at_the_manifests_place(office: PrintingOffice, design: str) -> None:
    batch = office.printed(4, 3, design)

    drawn = office.services.assets.design(design)
    slot = drawn.qr
    x_mm, y_mm = office.services.assets.layout("a4", drawn).square_on_page(slot.x_mm, slot.y_mm, slot.size_mm)
    rows = manifest(batch.folder)
    places = [(int(row["part"]), int(row["page"])) for row in rows]
    pages = {place: page_pixels(batch.folder, *place) for place in set(places)}
    for row, place in zip(rows, places, strict=True):
        symbol = Image.fromarray(cut_out(pages[place], row, (x_mm, y_mm, slot.size_mm)))
        for harmed in (symbol, symbol.filter(ImageFilter.GaussianBlur(1.2)), turned(symbol), pale(symbol)):
            assert (read_by_zbar(harmed), read_by_zxing(harmed)) == (row["url"], row["url"])
    assert len(rows) == 12


def test_zbar_reads_at_the_manifests_place_what_poppler_rasterised(office: PrintingOffice, tmp_path: Path) -> None:
    folder = office.printed(3, 8).folder
    subprocess.run(["pdftoppm", "-r", "300", "-gray", folder / "labels-001.pdf", tmp_path / "sheet"], check=True)
    sheet = np.asarray(Image.open(next(tmp_path.glob("sheet*.pgm"))))

    slot = office.services.assets.design("tem-25x35").qr
    for row in manifest(folder):
        symbol = cut_out(sheet, row, (slot.x_mm, slot.y_mm, slot.size_mm))
        assert read_by_zbar(Image.fromarray(symbol)) == row["url"]


def test_manifest_paper_and_verdict_agree_on_every_piece(office: PrintingOffice) -> None:
    folder = office.printed(5, 7).folder

    rows = manifest(folder)
    serials = Counter((row["line"], row["serial"]) for row in rows)
    assert len(serials) == 35
    assert set(serials.values()) == {1}
    for row in rows:
        verdict = office.services.verifier.verify(row["code"], office.now, is_scan=False)
        assert verdict.case in (VerdictCase.IN_FORCE, VerdictCase.ENDS_SOON)
        assert (verdict.record.product.name, verdict.record.product.producer) == (row["product"], row["producer"])
        assert (verdict.stamp.serial, verdict.record.recognition.stars) == (int(row["serial"]), int(row["stars"]))
        assert row["url"] == f"https://{office.host}/{row['code']}"


@pytest.mark.parametrize("design", DESIGNS)
def test_names_codes_and_serials_are_found_by_text_extraction_in_nfc(office: PrintingOffice, design: str) -> None:
    folder = office.printed(6, 2, design, stock="single").folder

    rows = manifest(folder)
    command = ["pdftotext", "-raw", folder / "labels-001.pdf", "-"]
    pages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")
    assert len(rows) == 12
    for row in rows:
        text = pages[int(row["page"]) - 1]
        assert text == unicodedata.normalize("NFC", text)
        plain = re.sub(r"\s+", "", text)
        fives = row["code"]
        assert fives in plain
        if design != "tem-tron-32":  # its name stands on a circle, letter by letter
            assert re.sub(r"\s+", "", row["product"]).casefold() in plain.casefold()
            assert f"Số{int(row['serial']):06}" in plain


@settings(max_examples=100)
@given(st.data())
def test_a_code_with_one_letter_changed_never_verifies(one_code, data) -> None:
    office, code = one_code
    place = data.draw(st.integers(0, 19))
    other = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != code[place]]))

    verdict = office.services.verifier.verify(code[:place] + other + code[place + 1 :], office.now, is_scan=False)

    assert verdict.case is VerdictCase.NOT_OURS


@pytest.fixture(scope="module")
def one_code(tmp_path_factory: pytest.TempPathFactory) -> tuple[PrintingOffice, str]:
    office = PrintingOffice(tmp_path_factory.mktemp("one"))
    return office, manifest(office.printed(1, 1).folder)[0]["code"]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 40)


@pytest.mark.usefixtures("small_parts")
def test_batches_have_the_same_bytes_whatever_the_process_count(office: PrintingOffice, tmp_path: Path) -> None:
    items = office.take(make_records(7, 20, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))

    first = files(office.print(name, tmp_path / "one", processes=1).folder)
    second = files(office.print(name, tmp_path / "three", processes=3).folder)

    assert len([file for file in first if file.endswith(".pdf")]) >= 3
    assert first == second


@pytest.mark.usefixtures("small_parts")
def test_only_lost_parts_are_remade_with_the_same_bytes(office: PrintingOffice) -> None:
    items = office.take(make_records(7, 20, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))
    folder = office.print(name).folder
    before = files(folder)
    (folder / "labels-002.pdf").unlink()
    done: list[int] = []

    office.print(name, progress=done.append)

    assert files(folder) == before
    assert sum(done) == 140
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("lost", ["manifest.csv", "proof.json"])
def test_a_batch_without_manifest_or_proof_is_rebuilt(office: PrintingOffice, lost: str) -> None:
    items = office.take(make_records(3, 30, day=office.now.date(), seed=3))
    name = office.order(office.plan(items))
    folder = office.print(name).folder
    before = files(folder)
    (folder / lost).unlink()

    office.print(name)

    assert files(folder) == before


def test_a_batch_that_is_whole_is_left_as_it_is(office: PrintingOffice) -> None:
    batch = office.printed(2, 5)
    before = {path: path.stat().st_mtime_ns for path in batch.folder.iterdir()}

    again = office.print(batch.batch.name)

    assert (again.pieces, again.sheets) == (10, 1)
    assert {path: path.stat().st_mtime_ns for path in batch.folder.iterdir()} == before


@pytest.mark.faults
def test_a_killed_print_resumes_to_identical_bytes(
    office: PrintingOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 4_000)
    items = office.take(make_records(4, 4_000, day=office.now.date()))
    name = office.order(office.plan(items, stock="330x480", proof="none"))
    command = [sys.executable, "-c", "from labelsvc.cli import main; main()", "print", "--resume", name]
    command += ["--processes", "1"]
    run = subprocess.Popen(
        command, env={**os.environ, **office.environment}, stderr=subprocess.DEVNULL, start_new_session=True
    )
    folder = Path(office.services.settings.output) / name
    until = time.monotonic() + 60
    while not list(folder.glob("labels-*.pdf")):
        assert run.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    whole = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert whole
    assert not (folder / "manifest.csv").exists()

    resumed = files(office.print(name).folder)

    assert not [path for path in folder.iterdir() if path.name.endswith(".part")]
    shutil.move(folder, tmp_path / "resumed")
    assert files(office.print(name, tmp_path / "undisturbed", processes=2).folder) == resumed


def in_small_parts(office: PrintingOffice) -> tuple[str, str]:
    """Order a batch of several parts; return it, and the product in the middle of it."""
    name = office.order(office.plan(office.take(make_records(7, 20, day=office.now.date()))))
    return name, office.services.batches.lines(name)[3].product.name


def fault_at(product: str, act: Callable[[], object]) -> Callable[[Design, LabelFacts], FilledLabel]:
    """Return what fills labels, and does something else at those of one product."""
    rightly = part_jobs.fill  # type: ignore[attr-defined]

    def fill(design: Design, facts: LabelFacts) -> FilledLabel:
        if facts.product.name == product:
            act()
        return rightly(design, facts)

    return fill


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def break_down() -> None:
    raise ZeroDivisionError


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(("act", "processes"), [(kill_itself, 2), (break_down, 2), (break_down, 1)])
def test_a_product_that_ends_its_process_is_named(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], processes: int
) -> None:
    name, product = in_small_parts(office)
    with monkeypatch.context() as patched:
        patched.setattr(part_jobs, "fill", fault_at(product, act))
        with pytest.raises(LabelsvcError) as stopped:
            office.print(name, processes=processes)
    failed, states = office.services.batches.get(name), [each.state for each in office.services.batches.parts(name)]

    assert failed.state == "failed"
    assert f"Sản phẩm {product}:" in failed.reason
    assert stopped.value.problems == failed.problems
    assert [problem.code for problem in failed.problems] == ["print.parts_failed", "print.others_done"]
    assert failed.problems[0].facts["parts"] == [states.index("failed") + 1]
    assert states.count("done") == len(states) - 1
    assert not list((Path(office.services.settings.output) / name).glob(".*.part"))
    assert office.print(name, processes=2).pieces == 140


@pytest.mark.usefixtures("small_parts")
def test_a_process_that_is_killed_once_is_replaced_and_shows_nothing(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name, product = in_small_parts(office)

    def kill_once() -> None:
        if not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            kill_itself()

    monkeypatch.setattr(part_jobs, "fill", fault_at(product, kill_once))

    assert office.print(name, processes=2).pieces == 140
    assert (tmp_path / "killed").exists()


def test_a_proof_that_fails_holds_the_batch_back(office: PrintingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    items = office.take(make_records(1, 4, day=office.now.date()))
    name = office.order(office.plan(items, proof="all"))
    rightly = sheet_pdf.qr_page_operators  # type: ignore[attr-defined]
    monkeypatch.setattr(sheet_pdf, "qr_page_operators", lambda paths, places: rightly(paths[::-1], places))

    with pytest.raises(PrintRefused, match=r"proof\.page") as refusal:
        office.print(name)

    assert refusal.value.problems[0].facts["count"] == 4
    folder = Path(office.services.settings.output) / name
    assert not list(folder.glob("labels-*"))
    held = office.services.batches.get(name)
    assert held.state == "held"
    assert "labels-001.pdf" in held.reason
    assert "proof.page" not in held.reason
    monkeypatch.undo()
    assert office.print(name).pieces == 4
    assert office.services.batches.get(name).state == "ready"


def test_a_symbol_that_says_something_else_holds_the_batch_back(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = office.order(office.plan(office.take(make_records(1, 4, day=office.now.date())), proof="symbols"))
    rightly = QrEncoder.symbols

    def wrong(encoder: QrEncoder, codes: list[str]) -> object:
        return rightly(encoder, [*codes[1:], codes[0]])

    monkeypatch.setattr(QrEncoder, "symbols", wrong)

    with pytest.raises(PrintRefused, match=r"proof\.symbol"):
        office.print(name)


def test_labels_that_contradict_their_record_hold_the_batch_back(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = office.order(office.plan(office.take(make_records(2, 2, day=office.now.date())), proof="all"))
    rightly = sheet_pdf.PageForms.art  # type: ignore[attr-defined]
    monkeypatch.setattr(
        sheet_pdf.PageForms,  # type: ignore[attr-defined]
        "art",
        lambda forms, art: rightly(forms, forms.__dict__.setdefault("first", art)),
    )

    with pytest.raises(PrintRefused, match=r"proof\.text"):
        office.print(name)


def test_an_upright_mark_beside_a_two_line_code_is_no_fault(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path, host="OCOP.HANOI.EXAMPLE")

    folder = office.printed(1, 24, "nhan-60x90", "330x480", proof="all").folder

    report = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    assert (report["passed"], report["pieces_read"], report["texts_read"]) == (True, 24, 20)


def test_the_second_line_of_a_code_is_read_too(office: PrintingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    name = office.order(office.plan(office.take(make_records(1, 4, day=office.now.date())), "nhan-60x90", proof="all"))
    rightly = PieceText.operators
    monkeypatch.setattr(
        PieceText,
        "operators",
        lambda text, codes, serials: rightly(text, [code[:10] + code[:10] for code in codes], serials),
    )

    with pytest.raises(PrintRefused, match=r"proof\.text"):
        office.print(name)


def test_pages_shared_out_to_processes_are_read_as_in_one(office: PrintingOffice) -> None:
    items = office.take(make_records(3, 280, day=office.now.date()))
    name = office.order(office.plan(items, proof="all"))

    folder = office.print(name, processes=2).folder

    report = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    assert (report["pieces_read"], report["texts_read"]) == (840, 20)
    assert report["parts"][0]["pages_read"] == list(range(1, 21))


def test_the_proof_report_says_what_was_read_and_covered(office: PrintingOffice) -> None:
    folder = office.printed(3, 10, proof="auto").folder

    report = json.loads((folder / "proof.json").read_text(encoding="utf-8"))

    assert (report["passed"], report["pieces"], report["pieces_read"], report["coverage"]) == (True, 30, 30, 1.0)
    assert (report["symbols_decoded"], report["texts_read"]) == (30, 20)
    digest = subprocess.run(["sha256sum", folder / "labels-001.pdf"], capture_output=True, text=True, check=True)
    assert report["parts"][0]["sha256"] == digest.stdout.split()[0]


@pytest.mark.parametrize(("proof", "checked", "decoded"), [("none", "nothing", 0), ("symbols", "symbols", 6)])
def test_unproofed_batches_did_not_pass(proof: str, checked: str, decoded: int, office: PrintingOffice) -> None:
    printed = office.printed(2, 3, proof=proof)

    report = json.loads((printed.folder / "proof.json").read_text(encoding="utf-8"))

    assert (report["passed"], report["checked"], report["coverage"]) == (None, checked, 0.0)
    assert report["symbols_decoded"] == decoded
    assert printed.checked == checked


def test_designs_that_fail_design_check_are_refused_before_ordering(office: PrintingOffice) -> None:
    circle = b'<circle cx="12.5" cy="22.8" r="1.6" fill="#0B5A3A"/></svg>'
    source = office.services.assets.design_source("tem-25x35").replace(b"</svg>", circle)
    items = office.take(make_records(1, 1, day=office.now.date(), seed=2))

    with pytest.raises(DesignRefused) as refused:
        office.plan(items, design_source=source)

    (problem,) = refused.value.problems
    assert problem.code == "design.quiet_zone"
    assert (problem.facts["name"], problem.facts["element"]) == ("tem-25x35", "circle")


def test_beyond_two_thousand_labels_a_stated_sample_of_pages_is_read(office: PrintingOffice) -> None:
    folder = office.printed(3, 760, stock="330x480", proof="auto").folder

    report = json.loads((folder / "proof.json").read_text(encoding="utf-8"))

    assert report["symbols_decoded"] == 2_280
    assert 2_000 <= report["pieces_read"] < 2_280
    assert report["coverage"] == round(report["pieces_read"] / 2_280, 4)


def test_uncounted_labels_of_a_product_share_one_code_of_serial_0(office: PrintingOffice) -> None:
    folder = office.printed(2, 5, counted=False).folder

    rows = manifest(folder)

    assert {row["serial"] for row in rows} == {"0"}
    assert len({row["code"] for row in rows}) == 2
    assert office.services.verifier.verify(rows[0]["code"], office.now, is_scan=False).stamp.serial == 0


def test_a_trial_is_marked_as_one_on_every_label(office: PrintingOffice) -> None:
    batch = office.printed(1, 2, stock="single", host=Host.parse("HTTP://192.168.1.7:8000"))

    text = subprocess.run(["pdftotext", batch.folder / "labels-001.pdf", "-"], capture_output=True, text=True).stdout

    assert batch.batch.trial
    assert text.count(office.marks.trial) >= 2
    assert manifest(batch.folder)[0]["url"].startswith("http://192.168.1.7:8000/")


def test_orders_for_hosts_no_phone_opens_are_marked_as_trials(office: PrintingOffice) -> None:
    items = office.take(make_records(1, 1, day=office.now.date()))

    for name in ("localhost", "192.168.1.7", "mayin", "tem.local"):
        plan = office.plan(items, host=Host.parse(name))

        assert plan.new is not None
        assert (plan.new.trial, plan.new.mark) == (True, office.marks.trial)
        assert [problem.code for problem in plan.warnings] == ["host.unreachable"]


def test_used_up_positions_of_the_first_sheet_stay_empty(office: PrintingOffice) -> None:
    plain = manifest(office.printed(1, 3).folder)
    skipped = manifest(office.printed(1, 3, skip=1).folder)

    assert [(row["x_mm"], row["y_mm"]) for row in skipped][:2] == [(row["x_mm"], row["y_mm"]) for row in plain][1:]


def test_in_step_and_repeat_no_sheet_holds_two_products(office: PrintingOffice) -> None:
    gang = office.printed(4, 50, stock="a4")
    apart = office.printed(4, 50, stock="a4", step_and_repeat=True)

    lines: dict[str, set[str]] = {}
    for row in manifest(apart.folder):
        lines.setdefault(row["page"], set()).add(row["line"])
    report = json.loads((apart.folder / "proof.json").read_text(encoding="utf-8"))
    text = subprocess.run(["pdftotext", apart.folder / "ticket.pdf", "-"], capture_output=True, text=True).stdout
    assert [len(some) for some in lines.values()] == [1] * 8
    assert (report["sheets"], report["least_sheets"], gang.sheets) == (8, 5, 5)
    assert "in ghép cần ít nhất 5 tờ" in " ".join(text.split())


@pytest.mark.parametrize("skip", [0, 5])
def test_cut_piles_laid_on_one_another_are_in_order(office: PrintingOffice, skip: int) -> None:
    batch = office.printed(2, 60, order="cut-and-stack", skip=skip)

    layout = office.services.assets.layout("a4", office.services.assets.design("tem-25x35"))
    slot = office.services.assets.design("tem-25x35").qr
    piles: list[list[str]] = [[] for _ in layout.positions]
    for page in range(1, batch.sheets + 1):
        sheet = page_pixels(batch.folder, 1, page)
        for pile, position in zip(piles, layout.positions, strict=True):
            place = {"x_mm": str(position.x_mm), "y_mm": str(position.y_mm)}
            pile.append(read_by_zxing(Image.fromarray(cut_out(sheet, place, (slot.x_mm, slot.y_mm, slot.size_mm)))))
    serial_of = {row["url"]: (int(row["line"]), int(row["serial"])) for row in manifest(batch.folder)}
    stacked = [serial_of[url] for pile in piles for url in pile if url]
    ticket = subprocess.run(["pdftotext", batch.folder / "ticket.pdf", "-"], capture_output=True, text=True).stdout
    assert stacked == [(line, serial) for line in (1, 2) for serial in range(1, 61)]
    assert ("tờ 1 (tờ dùng dở) đặt trên cùng" in " ".join(ticket.split())) == bool(skip)


@pytest.mark.parametrize("change", [{"offset_x_mm": 0.5}, {"title": "Tờ khác"}, {"kind": "single", "width_mm": 0.0}])
def test_batch_prints_on_the_stock_it_was_ordered_with(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, object]
) -> None:
    name = office.order(office.plan(office.take(make_records(1, 3, day=office.now.date()))))
    before = files(office.print(name, tmp_path / "before").folder)
    with office.services.database.writing() as connection:
        connection.execute(parts.update().values(state="waiting"))
        connection.execute(batches.update().values(state="ordered", folder=""))
    rightly = stocks.read_stock
    monkeypatch.setattr("labelsvc.workflows.print_assets.read_stock", lambda *which: replace(rightly(*which), **change))

    after = files(office.print(name, tmp_path / "after").folder)

    assert after == before


def test_two_prints_at_once_of_one_batch_are_refused_by_name(office: PrintingOffice) -> None:
    name = office.order(office.plan(office.take(make_records(1, 4, day=office.now.date()))))

    with (
        hold_batch(office.services.claims, office.services.output(), name),
        pytest.raises(OutputRefused, match=r"output\.in_use"),
    ):
        office.print(name)


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))
from labelsvc.cli import main
sys.argv = ["labelsvc", "print", "--resume", sys.argv[1]]
main()
"""


def test_a_full_disk_leaves_no_half_file_and_printing_resumes(office: PrintingOffice) -> None:
    name = office.order(office.plan(office.take(make_records(2, 1_500, day=office.now.date())), proof="none"))
    environment = {**os.environ, **office.environment}

    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, name], env=environment, capture_output=True, text=True, check=False
    )

    folder = Path(office.services.settings.output) / name
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert str(folder / "labels-001.pdf") in run.stderr
    assert f"--resume {name}" in run.stderr
    assert [path.name for path in folder.iterdir()] == []
    assert office.print(name).pieces == 3_000
