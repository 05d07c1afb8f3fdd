"""Preflight of other programs' files, and of files that were made to harm."""

from __future__ import annotations

import io
import logging
import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import CMYKColor, black
from reportlab.pdfgen.canvas import Canvas

from labelsvc.domain.errors import FileUnreadable, Problem
from labelsvc.preflight.content import work
from labelsvc.preflight.findings import Findings
from labelsvc.workflows import preflight_file as workflow
from labelsvc.workflows.preflight_file import preflight_file
from tests.samples.fault_planting import good, image, painted, saved, too_large_to_check
from tests.samples.packed_zeros import zeros_packed
from tests.samples.preflighted_files import checked, failed, inspected

MM = 72 / 25.4


def office_pdf() -> bytes:
    """What an office program makes: RGB, Helvetica, no boxes, no metadata."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 200))
    canvas.setFillColorRGB(1, 0, 0)
    canvas.rect(10, 10, 50, 50, fill=1)
    canvas.setFillColor(black)
    canvas.drawString(20, 120, "Cốm làng Vòng")
    canvas.showPage()
    canvas.drawString(20, 120, "2")
    canvas.save()
    return out.getvalue()


def test_an_office_file_is_reported_with_everything_it_lacks(tmp_path: Path) -> None:
    found = failed(inspected(tmp_path, office_pdf()))

    assert {"header", "pdfx_version", "output_intent", "boxes", "colour_spaces", "fonts_embedded"} <= set(found)
    assert {fault.page for fault in found["boxes"].faults} == {1, 2}
    assert {fault.page for fault in found["fonts_embedded"].faults} == {1, 2}
    assert found["colour_spaces"].faults[0].page == 1
    assert not {"balance", "resources", "structure", "bounds", "qr_readable", "encryption"} & set(found)


def test_files_without_symbols_and_layers_skip_those_rules(tmp_path: Path) -> None:
    done = inspected(tmp_path, office_pdf())

    not_applicable = {result.rule.name for result in done.results if result.status == "not_applicable"}

    assert {"qr_readable", "qr_module", "layers", "die_line", "spot_inks", "image_resolution"} <= not_applicable


def test_the_ink_of_rgb_is_not_guessed(tmp_path: Path) -> None:
    done = inspected(tmp_path, office_pdf())

    total = next(result for result in done.results if result.rule.name == "total_ink")

    assert total.status == "not_checked"
    assert total.remark is not None
    assert total.remark.facts == {"page": 1}


@pytest.mark.parametrize(("side_mm", "right"), [(11.6, True), (8.7, False)])
def test_a_symbol_that_another_program_drew_is_found_and_measured(side_mm: float, right: bool, tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 200))
    widget = QrCodeWidget("HTTPS://TEM.OCOPHN.VN/7K3QX9ZT4M2B8RVC5WHD", barLevel="Q", barBorder=0, qrVersion=3)
    widget.barWidth = widget.barHeight = side_mm * MM
    widget.barFillColor = CMYKColor(0, 0, 0, 1)
    drawing = Drawing(100, 100)
    drawing.add(widget)
    drawing.drawOn(canvas, 60, 70)
    canvas.save()

    done = inspected(tmp_path, out.getvalue())

    results = {result.rule.name: result for result in done.results}
    assert results["qr_readable"].status == "passed"
    assert results["qr_ink"].status == "passed"
    assert results["qr_module"].status == ("passed" if right else "failed")
    remark = results["qr_module"].remark
    assert remark is not None
    assert remark.facts["module_mm"] == pytest.approx(side_mm / 29, abs=0.01)


def test_a_symbol_picture_of_29_pixels_fails_by_resolution(tmp_path: Path) -> None:
    side = 29 * 0.45 * MM
    stencil = image(1, "DeviceGray", size=29, ImageMask=True)

    found = failed(inspected(tmp_path, saved(painted(f"{side} 0 0 {side} 3 3 cm /Im Do", XObject=("Im", stencil)))))

    assert found["bitmap_resolution"].faults[0].problem.facts["ppi"] == round(25.4 / 0.45)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_sheet_passes_as_an_upright_one(turn: int, tmp_path: Path) -> None:
    def turned(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        _, _, wide, high = (float(side) for side in page.MediaBox)
        matrix = {90: f"0 -1 1 0 0 {wide}", 180: f"-1 0 0 -1 {wide} {high}", 270: f"0 1 -1 0 {high} 0"}[turn]
        page.Contents = Array([pdf.make_stream(f"q {matrix} cm".encode()), *page.Contents, pdf.make_stream(b" Q")])
        for name in ("/MediaBox", "/TrimBox", "/BleedBox"):
            x0, y0, x1, y1 = (float(side) for side in page[name])
            page[name] = Array(
                {
                    90: [y0, wide - x1, y1, wide - x0],
                    180: [wide - x1, high - y1, wide - x0, high - y0],
                    270: [high - y1, x0, high - y0, x1],
                }[turn]
            )

    done = inspected(tmp_path, saved(turned))

    assert not failed(done)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "preflight.not_pdf"),
        (b"hello", "preflight.not_pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), "preflight.not_pdf"),
        (b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n", "preflight.truncated"),
        (b"%PDF-1.6\nnothing\n%%EOF\n", "preflight.broken"),
        (good()[:-2000], "preflight.truncated"),
        (good()[:5000], "preflight.truncated"),
    ],
    ids=["empty", "text", "picture", "header only", "no objects", "end cut off", "most cut off"],
)
def test_incomplete_pdfs_are_refused_by_name(data: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as refused:
        checked(tmp_path, data)

    assert refused.value.problems[0].code == code


def test_a_file_with_a_password_is_refused(tmp_path: Path) -> None:
    data = saved(lambda pdf: None, encryption=pikepdf.Encryption(user="secret", owner="x", R=4))

    with pytest.raises(FileUnreadable) as refused:
        checked(tmp_path, data)

    assert refused.value.problems[0].code == "preflight.password"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable) as refused:
        preflight_file(tmp_path / "nothing.pdf", 1)

    assert refused.value.problems[0].code == "preflight.not_read"


def test_a_file_of_very_many_pages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "MOST_PAGES", 1)

    with pytest.raises(FileUnreadable) as refused:
        checked(tmp_path, good())

    assert refused.value.problems[0].code == "preflight.too_many_pages"


def test_exponentially_nested_forms_are_walked_once(tmp_path: Path) -> None:
    def doubling(pdf: pikepdf.Pdf) -> pikepdf.Object:
        one = pdf.make_stream(b"0 0 0 1 k", Subtype=Name.Form, BBox=[0, 0, 9, 9])
        for _ in range(24):
            resources = Dictionary(XObject=Dictionary(X=one))
            one = pdf.make_stream(b"/X Do " * 10, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=resources)
        return one

    data = saved(painted("", XObject=("X", doubling)))

    assert not failed(inspected(tmp_path, data))


def test_forms_that_multiply_at_ever_new_sizes_end_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST_WORK", 500_000)

    def multiplying(pdf: pikepdf.Pdf) -> pikepdf.Object:
        one = pdf.make_stream(b"0 0 0 1 k 0 0 1 1 re f " * 100, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        content = b" ".join(b"q %.4f 0 0 1 0 0 cm /X Do Q" % (1 + step / 1000) for step in range(40))
        for _ in range(20):
            resources = Dictionary(XObject=Dictionary(X=one))
            one = pdf.make_stream(content, Subtype=Name.Form, BBox=[0, 0, 9, 9], Resources=resources)
        return one

    data = saved(painted("/GSk gs /X Do", XObject=("X", multiplying)))

    found = failed(checked(tmp_path, data))
    assert {fault.problem.code for fault in found["bounds"].faults} == {"preflight.too_many_operators"}


def test_a_page_that_inflates_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    packed = zeros_packed(2_000)

    def inflate(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(b"")
        stream.write(packed, filter=Name.FlateDecode)
        pdf.pages[1].obj.Contents = stream

    found = failed(checked(tmp_path, saved(inflate)))

    assert {fault.problem.code for fault in found["bounds"].faults} == {"preflight.stream_too_large"}


def test_arrays_nested_without_end_do_not_end_the_program(tmp_path: Path) -> None:
    data = good().replace(b"/ViewerPreferences", b"/V" + b"[" * 450 + b"]" * 450 + b"/ViewerPreferences", 1)

    done = checked(tmp_path, data)

    assert set(failed(done)) == {"structure"}


def test_a_huge_page_is_looked_at_where_something_is_painted(tmp_path: Path) -> None:
    data = saved(lambda pdf: pdf.pages[1].obj.__setitem__("/MediaBox", Array([0, 0, 14_000, 14_000])))

    done = inspected(tmp_path, data)

    symbols = next(result for result in done.results if result.rule.name == "qr_module")
    assert symbols.status == "passed"
    assert not {result.rule.name for result in done.results if result.status == "not_checked"} - {"ordered_size"}


def test_pages_without_a_symbol_are_no_fault_but_remarked_on(tmp_path: Path) -> None:
    done = inspected(tmp_path, office_pdf())

    symbols = next(result for result in done.results if result.rule.name == "qr_readable")

    assert symbols.status == "not_applicable"
    assert symbols.remark == Problem("preflight.no_qr", {"page": 1})


def test_covered_module_by_module_symbols_are_reported_missing(tmp_path: Path) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 200))
    widget = QrCodeWidget("HTTPS://TEM.OCOPHN.VN/7K3QX9ZT4M2B8RVC5WHD", barLevel="Q", barBorder=0, qrVersion=3)
    widget.barWidth = widget.barHeight = 11.6 * MM
    widget.barFillColor = CMYKColor(0, 0, 0, 1)
    drawing = Drawing(100, 100)
    drawing.add(widget)
    drawing.drawOn(canvas, 60, 70)
    canvas.setFillColor(CMYKColor(0, 0, 0, 0))
    canvas.rect(55, 65, 50, 50, stroke=0, fill=1)
    canvas.save()

    found = failed(inspected(tmp_path, out.getvalue()))

    assert [fault.problem.code for fault in found["qr_readable"].faults] == ["preflight.qr_hidden"]


def test_a_fully_painted_page_may_be_too_large_to_rasterise(tmp_path: Path) -> None:
    done = inspected(tmp_path, too_large_to_check())

    symbols = next(result for result in done.results if result.rule.name == "qr_readable")
    assert symbols.status == "not_checked"
    assert symbols.remark is not None
    assert symbols.remark.code == "preflight.page_too_large"


def test_a_dead_process_is_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow, "inspect_pages", leave)

    with pytest.raises(FileUnreadable) as refused:
        checked(tmp_path, good())

    assert refused.value.problems[0].code == "preflight.too_heavy"


def test_library_output_about_a_file_is_suppressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workflow, "inspect_pages", shout)

    checked(tmp_path, good())

    assert capfd.readouterr() == ("", "")


def shout(*_: object) -> Findings:
    os.write(1, b"from a library in C")
    os.write(2, b"from a library in C")
    logging.getLogger("fontTools").warning("from a library in Python")
    return Findings()


def leave(*_: object) -> None:
    os._exit(9)


@pytest.mark.parametrize("seed", range(15))
def test_corrupted_files_are_judged_or_refused_without_crashing(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    data = bytearray(good())
    for _ in range(random.choice((1, 5, 50))):
        data[random.randrange(len(data))] = random.randrange(256)

    with suppress(FileUnreadable):
        done = checked(tmp_path, bytes(data))
        assert done.pages >= 1
