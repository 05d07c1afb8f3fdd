"""The proof of a batch: what holds it back, what is read, and what the report says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from labelsvc.domain.errors import DesignRefused, PrintRefused
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets import sheet_pdf
from labelsvc.rendering.typesetting.piece_text import PieceText
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


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
