import io
import shutil
import subprocess
import sys
import unicodedata
from itertools import product
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import NotFound, PrintRefused
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.rendering.typesetting.subset import subset
from tests.samples.text_paper import FONTS, FONTS_FOLDER, SmallPdf, reference, run

VIETNAMESE = "".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
PANGRAM = "Ấm Ộ Ẵng ỷ ụ ạ ỵ; Đường Trà Tạ Yến AVLT: 5–10 °C, −18 °C, (ợ) \\ 1,5 kg ® ₫ × ½"


@pytest.mark.parametrize("face", FONTS.faces, ids=lambda face: face.name)
def test_a_face_measures_every_letter_as_fonttools_does(face: FontFace) -> None:
    font = reference(face)
    letters = {chr(code): name for code, name in font.getBestCmap().items() if not 0x300 <= code < 0x370}

    read = {letter: face.letter(letter) for letter in letters}

    for letter, name in letters.items():
        assert read[letter].glyph == font.getGlyphID(name)
        assert read[letter].advance == font["hmtx"][name][0]
        if (outline := font["glyf"][name]).numberOfContours:
            assert (read[letter].y_min, read[letter].y_max) == (outline.yMin, outline.yMax)
            assert (read[letter].x_min, read[letter].x_max) == (outline.xMin, outline.xMax)


@pytest.mark.parametrize("face", FONTS.faces, ids=lambda face: face.name)
def test_a_face_kerns_every_pair_as_its_gpos_table_says(face: FontFace) -> None:
    letters = "AVTYLPFWKRaăâeêoôơuưyrvtg.,-0147ẠẤỴỵĐđ"
    font = reference(face)
    names = font.getBestCmap()

    kerns = {(a, b): face.kern(a, b) for a, b in product(letters, repeat=2)}

    expected = {(a, b): _kern_in_gpos(font, names[ord(a)], names[ord(b)]) for a, b in kerns}
    assert kerns == expected
    assert any(kern < -80 for kern in kerns.values())


def _kern_in_gpos(font: TTFont, first: str, second: str) -> int:
    for table in font["GPOS"].table.LookupList.Lookup[0].SubTable:
        if first not in table.Coverage.glyphs:
            continue
        if table.Format == 1:
            records = table.PairSet[table.Coverage.glyphs.index(first)].PairValueRecord
            if (value := next((r.Value1 for r in records if r.SecondGlyph == second), None)) is None:
                continue
        else:
            row = table.Class1Record[table.ClassDef1.classDefs.get(first, 0)]
            value = row.Class2Record[table.ClassDef2.classDefs.get(second, 0)].Value1
        return value.XAdvance if value else 0
    return 0


def test_the_width_of_a_text_is_kerned() -> None:
    face = FONTS.face("BeVietnamPro-Bold")

    width = face.advance("Trà AV")

    letters = sum(face.letter(letter).advance for letter in "Trà AV")
    assert width == letters + face.kern("T", "r") + face.kern("r", "à") + face.kern("A", "V")
    assert face.advance("") == 0


def test_faces_are_found_by_name_or_weight_with_stable_resources() -> None:
    named = [(face.resource, face.name) for face in FONTS.faces]

    assert named == [
        (b"F0", "BeVietnamPro-Regular"),
        (b"F1", "BeVietnamPro-Italic"),
        (b"F2", "BeVietnamPro-Medium"),
        (b"F3", "BeVietnamPro-SemiBold"),
        (b"F4", "BeVietnamPro-Bold"),
        (b"F5", "BeVietnamPro-ExtraBold"),
    ]
    assert FONTS.find("Be Vietnam Pro", 700) is FONTS.face("BeVietnamPro-Bold")
    assert FONTS.find("BeVietnamPro", 400, italic=True) is FONTS.face("BeVietnamPro-Italic")
    assert FONTS.find("Be Vietnam Pro", 900) is None


def test_an_unknown_face_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(NotFound) as refused:
        FONTS.face("BeVietnam-Bold")

    assert refused.value.problems[0].facts["nearest"] == "BeVietnamPro-Bold"


def test_letters_that_a_face_lacks_are_named_and_never_drawn() -> None:
    face = FONTS.face("BeVietnamPro-Regular")

    assert face.missing("Gốm 漢 Bát Tràng 字漢") == "漢字"
    assert face.missing(unicodedata.normalize("NFD", "ấ")) == "\u0302\u0301"
    assert face.missing(VIETNAMESE + " 0123456789") == ""
    with pytest.raises(PrintRefused):
        face.encode("漢")


def test_ink_reaches_from_the_dot_below_to_the_stacked_diacritic() -> None:
    face = FONTS.face("BeVietnamPro-Bold")

    assert face.ink("Ấạ") == (-247, 1115)
    assert face.highest == max(face.ink(letter)[1] for letter in VIETNAMESE)
    assert face.lowest == min(face.ink(letter)[0] for letter in VIETNAMESE)


@given(st.text(st.sampled_from(VIETNAMESE + "ABCXYZabcxyz0123456789 ().,-–\\/°×®"), max_size=30))
def test_an_encoded_text_decodes_to_its_glyphs(text: str) -> None:
    face = FONTS.face("BeVietnamPro-SemiBold")

    with pikepdf.new() as pdf:
        plain = list(pikepdf.parse_content_stream(pdf.make_stream(face.encode(text) + b"Tj")))
        kerned = list(pikepdf.parse_content_stream(pdf.make_stream(face.show(text))))

    expected = b"".join(glyph.to_bytes(2, "big") for glyph in face.glyph_ids(text))
    operand = kerned[0].operands[0]
    parts = [operand] if str(kerned[0].operator) == "Tj" else list(operand)
    assert bytes(plain[0].operands[0]) == expected
    assert b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String)) == expected


def test_a_subset_keeps_glyph_ids_and_outlines_and_empties_the_rest() -> None:
    face = FONTS.face("BeVietnamPro-Bold")
    used = set(face.glyph_ids("Củ cải trắng"))

    font = TTFont(io.BytesIO(subset(face.file, used)), checkChecksums=2)

    original = reference(face)
    order = original.getGlyphOrder()
    assert set(font.reader.keys()) == {"head", "hhea", "maxp", "hmtx", "loca", "glyf", "cvt ", "fpgm", "prep"}
    assert font["maxp"].numGlyphs == len(order)
    for glyph, name in enumerate(font.getGlyphOrder()):
        if glyph in used | {0}:
            assert font["glyf"][name].compile(font["glyf"]) == original["glyf"][order[glyph]].compile(original["glyf"])
        else:
            assert font["glyf"][name].numberOfContours == 0


def test_a_subset_takes_the_components_of_its_composite_glyphs_along(tmp_path: Path) -> None:
    font = TTFont(FONTS_FOLDER / "BeVietnamPro_700Bold.ttf")
    names = font.getBestCmap()
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent("A", (1, 0, 0, 1, 0, 0))
    pen.addComponent("acutecomb", (0.9, 0, 0, 1.1, 300, 40))
    font["glyf"][names[ord("Á")]] = pen.glyph()
    font.save(tmp_path / "Composed_700Bold.ttf")
    face = FontBook(tmp_path).faces[0]

    small = TTFont(io.BytesIO(subset(face.file, face.glyph_ids("Á"))), checkChecksums=2)

    filled = {glyph for glyph, name in enumerate(small.getGlyphOrder()) if small["glyf"][name].numberOfContours}
    assert filled == {font.getGlyphID(name) for name in ("A", "acutecomb", names[ord("Á")])}


def test_other_programs_find_embedded_subsets_and_read_the_text_in_nfc(tmp_path: Path) -> None:
    use, content = FontUse(), b""
    for i, face in enumerate(FONTS.faces):
        use.add(face, PANGRAM)
        content += b"BT /%b 10 Tf 20 %d Td %b ET\n" % (face.resource, 200 - 20 * i, face.show(PANGRAM))
    path = tmp_path / "faces.pdf"

    path.write_bytes(SmallPdf().page(content, use, 600, 240))

    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    lines = run("pdffonts", path).splitlines()[2:]
    assert [line.split()[0][7:] for line in lines] == [face.name for face in FONTS.faces]
    assert all("CID TrueType      Identity-H       yes yes yes" in line for line in lines)
    assert run("pdftotext", path, "-").split("\n")[: len(FONTS.faces)] == [PANGRAM] * len(FONTS.faces)
    assert run("mutool", "draw", "-q", "-F", "text", path).count(PANGRAM) == len(FONTS.faces)
    page = pypdfium2.PdfDocument(path)[0]
    assert page.get_textpage().get_text_range().split("\r\n") == [PANGRAM] * len(FONTS.faces)


def test_the_widths_in_the_file_are_those_of_the_face() -> None:
    face = FONTS.face("BeVietnamPro-Medium")
    use = FontUse()
    use.add(face, PANGRAM)
    pdf = pikepdf.open(io.BytesIO(SmallPdf().page(b"", use, 10, 10)))

    font = pdf.pages[0].Resources.Font["/F2"].DescendantFonts[0]

    runs = list(font.W)
    widths = {
        int(first) + i: float(width)
        for first, row in zip(runs[::2], runs[1::2], strict=True)
        for i, width in enumerate(row)
    }
    assert widths == {face.letter(letter).glyph: face.letter(letter).advance for letter in PANGRAM}


def test_fonts_of_the_same_letters_are_identical_in_any_order() -> None:
    def written(*texts: str) -> list[bytes]:
        use, pdf = FontUse(), SmallPdf()
        for text in texts:
            use.add(FONTS.faces[4], text)
        pdf.page(b"", use, 10, 10)
        return pdf.bodies

    assert written("Củ cải", " trắng") == written("trắng Củ", "cải ")
    assert written("Củ cải")[0] != written("Củ cảI")[0]


def test_uses_are_put_together_and_named_in_the_order_of_faces() -> None:
    first, second = FontUse(), FontUse()
    first.add(FONTS.faces[3], "ba")
    second.add(FONTS.faces[3], "cb")
    second.add(FONTS.faces[0], "x")
    second.add(FONTS.faces[1], "")

    first.update(second)

    assert first.letters == {FONTS.faces[0]: "x", FONTS.faces[3]: "abc"}
    assert list(first.letters) == [FONTS.faces[0], FONTS.faces[3]]


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "Broken_400Regular.ttf").write_bytes(b"no font at all")
    shutil.copy(FONTS_FOLDER / "BeVietnamPro_700Bold.ttf", tmp_path / "Good_700Bold.ttf")
    broken, good = FontBook(tmp_path).faces

    with pytest.raises(ValueError, match=r"Broken_400Regular\.ttf"):
        broken.advance("a")

    assert good.advance("a") > 0


def test_setting_text_loads_no_heavy_library() -> None:
    modules = ", ".join(f"labelsvc.rendering.typesetting.{name}" for name in ("fitting", "arc_text", "subset"))
    program = (
        f"import sys, {modules}; print(*{{'numpy', 'fontTools', 'reportlab', 'PIL', 'pikepdf'}} & set(sys.modules))"
    )

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert loaded.strip() == ""


@settings(max_examples=15)
@given(st.sets(st.sampled_from(VIETNAMESE + "ABCDEFGHabcdefgh0123456789"), min_size=1))
def test_any_subset_is_a_sound_font_file(letters: set[str]) -> None:
    face = FONTS.face("BeVietnamPro-ExtraBold")

    font = TTFont(io.BytesIO(subset(face.file, face.glyph_ids("".join(letters)))), checkChecksums=2)

    assert font["head"].checkSumAdjustment
    assert len(font["loca"]) == face.file.glyph_count + 1
