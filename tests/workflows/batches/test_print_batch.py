"""A batch from records to its folder: what stands on paper, in the manifest and in the verdict is one and the same."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from labelsvc.domain.errors import OutputRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.rendering.sheets import stocks
from labelsvc.storage.batches.held_folder import hold_batch
from labelsvc.storage.db.tables.batches import batches, parts
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
