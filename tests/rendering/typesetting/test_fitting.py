import csv
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.pdf.units import number, points
from labelsvc.rendering.typesetting import fitting
from labelsvc.rendering.typesetting.fitting import (
    Align,
    FittedText,
    TextBox,
    VerticalAlign,
    fit_text,
    normalised,
    operators,
)
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.line_breaking import keep_together, make_pieces
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.samples.text_paper import FONTS, SmallPdf, ink_box, raster, read_glyphs, run
from tests.samples.vietnamese import names, sentences

BOLD = FONTS.face("BeVietnamPro-Bold")
REGULAR = FONTS.face("BeVietnamPro-Regular")
WORDING = CHECKOUT / "templates" / "wording"
SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"

many = settings(suppress_health_check=[HealthCheck.filter_too_much])
faces = st.sampled_from(FONTS.faces)
aligns: st.SearchStrategy[Align] = st.sampled_from(["left", "center", "right"])
valigns: st.SearchStrategy[VerticalAlign] = st.sampled_from(["top", "middle", "bottom"])
boxes = st.builds(
    lambda width, height, size, share, lines, leading, balanced, tracking: TextBox(
        width, height, size, round(size * share, 1), lines, leading, balanced, tracking
    ),
    st.floats(12, 80),
    st.floats(2, 30),
    st.integers(5, 24),
    st.floats(0.4, 1.0),
    st.integers(1, 5),
    st.sampled_from([0.9, 1.0, 1.2, 1.5]),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.08]),
)


def fitted(outcome: FittedText | Problem) -> FittedText:
    assert isinstance(outcome, FittedText), outcome
    return outcome


@settings(many, max_examples=50)
@given(faces, sentences, boxes, aligns, valigns)
def test_no_ink_leaves_the_box(face, text, box, align, valign) -> None:
    fit = fit_text(face, text, box)
    assume(isinstance(fit, FittedText))

    left, low, right, high = ink_box(read_glyphs(operators(fit, 0.0, -fit.first_baseline_pt(valign), align)))

    rounding = 0.011 + 0.0006 * max(map(len, fit.lines))  # positions to 1/100 pt, tracking to 1/1000 pt
    assert left >= -rounding
    assert right <= box.width_pt + rounding
    assert high <= rounding
    assert low >= -box.height_pt - rounding


@settings(many, max_examples=40)
@given(faces, sentences, boxes)
def test_the_ink_of_two_lines_never_meets(face, text, box) -> None:
    fit = fit_text(face, text, box)
    assume(isinstance(fit, FittedText) and len(fit.lines) > 1)

    inks = [face.ink(line) for line in fit.lines]

    em = fit.size_pt / 1000
    for (bottom, _), (_, top) in pairwise(inks):
        assert fit.leading_pt + bottom * em - top * em >= max(0.02 * fit.size_pt, points(0.2)) - 1e-9
    assert fit.leading_pt >= box.leading * fit.size_pt - 1e-9


@settings(many, max_examples=50)
@given(faces, sentences, boxes)
def test_lines_put_together_are_the_text_in_nfc(face, text, box) -> None:
    fit = fit_text(face, unicodedata.normalize("NFD", text), box)
    assume(isinstance(fit, FittedText))

    joined = re.sub(r"(?<=NSX/) (?=HSD)", "", " ".join(fit.lines)) if "NSX/ HSD" not in text else " ".join(fit.lines)

    assert joined == text == unicodedata.normalize("NFC", text)
    assert len(fit.lines) <= box.max_lines
    assert box.min_size_pt <= fit.size_pt <= box.size_pt


@settings(many, max_examples=30)
@given(faces, names, boxes)
def test_a_text_is_shrunk_no_further_than_it_must_be(face, text, box) -> None:
    fit = fit_text(face, text, box)
    assume(isinstance(fit, FittedText) and fit.size_pt < box.size_pt)

    larger = [size for size in box.sizes_pt if size > fit.size_pt]

    for size in larger:
        same = TextBox(box.width_mm, box.height_mm, size, size, box.max_lines, box.leading, box.balanced, box.tracking)
        assert isinstance(fit_text(face, text, same), Problem)


@settings(many, max_examples=40)
@given(faces, names, boxes)
def test_only_what_cannot_fit_at_the_least_size_is_refused(face, text, box) -> None:
    fit = fit_text(face, text, box)
    assume(isinstance(fit, Problem))
    em = box.min_size_pt / 1000
    room = box.width_pt / em + 1000 * box.tracking
    overhang = 60  # at most, at both ends of a line

    lines = 1
    used = 0.0
    too_wide = False
    for word in text.split():
        width = face.advance(word) + 1000 * box.tracking * len(word)
        too_wide = too_wide or width + overhang > room
        used += width if not used else width + face.advance(" ") + 1000 * box.tracking
        if used + overhang > room:
            lines, used = lines + 1, width
    leading = max(1000 * box.leading, face.highest - face.lowest + max(20, points(0.2) / em))
    too_high = (face.highest - face.lowest + (lines - 1) * leading) * em > box.height_pt

    assert too_wide or lines > box.max_lines or too_high


@given(names)
def test_text_in_an_exactly_fitting_box_stays_on_one_line(text) -> None:
    width, (low, high) = BOLD.advance(text) + 120, BOLD.ink(text)
    box = TextBox(width / 100 / 72 * 25.4 + 0.01, (high - low) / 100 / 72 * 25.4 + 0.01, 10, 10, 3)

    fit = fitted(fit_text(BOLD, text, box))

    assert fit.lines == (text,)
    assert fit.ink_height_pt == pytest.approx((high - low) / 100)


@pytest.mark.parametrize(
    ("text", "width_mm", "lines"),
    [
        ("Khối lượng tịnh 100 g", 33.0, ("Khối lượng tịnh", "100 g")),
        ("Bảo quản lạnh 5–10 °C", 28.0, ("Bảo quản lạnh", "5–10 °C")),
        ("Bảo quản ở 5 – 10 °C", 24.0, ("Bảo quản", "ở 5 – 10 °C")),
        ("Bảo quản đông −18 °C", 28.0, ("Bảo quản đông", "−18 °C")),
        ("Hạn dùng là 12 tháng", 25.0, ("Hạn dùng là", "12 tháng")),
        ("Nhà vườn số 12 Tây Hồ", 25.0, ("Nhà vườn", "số 12 Tây Hồ")),
        ("Sản xuất ở TP. Hà Nội", 27.5, ("Sản xuất ở", "TP. Hà Nội")),
        ("Chè xanh – trà mạn sen", 25.0, ("Chè xanh –", "trà mạn sen")),
    ],
)
def test_what_belongs_together_stays_on_one_line(text, width_mm, lines) -> None:
    box = TextBox(width_mm, 20, 10, 10, 3)

    assert fitted(fit_text(REGULAR, text, box)).lines == lines


def test_numbers_leave_their_unit_only_if_nothing_else_fits() -> None:
    narrow = TextBox(13, 12, 8, 7, 3)

    fit = fitted(fit_text(REGULAR, "khoảng 1.234.567 tháng", narrow))

    assert fit.lines == ("khoảng", "1.234.567", "tháng")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Nông-Lâm-Ngư-Nghiệp-Hà-Nội", ("Nông-Lâm-", "Ngư-Nghiệp-", "Hà-Nội")),
        ("Đại Áng/Thanh-Trì/Hà-Nội", ("Đại Áng/", "Thanh-Trì/", "Hà-Nội")),
        ("mắm,muối,tương,cà,dưa,gừng", ("mắm,muối,", "tương,cà,", "dưa,gừng")),
    ],
)
def test_a_long_word_is_broken_after_hyphens_slashes_and_commas(text, lines) -> None:
    assert fitted(fit_text(REGULAR, text, TextBox(24, 20, 10, 10, 3))).lines == lines


@pytest.mark.parametrize("text", ["0243.851-234-567", "12/05/2026-01/12/2027", "1,234,567,890,123"])
def test_numbers_are_never_broken(text) -> None:
    problem = fit_text(REGULAR, text, TextBox(15, 20, 10, 10, 3), "phone")

    assert isinstance(problem, Problem)
    assert (problem.code, problem.facts["word"], problem.facts["field"]) == ("text.word_too_long", text, "phone")


def test_names_break_into_even_lines_outside_proper_names() -> None:
    box = TextBox(50, 18, 18, 12, 2, 1.1, balanced=True)

    assert fitted(fit_text(BOLD, "Củ cải trắng Đông Cao", box)).lines == ("Củ cải trắng", "Đông Cao")
    assert fitted(fit_text(BOLD, "Bún Phú Đô", box)).lines == ("Bún Phú Đô",)


@settings(many, max_examples=40)
@given(names, st.integers(2, 4), st.booleans())
def test_the_last_line_never_holds_one_syllable_needlessly(text, lines, balanced) -> None:
    box = TextBox(42, 40, 10, 10, lines, 1.2, balanced)
    fit = fit_text(REGULAR, text, box)
    assume(isinstance(fit, FittedText) and len(fit.lines) > 1)

    last, before = fit.lines[-1], fit.lines[-2]

    both = f"{before.split()[-1]} {last}"
    others_fit = len(before.split()) > 2 and REGULAR.advance(both) + 120 < box.width_pt * 100
    assert " " in last or not others_fit


def test_every_name_of_the_sample_reads_well_in_two_lines() -> None:
    box = TextBox(50, 16, 16, 8, 2, 1.15, balanced=True)
    with SAMPLE.open(encoding="utf-8-sig") as rows:
        sample = [normalised(row["Tên sản phẩm"]) for row in csv.DictReader(rows)]

    fits = [fitted(fit_text(BOLD, name, box)) for name in sample]

    assert [" ".join(fit.lines) for fit in fits] == sample
    for fit in fits:
        if len(fit.lines) == 2:
            assert min(fit.widths_pt) > 0.6 * max(fit.widths_pt)


def test_a_long_text_shrinks_before_it_is_refused() -> None:
    box = TextBox(50, 16, 16, 8, 2, 1.15, balanced=True)
    long = "Tinh dầu sả chanh nguyên chất chưng cất thủ công xã Ba Vì huyện Ba Vì thành phố Hà Nội"

    fit = fitted(fit_text(BOLD, long[:60].rsplit(" ", 1)[0], box))
    problem = fit_text(BOLD, long * 2, box, "product.name")

    assert fit.size_pt < 16
    assert isinstance(problem, Problem)
    assert problem.code == "text.too_long"
    assert problem.facts["letters"] == len(long) * 2
    room = problem.facts["room"]
    assert isinstance(room, int)
    assert isinstance(fit_text(BOLD, (long * 2)[:room].strip(), box), FittedText)
    assert 60 < room < 120


def test_a_letter_that_the_face_lacks_is_named_with_its_field() -> None:
    problem = fit_text(BOLD, "Rượu nếp 漢", TextBox(50, 10, 10, 8), "product.name")

    assert isinstance(problem, Problem)
    assert problem.code == "text.letter_missing"
    assert problem.facts == {"field": "product.name", "text": "Rượu nếp 漢", "letters": "漢", "face": BOLD.name}


def test_an_empty_text_draws_nothing() -> None:
    fit = fitted(fit_text(BOLD, " \n ", TextBox(50, 10, 10, 8)))

    assert fit.lines == ()
    assert operators(fit, 0, 0) == b""


def test_spaces_and_hyphens_become_plain() -> None:
    assert normalised("  Cốm\u2011 làng\n Vòng\t") == "Cốm- làng Vòng"
    assert normalised(unicodedata.normalize("NFD", "Ấm Đường")) == "Ấm Đường"
    assert normalised("5\u00a0kg") == "5\u00a0kg"


def test_values_and_headings_share_a_baseline_whatever_they_say() -> None:
    box = TextBox(30, 8, 8, 6)

    baselines = {fitted(fit_text(REGULAR, text, box)).first_baseline_pt("top") for text in ("nem", "Ẳ", "Ặ", "g", "–")}

    assert len(baselines) == 1


def test_empty_boxes_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"text\.box"):
        TextBox(0, 10, 10, 8)
    with pytest.raises(InvalidValue, match=r"text\.sizes"):
        TextBox(10, 10, 8, 10)


def test_numbers_are_written_as_pdf_takes_them() -> None:
    assert [number(value) for value in (1.0, -0.001, 0.5, 12.345, -3.1, 1e-9, 100.0)] == [
        "1",
        "0",
        "0.5",
        "12.35",
        "-3.1",
        "0",
        "100",
    ]


def test_paragraphs_on_paper_stay_in_their_boxes_and_are_read_back(tmp_path: Path) -> None:
    texts = [
        "Nơi khô mát, nhiệt độ từ 5 – 10 °C, tránh ánh nắng trực tiếp; dùng trong 12 tháng kể từ ngày sản xuất.",
        "Ẵm Ộ ụy Ấp ủ ợ ấy Ỹ Ặ ệ Ẫ ự Ẩ Ự Ỵ Ậ Ể Ễ ạ y g Ẵ Ặ Ổ Ộ ỗ Ẵ",
        "Hợp tác xã Dịch vụ tổng hợp Đông Cao, xã Tráng Việt, huyện Mê Linh, thành phố Hà Nội",
        "jẵng Qụy jỵ Ậy ợ Ấ gỵ Ỷ jợ Ổ ụ",
    ]
    box = TextBox(42, 12.5, 8, 5, 4, 1.0)
    use, content, corners = FontUse(), [], []
    aligns: list[Align] = ["left", "center", "right", "center"]
    fits = [fitted(fit_text(face, text, box)) for face, text in zip(FONTS.faces[1:], texts, strict=False)]
    for i, (fit, align) in enumerate(zip(fits, aligns, strict=True)):
        left, top = points(5 + 50 * (i % 2)), points(40 - 20 * (i // 2))
        use.add(fit.face, " ".join(fit.lines))
        content.append(operators(fit, left, top - fit.first_baseline_pt("middle"), align))
        corners.append((left, top))
    path = tmp_path / "paragraphs.pdf"
    path.write_bytes(SmallPdf().page(b"\n".join(content), use, points(100), points(45)))

    width, _, grey = raster(path, 300)

    inside = set()
    for left, top in corners:
        rows = range(int((points(45) - top) * 300 / 72) - 1, int((points(45) - top + box.height_pt) * 300 / 72) + 2)
        columns = range(int(left * 300 / 72) - 1, int((left + box.width_pt) * 300 / 72) + 2)
        inside |= {(row, column) for row in rows for column in columns}
    inked = {divmod(i, width) for i, value in enumerate(grey) if value < 128}
    assert len(inked) > 20_000
    assert inked <= inside
    assert sorted(run("pdftotext", "-raw", path, "-").split()) == sorted(" ".join(texts).split())
    extracted = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range()
    assert extracted.split() == " ".join(texts).split()


def test_every_problem_of_a_text_is_a_sentence_in_both_languages() -> None:
    box = TextBox(20, 5, 10, 8)
    outcomes = [
        fit_text(BOLD, text, box, "product.name") for text in ("漢", "Củ cải trắng Đông Cao", "Nghiêngnghiêngnghiêng")
    ]
    problems = [outcome for outcome in outcomes if isinstance(outcome, Problem)]

    said = [Wording(WORDING, language).explain(problem) for problem in problems for language in ("vi", "en")]

    assert [problem.code for problem in problems] == ["text.letter_missing", "text.too_long", "text.word_too_long"]
    assert all("product.name" in sentence and "{" not in sentence for sentence in said)


@pytest.mark.parametrize(
    "text", ["LỤC BÌNH ẤN ĐỘ xào tỏi ớt Ẵ ụ ạ", "một hai ba bốn năm sáu bảy", "Ẳng ợ nước mắm cá cơm Ẫ"]
)
@pytest.mark.parametrize("leading", [0.9, 1.1, 1.4])
def test_least_height_never_exceeds_height_as_set(text: str, leading: float) -> None:
    pieces = make_pieces(BOLD, keep_together(text.split(" ")), 0.0, 0.0)
    for width_mm in (9.0, 14.0, 22.0, 40.0):
        box = TextBox(width_mm, 500.0, 12.0, 6.0, max_lines=8, leading=leading)
        for size in box.sizes_pt:
            if set_text := fitting._set_lines(BOLD, pieces, box, size):
                least = fitting._least_height(pieces, len(set_text.lines), box, size) * size / 1000
                assert least <= set_text.ink_height_pt + 1e-6
