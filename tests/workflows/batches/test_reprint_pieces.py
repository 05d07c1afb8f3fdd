"""Destroyed pieces, made again: the same bytes, the same places, no piece too many, and it is known who asked."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from sqlalchemy import update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import FolderInUse, InvalidValue, NotFound, OutputRefused, PrintRefused, StockRefused
from labelsvc.domain.recognition import Suspension, Withdrawal
from labelsvc.domain.serial_ranges import SerialRange, parse_numbers, parse_serial_ranges
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.rendering.sheets import sheet_pdf
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.designs import sources
from labelsvc.storage.products.recognitions import Recognitions
from labelsvc.workflows.batches.pieces.plan_reprint import ReprintPlan, plan_reprint
from labelsvc.workflows.batches.pieces.reprint_pieces import ReprintResult, reprint_pieces
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.printing_office import Printed, PrintingOffice, manifest, page_pixels
from tests.samples.generator import make_records

WHO, WHY = "lan", "Kẹt giấy, đã cắt vụn"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[PrintingOffice]:
    office = PrintingOffice(tmp_path, settings={"DATABASE": database_url})
    yield office
    office.services.close()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 60)


def look(office: PrintingOffice, batch: str, sheets: str = "", serials: str = "") -> ReprintPlan:
    return plan_reprint(
        batch,
        office.batch_services,
        office.now.astimezone(VIETNAM).date(),
        sheets=parse_numbers(sheets) if sheets else (),
        serials=parse_serial_ranges([serials]),
    )


def make(office: PrintingOffice, plan: ReprintPlan, why: str = WHY) -> ReprintResult:
    return reprint_pieces(plan, office.batch_services, office.services.output(), ChangeContext(WHO, office.now, why))


def content_of(path: Path, pages: list[int]) -> list[list[bytes]]:
    """The content streams of pages (from 1) as they stand in the file, and those of all forms that they draw."""
    with pikepdf.open(path) as pdf:
        return [
            [
                *(stream.read_raw_bytes() for stream in pdf.pages[page - 1].Contents),
                *(form.read_raw_bytes() for _, form in sorted(pdf.pages[page - 1].resources.XObject.items())),
            ]
            for page in pages
        ]


def rows_of(reprinted: ReprintResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(reprinted.place).with_suffix(".csv").read_text(encoding="utf-8"))))


def stamps(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Rows without the file and page that they stand in."""
    return [tuple(value for name, value in row.items() if name not in ("part", "page")) for row in rows]


@on_sqlite_alone
@pytest.mark.usefixtures("small_parts")
def test_sheets_of_several_parts_match_the_originals_byte_for_byte(office: PrintingOffice) -> None:
    batch = office.printed(7, 40)

    done = make(office, look(office, batch.batch.name, "2,5-6"))

    parts = [(part.part.number, part.part) for part in office.services.batches.parts(batch.batch.name)]
    stood = {part.first_sheet + i: (number, i + 1) for number, part in parts for i in range(part.sheets)}
    originals = [content_of(batch.folder / f"labels-{stood[n][0]:03}.pdf", [stood[n][1]])[0] for n in (2, 5, 6)]
    assert len({stood[n][0] for n in (2, 5, 6)}) > 1
    assert content_of(Path(done.place), [1, 2, 3]) == originals
    assert (done.pages, done.exact, Path(done.place)) == (3, True, batch.folder / "reprint-001.pdf")
    wanted = [
        row for row in manifest(batch.folder) if (int(row["part"]), int(row["page"])) in map(stood.get, (2, 5, 6))
    ]
    assert stamps(rows_of(done)) == stamps(wanted)
    assert {(row["part"], row["page"]) for row in rows_of(done)} == {("1", "1"), ("1", "2"), ("1", "3")}


@on_sqlite_alone
def test_single_pieces_keep_their_position_and_nothing_else_prints(office: PrintingOffice) -> None:
    batch = office.printed(3, 20)

    done = make(office, look(office, batch.batch.name, serials="1:3-4 2:19 3:1"))

    wanted = [
        row for row in manifest(batch.folder) if f"{row['line']}:{row['serial']}" in ("1:3", "1:4", "2:19", "3:1")
    ]
    assert stamps(rows_of(done)) == stamps(wanted)
    assert done.pages == len({row["page"] for row in wanted})
    with pypdfium2.PdfDocument(Path(done.place)) as pdf:
        said = "".join(page.get_textpage().get_text_range() for page in pdf)
    plain = "".join(said.split())
    assert {row["code"] for row in manifest(batch.folder) if row["code"] in plain} == {row["code"] for row in wanted}
    (first, *_), original = (list(some) for some in (wanted, [page_pixels(batch.folder, 1, 1)]))
    again = pixels_of(Path(done.place))
    x, y = (round(float(first[name]) * 300 / 25.4) for name in ("x_mm", "y_mm"))
    label = slice(y, y + 413), slice(x, x + 295)  # 35 × 25 mm at 300 dpi
    assert np.array_equal(again[label], original[0][label])


def pixels_of(path: Path) -> object:
    with pypdfium2.PdfDocument(path) as pdf:
        return pdf[0].render(scale=300 / 72, grayscale=True).to_numpy().squeeze().copy()


@on_sqlite_alone
@pytest.mark.parametrize(
    "terms",
    [
        {"stock": "330x480"},
        {"skip": 3},
        {"step_and_repeat": True},
        {"order": "columns"},
        {"order": "cut-and-stack", "skip": 3},
        {"counted": False},
    ],
)
def test_reprints_keep_positions_for_every_imposition(office: PrintingOffice, terms: dict[str, object]) -> None:
    batch = office.printed(3, 30, **terms)

    done = make(office, look(office, batch.batch.name, "1-" + str(batch.sheets)))

    assert stamps(rows_of(done)) == stamps(manifest(batch.folder))
    originals = range(1, batch.sheets + 1)
    assert content_of(Path(done.place), [*originals]) == content_of(batch.folder / "labels-001.pdf", [*originals])


def test_a_lost_original_is_remade_identically(office: PrintingOffice) -> None:
    batch = office.printed(2, 30)
    before = content_of(batch.folder / "labels-001.pdf", [2])
    for name in ("labels-001.pdf", "manifest.csv"):
        (batch.folder / name).unlink()

    done = make(office, look(office, batch.batch.name, "2"))

    assert content_of(Path(done.place), [1]) == before
    assert done.exact
    assert not (batch.folder / "labels-001.pdf").exists()


@on_sqlite_alone
def test_an_original_that_somebody_touched_is_not_copied(office: PrintingOffice) -> None:
    batch = office.printed(1, 10)
    path = batch.folder / "labels-001.pdf"
    before = content_of(path, [1])
    path.write_bytes(path.read_bytes().replace(b"HTTPS", b"HTTPX") + b"% touched")

    done = make(office, look(office, batch.batch.name, "1"))

    assert content_of(Path(done.place), [1]) == before
    assert done.exact


@on_sqlite_alone
def test_reprints_are_sound_press_files_with_single_layers(office: PrintingOffice) -> None:
    batch = office.printed(2, 30)

    paths = [Path(make(office, look(office, batch.batch.name, *asked)).place) for asked in (("1-2",), ("", "1:2 2:30"))]

    for path in paths:
        checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout
        with pikepdf.open(path) as pdf:
            assert pdf.pdf_version == "1.6"
            assert pdf.Root.OutputIntents[0].S == "/GTS_PDFX"
            assert b"<pdfxid:GTS_PDFXVersion>PDF/X-4<" in pdf.Root.Metadata.read_bytes()
            assert f"in lại {paths.index(path) + 1}" in str(pdf.docinfo.Title)
            layers = {layer.objgen for layer in pdf.Root.OCProperties.OCGs}
            used = {layer.objgen for page in pdf.pages for layer in page.resources.Properties.values()}
            assert used <= layers
            assert len(layers) == len({str(layer.Name) for layer in pdf.Root.OCProperties.OCGs})


@on_sqlite_alone
def test_the_same_reprint_has_the_same_bytes(office: PrintingOffice, tmp_path: Path) -> None:
    batch = office.printed(2, 30)
    plan, services = look(office, batch.batch.name, "1"), office.services

    class Unrecorded:
        def next_number(self, _: str) -> int:
            return 1

        def record(self, _: object) -> None:
            """Take a reprint twice under one number."""

    unrecorded = replace(office.batch_services, reprints=Unrecorded())
    context = ChangeContext(WHO, office.now, WHY)
    made = [
        Path(reprint_pieces(plan, unrecorded, services.output(tmp_path / place), context).place).read_bytes()
        for place in ("one", "two")
    ]

    assert made[0] == made[1]


def test_who_asked_when_and_why_and_for_which_pieces_is_kept(office: PrintingOffice) -> None:
    batch = office.printed(2, 10)

    done = [make(office, look(office, batch.batch.name, *asked)) for asked in (("1",), ("", "2:3-5 1:1"))]

    sheet, single = office.services.reprints.for_batch(batch.batch.name)
    assert [sheet, single] == [each.record for each in done]
    assert (sheet.who, sheet.reason, sheet.at, sheet.sheets, sheet.count) == (WHO, WHY, office.now, "1", 20)
    assert sheet.pieces == (SerialRange(1, 1, 10), SerialRange(2, 1, 10))
    assert (single.number, single.sheets, single.pieces) == (2, "", (SerialRange(1, 1, 1), SerialRange(2, 3, 5)))
    assert single.sha256 == sha256(Path(done[1].place).read_bytes()).hexdigest()


@on_sqlite_alone
def test_the_proof_says_that_every_piece_was_read_back(office: PrintingOffice) -> None:
    batch = office.printed(2, 10)

    done = make(office, look(office, batch.batch.name, serials="2:3-5"))

    proof = json.loads(Path(done.place).with_suffix(".json").read_text(encoding="utf-8"))
    assert (proof["passed"], proof["pieces_read"], proof["coverage"], proof["pieces"]) == (True, 3, 1.0, ["2:3-5"])
    assert proof["sha256"] == done.record.sha256


def test_previously_reprinted_pieces_are_named(office: PrintingOffice) -> None:
    batch = office.printed(1, 10)
    make(office, look(office, batch.batch.name, serials="1:3-5"))

    plan = look(office, batch.batch.name, serials="1:5-7")

    assert (plan.before, plan.number) == ((SerialRange(1, 5, 5),), 2)


@pytest.mark.parametrize("asked", [("2",), ("", "2:1"), ("", "1:11")])
def test_pieces_outside_the_batch_are_refused(office: PrintingOffice, asked: tuple[str, ...]) -> None:
    batch = office.printed(1, 10)

    with pytest.raises(NotFound, match=r"pieces\."):
        look(office, batch.batch.name, *asked)


def test_an_unknown_batch_is_refused_with_those_there_are(office: PrintingOffice) -> None:
    batch = office.printed(1, 1)

    with pytest.raises(NotFound) as refusal:
        look(office, "2026-999", "1")

    assert refusal.value.problems[0].facts["known"] == [batch.batch.name]


def test_a_batch_that_is_not_whole_is_refused(office: PrintingOffice) -> None:
    name = office.order(office.plan(office.take(make_records(1, 4, day=office.now.date()))))

    with pytest.raises(PrintRefused, match=r"reprint\.not_whole"):
        look(office, name, "1")


def change_recognition(office: PrintingOffice, **facts: object) -> None:
    stored = office.services.products.all()[0].recognitions[0]
    changed = replace(stored.recognition, **facts)
    Recognitions(office.services.database).change(stored.id, lambda _: changed, ChangeContext("thu", office.now, ""))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"withdrawal": Withdrawal(date(2020, 1, 1), "Vi phạm")}, "print.withdrawn"),
        ({"suspension": Suspension(date(2020, 1, 1), "Kiểm nghiệm")}, "print.suspended"),
        ({"stars": 3, "score": None, "potential_five": False}, "reprint.lowered"),
    ],
)
def test_without_a_recognition_in_force_nothing_is_reprinted(
    office: PrintingOffice, facts: dict[str, object], why: str
) -> None:
    records = [record | {"Hạng sao": "4", "Điểm": ""} for record in make_records(1, 4, day=office.now.date())]
    batch = office.print(office.order(office.plan(office.take(records))))
    change_recognition(office, **facts)

    with pytest.raises(PrintRefused, match=r"reprint\.refused") as refusal:
        look(office, batch.batch.name, "1")

    assert refusal.value.problems[0].facts["why"].code == why  # type: ignore[attr-defined]


@on_sqlite_alone
def test_a_reprint_without_a_reason_is_refused(office: PrintingOffice) -> None:
    plan = look(office, office.printed(1, 2).batch.name, "1")

    with pytest.raises(InvalidValue, match=r"reprint\.no_reason"):
        make(office, plan, "  ")

    assert office.services.reprints.for_batch(plan.printed.batch.name) == []


def test_a_reprint_whose_proof_fails_leaves_no_file_and_no_record(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = office.printed(1, 4)
    rightly = sheet_pdf.qr_page_operators  # type: ignore[attr-defined]
    monkeypatch.setattr(sheet_pdf, "qr_page_operators", lambda paths, places: rightly(paths[::-1], places))

    with pytest.raises(PrintRefused, match=r"proof\.page"):
        make(office, look(office, batch.batch.name, serials="1:1-3"))

    assert not list(batch.folder.glob("reprint*"))
    assert office.services.reprints.for_batch(batch.batch.name) == []


@on_sqlite_alone
def test_a_reprint_killed_before_its_record_is_made_anew(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = office.printed(1, 4)
    plan = look(office, batch.batch.name, serials="1:1-3")

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as deadly:
        deadly.setattr(office.services.reprints, "record", kill)
        with pytest.raises(Killed):
            make(office, plan)
    recorded = office.services.reprints.for_batch(batch.batch.name)
    done = make(office, look(office, batch.batch.name, serials="1:2"))

    assert recorded == []
    assert [each.number for each in office.services.reprints.for_batch(batch.batch.name)] == [1]
    assert sha256(Path(done.place).read_bytes()).hexdigest() == done.record.sha256


@on_sqlite_alone
def test_a_reprint_that_its_output_refuses_is_not_recorded(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = office.printed(1, 4)

    def refuse(*_: object) -> bytes:
        raise OutputRefused.from_code("output.full", path="/srv", reason="")

    plan = look(office, batch.batch.name, serials="1:1-3")
    with monkeypatch.context() as full:
        full.setattr("labelsvc.workflows.batches.pieces.reprint_pieces._proof", refuse)
        with pytest.raises(OutputRefused):
            make(office, plan)

    assert not list(batch.folder.glob("reprint*"))
    assert office.services.reprints.for_batch(batch.batch.name) == []


@on_sqlite_alone
def test_pieces_with_changed_positions_are_refused(office: PrintingOffice) -> None:
    batch = office.printed(1, 4)
    path = batch.folder / "manifest.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1,1,20,14,", "1,1,21,14,"), encoding="utf-8", newline="")

    for asked in (("1",), ("", "1:1")):
        with pytest.raises(PrintRefused, match=r"reprint\.moved"):
            make(office, look(office, batch.batch.name, *asked))


def test_reprint_without_manifest_uses_the_stock_as_kept(office: PrintingOffice) -> None:
    batch = office.printed(1, 4)
    (batch.folder / "manifest.csv").unlink()

    made = make(office, look(office, batch.batch.name, serials="1:1"))
    with office.services.database.writing() as connection:
        connection.execute(sources.insert().values(sha256="other", content=b"no stock"))
        connection.execute(batches.update().values(stock_sha256="other"))

    assert made.exact
    with pytest.raises(StockRefused, match=r"stock\.kept_unreadable"):
        look(office, batch.batch.name, serials="1:1")


@on_sqlite_alone
def test_a_reprint_can_be_made_elsewhere(office: PrintingOffice, tmp_path: Path) -> None:
    batch: Printed = office.printed(1, 4)
    plan, services = look(office, batch.batch.name, "1"), office.services

    context = ChangeContext(WHO, office.now + timedelta(days=1), WHY)
    done = reprint_pieces(plan, office.batch_services, services.output(tmp_path / "elsewhere"), context)

    assert Path(done.place) == tmp_path / "elsewhere" / batch.batch.name / "reprint-001.pdf"
    assert not list(batch.folder.glob("reprint*"))


@on_sqlite_alone
@pytest.mark.parametrize("moment", ["_refuse_taken", "_ReprintJob.write_printer_files"])
def test_a_reprint_that_slept_leaves_the_files_of_another(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    printed = office.printed(2, 3)
    sleeping, other = (look(office, printed.batch.name, serials=serials) for serials in ("1:2", "2:1,3"))

    def sleep(*_: object) -> None:
        awake.undo()
        with office.services.database.writing() as connection:  # as after a lease without a heartbeat
            connection.execute(update(batches).values(holder=""))
        make(office, other)

    with monkeypatch.context() as awake:
        awake.setattr(f"labelsvc.workflows.batches.pieces.reprint_pieces.{moment}", sleep)
        with pytest.raises(FolderInUse):
            make(office, sleeping)

    (record,) = office.services.reprints.for_batch(printed.batch.name)
    proof = json.loads((printed.folder / "reprint-001.json").read_bytes())
    rows = (printed.folder / "reprint-001.csv").read_text(encoding="utf-8-sig").splitlines()
    assert sha256((printed.folder / record.file).read_bytes()).hexdigest() == record.sha256 == proof["sha256"]
    assert (record.count, len(rows)) == (2, 3)
    assert not list(printed.folder.glob(".*"))
