import math
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.pdf.units import points
from labelsvc.rendering.typesetting.arc_text import FittedArc, TextArc, arc_operators, fit_arc
from labelsvc.rendering.typesetting.font_book import FontUse
from tests.samples.text_paper import FONTS, SmallPdf, raster, read_glyphs, run
from tests.samples.vietnamese import names

BOLD = FONTS.face("BeVietnamPro-Bold")


def fitted(outcome: FittedArc | Problem) -> FittedArc:
    assert isinstance(outcome, FittedArc), outcome
    return outcome


@pytest.mark.parametrize(("upper", "middle"), [(True, 90.0), (False, 270.0)])
def test_letters_stand_on_the_circle_and_read_from_left_to_right(upper, middle) -> None:
    arc = TextArc(12, 8, 6, upper, middle, 150)

    glyphs = read_glyphs(arc_operators(fitted(fit_arc(BOLD, "SẢN PHẨM OCOP HÀ NỘI", arc)), 100, 80))

    assert "".join(glyph.letter for glyph in glyphs) == "SẢN PHẨM OCOP HÀ NỘI"
    feet = [(glyph.matrix.e - 100, glyph.matrix.f - 80) for glyph in glyphs]
    assert all(a < b for (a, _), (b, _) in pairwise(feet))
    for glyph, (x, y) in zip(glyphs, feet, strict=True):
        half = BOLD.letter(glyph.letter).advance * glyph.size / 2000
        middle_x, middle_y = x + half * glyph.matrix.a, y + half * glyph.matrix.b
        assert math.hypot(middle_x, middle_y) == pytest.approx(points(12), abs=0.02)
        outwards = (middle_x * glyph.matrix.c + middle_y * glyph.matrix.d) / points(12)
        assert outwards == pytest.approx(1 if upper else -1, abs=1e-3)
    assert feet[0][1] == pytest.approx(feet[-1][1], abs=3)  # the text stands about the arc's middle


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(names, st.floats(5, 40), st.booleans(), st.floats(1.5, 6), st.floats(0.8, 3))
def test_a_fitted_arc_keeps_its_angle_and_its_room(text, radius, upper, rise, drop) -> None:
    arc = TextArc(radius, 10, 4, upper, 90.0, 170, 0.03, rise, drop)
    fit = fit_arc(BOLD, text, arc)
    assume(isinstance(fit, FittedArc))

    low, high = BOLD.ink(text)

    assert fit.span_deg <= 170
    assert high * fit.size_pt / 1000 <= points(rise)
    assert -low * fit.size_pt / 1000 <= points(drop)
    assert -fit.angles_deg[0] <= fit.span_deg / 2
    assert list(fit.angles_deg) == sorted(fit.angles_deg)


def test_texts_too_long_for_an_arc_shrink_then_are_refused() -> None:
    arc = TextArc(12, 9, 6, span_deg=150)

    shrunk = fitted(fit_arc(BOLD, "SẢN PHẨM OCOP HÀ NỘI", arc))
    problem = fit_arc(BOLD, "SẢN PHẨM OCOP HÀ NỘI " * 2, arc, "title")

    assert 6 < shrunk.size_pt < 9
    assert isinstance(problem, Problem)
    assert (problem.code, problem.facts["field"]) == ("text.arc_too_long", "title")
    assert isinstance(missing := fit_arc(BOLD, "漢", arc), Problem)
    assert missing.code == "text.letter_missing"


def test_empty_arcs_are_refused() -> None:
    with pytest.raises(InvalidValue, match=r"text\.arc"):
        TextArc(0, 8, 6)


def test_an_empty_text_draws_nothing_on_an_arc() -> None:
    assert arc_operators(fitted(fit_arc(BOLD, " ", TextArc(12, 8, 6))), 0, 0) == b""


def test_circular_texts_read_in_order_and_stay_in_their_ring(tmp_path: Path) -> None:
    use, center = FontUse(), points(20)
    upper = fitted(fit_arc(BOLD, "SẢN PHẨM OCOP HÀ NỘI", TextArc(12.4, 8, 6, True, 90, 170, 0.05, 3.2, 0.8)))
    lower = fitted(fit_arc(BOLD, "QUÉT ĐỂ KIỂM TRA", TextArc(14.6, 7, 6, False, 270, 150, 0.05, 3.2, 1.0)))
    for fit in (upper, lower):
        use.add(fit.face, fit.text)
    content = arc_operators(upper, center, center) + b"\n" + arc_operators(lower, center, center)
    path = tmp_path / "arcs.pdf"
    path.write_bytes(SmallPdf().page(content, use, 2 * center, 2 * center))

    width, height, grey = raster(path, 300)

    mm = 25.4 / 300
    inked = [divmod(i, width) for i, value in enumerate(grey) if value < 128]
    distances = [math.hypot((x + 0.5) * mm - 20, height * mm - 20 - (y + 0.5) * mm) for y, x in inked]
    assert len(inked) > 3000
    assert min(distances) > 11.3
    assert max(distances) < 15.8
    assert run("pdftotext", "-raw", path, "-").split("\n")[:2] == ["SẢN PHẨM OCOP HÀ NỘI", "QUÉT ĐỂ KIỂM TRA"]
    page = pypdfium2.PdfDocument(path)[0]
    assert page.get_textpage().get_text_range().split() == [*upper.text.split(), *lower.text.split()]
