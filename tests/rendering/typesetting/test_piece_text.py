import math
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue, PrintRefused
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.piece_slots import CODE_LETTERS, CodeArc, CodeLines, SerialLine
from labelsvc.rendering.typesetting.piece_text import PieceText
from tests.samples.text_paper import FONTS, Glyph, SmallPdf, ink_box, read_glyphs, run

MEDIUM = FONTS.face("BeVietnamPro-Medium")
REGULAR = FONTS.face("BeVietnamPro-Regular")
codes = st.text(CODE_LETTERS, min_size=20, max_size=20)
serials = st.integers(0, 2**20 - 1)


def read(content: bytes) -> str:
    """Return what a piece shows, line by line."""
    lines: dict[float, str] = {}
    for glyph in read_glyphs(content):
        lines[glyph.matrix.f] = lines.get(glyph.matrix.f, "") + glyph.letter
    return "\n".join(lines.values())


def fives(code: str) -> list[str]:
    return [code[i : i + 5] for i in range(0, 20, 5)]


@settings(max_examples=20)
@given(st.lists(st.tuples(codes, serials), min_size=1, max_size=4))
def test_every_piece_shows_its_own_code_and_serial(pieces) -> None:
    one = PieceText([CodeLines(MEDIUM, 6, 40, (12.0,)), SerialLine(REGULAR, 5, 40, 4.0)])
    two = PieceText(
        [CodeLines(MEDIUM, 6, 40, (18.0, 11.0), tracking=0.03), SerialLine(REGULAR, 5, 40, 4.0, before="No. ")]
    )

    shown_in_one = one.operators(*zip(*pieces, strict=True))
    shown_in_two = two.operators(*zip(*pieces, strict=True))

    for (code, serial), in_one, in_two in zip(pieces, shown_in_one, shown_in_two, strict=True):
        a, b, c, d = fives(code)
        grouped = f"{serial:07,}".replace(",", " ")
        assert read(in_one) == f"{a} {b} {c} {d}" + (f"\nSố {grouped}" if serial else "")
        assert read(in_two) == f"{a} {b}\n{c} {d}" + (f"\nNo. {grouped}" if serial else "")


@pytest.mark.parametrize(
    ("serial", "shown"),
    [
        (1, "Số 000 001"),
        (417, "Số 000 417"),
        (999_999, "Số 999 999"),
        (1_000_000, "Số 1 000 000"),
        (1_048_575, "Số 1 048 575"),
    ],
)
def test_serials_have_six_digits_in_groups_of_three(serial, shown) -> None:
    text = PieceText([SerialLine(REGULAR, 5, 40, 4.0)])

    assert [read(piece) for piece in text.operators(["0" * 20], [serial])] == [shown]


def test_an_uncounted_piece_prints_no_serial() -> None:
    text = PieceText([CodeLines(MEDIUM, 6, 40, (12.0,)), SerialLine(REGULAR, 5, 40, 4.0)])

    uncounted, counted = text.operators(["0" * 20, "0" * 20], [0, 5])

    assert read(uncounted) == "00000 00000 00000 00000"
    assert b"F0" not in uncounted
    assert read(counted).endswith("Số 000 005")


@settings(max_examples=25)
@given(codes, serials, st.sampled_from(["left", "center", "right"]), st.sampled_from([0.0, 0.05]))
def test_lines_are_aligned_whatever_their_letters(code, serial, align, tracking) -> None:
    slots = (
        CodeLines(MEDIUM, 6, 50, (18.0, 11.0), align, tracking),
        SerialLine(REGULAR, 5, 50, 4.0, align, tracking=tracking),
    )

    glyphs = read_glyphs(PieceText(slots).operators([code], [serial])[0])

    for baseline, slot in ((18.0, slots[0]), (11.0, slots[0]), (4.0, slots[1])):
        line = [glyph for glyph in glyphs if glyph.matrix.f == baseline]
        if not line:
            continue
        start, end = (
            line[0].matrix.e,
            line[-1].matrix.e + slot.face.letter(line[-1].letter).advance * line[-1].size / 1000,
        )
        stands = {"left": start, "center": (start + end) / 2, "right": end}[align]
        assert stands == pytest.approx(50, abs=0.006)
        assert end - start <= slot.width_pt + 0.01


def test_no_code_is_wider_than_the_slot_says() -> None:
    slot = CodeLines(MEDIUM, 6, 0, (0.0,), "left", 0.02)

    left, _, right, _ = ink_box(read_glyphs(PieceText([slot]).operators(["W" * 20], [0])[0]))

    assert 0.97 * slot.width_pt < right - left <= slot.width_pt


@settings(max_examples=15)
@given(codes, st.booleans())
def test_arc_code_letters_keep_their_widths_and_read_left_to_right(code, upper) -> None:
    slot = CodeArc(MEDIUM, 5.2, (45.0, 45.0), 38.0, 90.0 if upper else 270.0, upper)

    content = PieceText([slot]).operators([code], [0])[0]

    glyphs = read_glyphs(content)
    assert "".join(glyph.letter for glyph in glyphs) == code
    assert f"/ActualText({' '.join(fives(code))})".encode() in content
    middles = [_middle(glyph, slot) for glyph in glyphs]
    assert all(math.hypot(x - 45, y - 45) == pytest.approx(38, abs=0.03) for x, y in middles)
    angles = [math.degrees(math.atan2(y - 45, x - 45)) % 360 for x, y in middles]
    along = slot.middles(np.array([[CODE_LETTERS.index(letter) for letter in code]]))[0]
    assert angles == pytest.approx([slot.angle_deg(middle) for middle in along], abs=0.025 * slot.degrees_per_em + 0.06)
    assert abs(angles[-1] - angles[0]) < slot.span_deg
    assert middles[0][0] < middles[-1][0]


def _middle(glyph: Glyph, slot: CodeArc) -> tuple[float, float]:
    half = slot.face.letter(glyph.letter).advance * glyph.size / 2000
    return glyph.matrix.e + half * glyph.matrix.a, glyph.matrix.f + half * glyph.matrix.b


@pytest.mark.parametrize("code", ["612X77JMXYW1WJWJ1111", "W" * 20, "1" * 20, "J1" * 10, "7K3QX9ZT4M2B8RVC5WHD"])
def test_letters_on_an_arc_are_evenly_apart_and_fives_are_seen(code) -> None:
    slot = CodeArc(MEDIUM, 5.2, (45.0, 45.0), 38.0)

    glyphs = read_glyphs(PieceText([slot]).operators([code], [0])[0])

    em, middles = slot.degrees_per_em, [_middle(glyph, slot) for glyph in glyphs]
    angles = np.degrees(np.unwrap([math.atan2(y - 45, x - 45) for x, y in middles])) / em
    halves = [MEDIUM.letter(letter).advance / 2000 for letter in code]
    blanks = [angles[i + 1] - angles[i] - halves[i] - halves[i + 1] for i in range(19)]
    between_fives = [blank for i, blank in enumerate(blanks) if i % 5 == 4]
    within = [blank for i, blank in enumerate(blanks) if i % 5 != 4]
    assert max(within) - min(within) < 0.12  # em: letters stand at steps of 0.05
    assert 0 < min(within) < max(within) < 0.15 < 0.4 < min(between_fives)


@pytest.mark.parametrize("wrong", ["0" * 19, "0" * 21, "I" * 20, "l" * 20, "0" * 19 + "é"])
def test_invalid_codes_are_refused(wrong) -> None:
    text = PieceText([CodeLines(MEDIUM, 6, 40, (12.0,))])

    with pytest.raises(InvalidValue, match=r"text\.codes"):
        text.operators([wrong], [1])


def test_a_design_without_texts_that_differ_gets_no_operators() -> None:
    assert PieceText([]).operators(["0" * 20, "1" * 20], [1, 2]) == [b"", b""]


def test_a_slot_takes_one_line_or_two() -> None:
    with pytest.raises(InvalidValue, match=r"text\.code_lines"):
        CodeLines(MEDIUM, 6, 40, (12.0, 6.0, 0.0))


def test_words_missing_in_the_face_are_refused_at_compile_time() -> None:
    with pytest.raises(PrintRefused, match=r"text\.letter_missing"):
        PieceText([SerialLine(REGULAR, 5, 40, 4.0, before="號 ")])


def test_the_state_of_a_slot_goes_before_its_text() -> None:
    text = PieceText(
        [
            CodeLines(MEDIUM, 6, 40, (12.0,), state=b"/GSn gs 0 0 0 0 k"),
            SerialLine(REGULAR, 5, 40, 4.0, state=b"0 0 0 1 k"),
        ]
    )

    piece = text.operators(["0" * 20], [1])[0]

    assert piece.startswith(b"BT /GSn gs 0 0 0 0 k /F2 6 Tf ")
    assert b"Tj 0 0 0 1 k /F0 5 Tf" in piece


def test_pieces_of_one_call_and_of_many_are_the_same_bytes() -> None:
    text = PieceText([CodeLines(MEDIUM, 6, 40, (18.0, 11.0)), SerialLine(REGULAR, 5, 40, 4.0)])
    pieces = [(CODE_LETTERS[i : i + 12] + CODE_LETTERS[:8], 999_990 + i) for i in range(20)]

    together = text.operators(*zip(*pieces, strict=True))

    assert together == [text.operators([code], [serial])[0] for code, serial in pieces]
    assert text.operators([], []) == []


def test_codes_and_serials_are_read_back_from_paper(tmp_path: Path) -> None:
    straight = PieceText([CodeLines(MEDIUM, 6, 100, (150.0, 142.0)), SerialLine(REGULAR, 5, 100, 134.0)])
    round_ = PieceText([CodeArc(MEDIUM, 5.2, (100.0, 60.0), 38.0), SerialLine(REGULAR, 5, 100, 60.0)])
    use, code = FontUse(), "7K3QX9ZT4M2B8RVC5WHD"
    content = b"\n".join(text.operators([code], [417])[0] for text in (straight, round_))
    for text in (straight, round_):
        text.record(use)
    path = tmp_path / "pieces.pdf"

    path.write_bytes(SmallPdf().page(content, use, 200, 170))

    lines = ["7K3QX 9ZT4M", "2B8RV C5WHD", "Số 000 417", "7K3QX 9ZT4M 2B8RV C5WHD", "Số 000 417"]
    assert run("pdftotext", "-raw", path, "-").strip().split("\n") == lines
    page = pypdfium2.PdfDocument(path)[0]
    assert page.get_textpage().get_text_range().split() == " ".join(lines).split()
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
