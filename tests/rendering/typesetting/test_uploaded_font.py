"""Fonts that are uploaded: licence, letters, and what of them is printed with; hostile ones end within bounds."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools.cffLib import CFFFontSet

from labelsvc.domain.errors import InvalidValue
from labelsvc.limited_process.nursery import Nursery
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity
from labelsvc.pdf.raster import first_page_pixels
from labelsvc.preflight.inspection import inspect_content
from labelsvc.rendering.sheets.page_svg import pages_svg
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.font_file import FontFile
from labelsvc.rendering.typesetting.fonts import FaceName, FontFace
from labelsvc.rendering.typesetting.uploaded_font import UploadedFont, licence_of, read_uploaded_font
from labelsvc.rendering.typesetting.vietnamese import NEEDED, VIETNAMESE
from labelsvc.workflows.looks import read_font as reading
from labelsvc.workflows.looks.read_font import read_font
from tests import cpu_seconds
from tests.samples import font_files
from tests.samples.labels_on_paper import ROOM

TEXT = "Ớt chỉ thiên AV ẤẦỖ 250 g"


@cache
def read(kind: str) -> UploadedFont:
    files = {"truetype": font_files.truetype_font, "cff": font_files.cff_font}
    return read_uploaded_font(files[kind]())


def face_of(font: UploadedFont) -> FontFace:
    called = FaceName(font.name, font.family, font.weight, font.italic)
    return FontFace(called, b"U1", lambda: FontFile(font.content, font.name))


def test_the_134_letters_of_vietnamese_are_needed() -> None:
    assert len(set(VIETNAMESE)) == len(VIETNAMESE) == 134
    assert VIETNAMESE.isalpha()
    assert not set(VIETNAMESE) - set(NEEDED)


@pytest.mark.parametrize(
    ("fs_type", "outcome"),
    [
        (0x0, "installable"),
        (0x8, "editable"),
        (0x4, "preview"),
        (0x2, "font.licence_restricted"),
        (0x6, "preview"),  # of several, the least restrictive
        (0xA, "editable"),
        (0x100, "font.licence_no_subsets"),
        (0x108, "font.licence_no_subsets"),
        (0x200, "font.licence_bitmaps"),
        (0x1, "installable"),  # reserved
    ],
)
def test_licence_bits_are_read_as_opentype_says(fs_type: int, outcome: str) -> None:
    try:
        found = licence_of(fs_type)
    except InvalidValue as error:
        found = error.problems[0].code

    assert found == outcome


@pytest.mark.parametrize("kind", ["truetype", "cff"])
def test_a_good_font_says_what_it_is_and_measures_as_before(kind: str) -> None:
    font, ours = read(kind), ROOM.fonts.face("BeVietnamPro-Regular")
    face = face_of(font)

    assert (font.family, font.weight, font.italic, font.outlines) == (font_files.FAMILY, 400, False, kind)
    assert (font.name, font.licence, font.letters) == ("ChuThu-Regular", "installable", len(NEEDED))
    assert "°" in font.lacking
    assert font.kerned is (kind == "truetype")
    assert face.file.has_cff is (kind == "cff")
    assert face.letter("Ấ").advance == pytest.approx(ours.letter("Ấ").advance, abs=1)
    assert face.letter("ỵ").y_min == pytest.approx(ours.letter("ỵ").y_min, abs=1)
    assert face.figure_height == pytest.approx(ours.figure_height, abs=1)
    if font.kerned:
        assert face.kern("A", "V") == pytest.approx(ours.kern("A", "V"), abs=1)
        assert face.kern("A", "V") < 0


def page_of(face: FontFace, text: str) -> bytes:
    use = FontUse()
    use.add(face, text)
    content = BLACK_OVERPRINTING + b"BT /%b 14 Tf 20 20 Td %b ET\n" % (face.resource, face.encode(text) + b" Tj")
    stream, boxes = io.BytesIO(), whole_page_boxes(90, 20)
    identity = PdfIdentity("Thử", datetime(2026, 1, 1, tzinfo=UTC), "labelsvc")
    write_press_file(stream, [PressPage(boxes, content, use)], identity, ROOM.profile)
    return stream.getvalue()


def pixels(pdf: bytes) -> Any:
    return first_page_pixels(pdf, 200).astype(int)


def test_both_kinds_are_embedded_read_back_and_look_the_same() -> None:
    pdfs = {kind: page_of(face_of(read(kind)), TEXT) for kind in ("truetype", "cff")}

    for pdf in pdfs.values():
        assert pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range() == TEXT
        assert inspect_content(pdf).faults == {}
    assert abs(pixels(pdfs["truetype"]) - pixels(pdfs["cff"])).mean() < 0.6

    with pikepdf.open(io.BytesIO(pdfs["cff"])) as opened:
        (font,) = opened.pages[0].Resources.Font.values()
        descendant = font.DescendantFonts[0]
        program = descendant.FontDescriptor.FontFile3
        assert (str(descendant.Subtype), str(program.Subtype)) == ("/CIDFontType0", "/CIDFontType0C")
        cff = CFFFontSet()
        cff.decompile(io.BytesIO(program.read_bytes()), None)
    top = cff[0]
    drawn = [name for name in top.charset if len(top.CharStrings[name].bytecode) > 1]
    assert top.ROS == ("Adobe", "Identity", 0)
    assert len(drawn) == len(set(TEXT)) + 1  # and .notdef


def test_letters_in_cff_are_exported_as_paths() -> None:
    pdf = page_of(face_of(read("cff")), "Ấm")

    (svg,) = pages_svg(io.BytesIO(pdf), "thử", ROOM.palette, ROOM.profile)

    assert svg.count(b"<use ") == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "font.kind_unknown"),
        (b"GIF89a", "font.kind_unknown"),
        (b"wOF2" + bytes(60), "font.kind_woff2"),
        (b"ttcf" + bytes(60), "font.kind_collection"),
        (b"OTTO" + bytes(8), "font.no_outlines"),
        (b"OTTO\0\1" + bytes(6), "font.broken"),
        (font_files.truetype_font(lacking="ẴỸg"), "font.letters_missing"),
        (font_files.truetype_font(fs_type=2), "font.licence_restricted"),
        (font_files.looping_font(), "font.broken"),
        (font_files.nested_font(), "font.too_costly"),
        (font_files.far_font(), "font.too_far"),
    ],
    ids=range(11),
)
def test_what_cannot_be_printed_with_is_refused_by_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(InvalidValue) as error:
        read_uploaded_font(content)

    assert error.value.problems[0].code == code
    if code == "font.letters_missing":
        assert error.value.problems[0].facts["letters"] == "gẴỸ"


@pytest.mark.parametrize("kind", ["truetype", "cff"])
def test_mutated_fonts_are_refused_or_rebuilt_and_never_crash(kind: str) -> None:
    whole = {"truetype": font_files.truetype_font(), "cff": font_files.cff_font()}[kind]
    dice = random.Random(kind)
    tables = range(12, 12 + 16 * int.from_bytes(whole[4:6], "big"))

    for _ in range(8):
        broken = bytearray(whole[: dice.randrange(12, len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.choice((1, 5, 40))):
            at = dice.choice(tables) if dice.random() < 0.4 else dice.randrange(len(broken))
            if at < len(broken):
                broken[at] = dice.choice((0, 255, dice.randrange(256)))
        try:
            font = read_uploaded_font(bytes(broken))
        except InvalidValue:
            continue
        assert page_of(face_of(font), TEXT).startswith(b"%PDF")


def test_a_font_that_calls_without_end_ends_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "from labelsvc.limited_process.nursery import answer_files; "
        "from labelsvc.workflows.looks.read_font import answer_font; "
        "answer_files(answer_font, most_bytes=1 << 30, most_seconds=1)"
    )
    monkeypatch.setattr(reading, "_NURSERY", Nursery(program))
    begun = cpu_seconds()

    with pytest.raises(InvalidValue, match=r"font\.too_costly"):
        read_font(font_files.cff_font(bomb=True))

    assert read_font(font_files.truetype_font()).family == font_files.FAMILY
    assert cpu_seconds() - begun < 6


def test_units_other_than_a_thousand_are_scaled_to_them() -> None:
    large, small = face_of(read_uploaded_font(font_files.cff_font(2048))), face_of(read("cff"))

    assert large.file.units_per_em == 1000
    assert large.letter("Ặ").y_max == pytest.approx(small.letter("Ặ").y_max, abs=1.5)
