"""Figures of a net content as drawn, and the name above them (circular 21/2014, art. 4; decree 37/2026, art. 43)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import DesignRefused, PrintRefused
from labelsvc.domain.law.net_quantity import FigureHeights
from labelsvc.domain.law.rules import RuleKind
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import HIDDEN, FilledLabel, fill, label_texts
from labelsvc.rendering.design.items import FittedTextItem, LegalFields
from labelsvc.rendering.typesetting.fitting import FittedText
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.workflows.law_files import read_law
from tests.samples.labels_on_paper import ROOM, added, design, facts
from tests.samples.text_paper import Glyph, read_glyphs

GOODS = ["nhan-60x90", "nhan-100x70"]
GRAMS = {"mg": 0.001, "g": 1, "gam": 1, "kg": 1_000, "ml": 1, "cl": 10, "lít": 1_000, "l": 1_000, "lạng": 100}
numbers = st.one_of(
    st.integers(1, 2_000).map(str), st.decimals("0.1", "99.9", places=1).map(lambda it: str(it).replace(".", ","))
)


def least_mm(grams: float) -> float:
    """Return the height of circular 21/2014, written once more."""
    return 2 if grams <= 50 else 3 if grams <= 200 else 4 if grams <= 1_000 else 6


def glyphs_of(filled: FilledLabel, text: str) -> list[Glyph]:
    """Return the glyphs that spell a text first, whatever its line breaks."""
    glyphs = [glyph for glyph in read_glyphs(draw(filled, FontUse())) if glyph.letter != " "]
    letters = text.replace(" ", "")
    start = "".join(glyph.letter for glyph in glyphs).index(letters)
    return glyphs[start : start + len(letters)]


def figures_mm(glyphs: list[Glyph]) -> float:
    """Return the height of the lowest figure above its baseline, as its outline is drawn."""
    tops = [glyph.ink[3] - float(glyph.matrix.f) for glyph in glyphs if glyph.ink and glyph.letter.isdigit()]
    return min(tops) * MM_PER_POINT


@settings(max_examples=20)
@given(st.sampled_from(GOODS), numbers, st.sampled_from(sorted(GRAMS)), st.booleans())
def test_figures_are_as_high_as_the_quantity_asks(name: str, number: str, unit: str, spaced: bool) -> None:
    grams = float(number.replace(",", ".")) * GRAMS[unit]
    said = f"{number} {unit}" if spaced else f"{number}{unit}"

    filled = fill(ROOM.design(name), facts(net_content=said))

    assert figures_mm(glyphs_of(filled, said)) >= least_mm(grams)


@settings(max_examples=20)
@given(st.sampled_from(GOODS), st.integers(2, 40), st.integers(1, 500))
def test_figures_of_packs_are_as_high_as_all_packs_ask(name: str, packs: int, grams: int) -> None:
    said = f"{packs * grams} g ({packs} gói x {grams} g)"
    try:
        filled = fill(ROOM.design(name), facts(net_content=said))
    except PrintRefused:
        assume(False)

    assert figures_mm(glyphs_of(filled, f"{packs * grams} g")) >= least_mm(packs * grams)
    assert figures_mm(glyphs_of(filled, f"({packs} gói")) >= least_mm(packs * grams)


@pytest.mark.parametrize("name", GOODS)
@pytest.mark.parametrize("said", ["50 g", "200 ml", "1 kg", "5 kg", "3 l", "5 bông", ""])
@pytest.mark.parametrize("words", ["", "đường " * 8])
def test_the_name_is_larger_than_every_other_text(name: str, said: str, words: str) -> None:
    filled = fill(ROOM.design(name), facts(net_content=said, ingredients=f"nếp {words}".strip()))

    sizes = {text.field: text.size_pt for text in label_texts(filled)}
    assert sizes.pop("Tên sản phẩm") > max(sizes.values())


@pytest.mark.parametrize("name", GOODS)
def test_designs_draw_the_figures_that_the_law_of_today_asks(name: str) -> None:
    fields = next(item for item in ROOM.design(name).items if isinstance(item, LegalFields))
    drawn = {row.own.figures for row in fields.rows if row.own and row.own.figures and row.own.quantity == row.value}

    rules = [
        rule
        for rule in read_law(ROOM.templates / "law").rules
        if rule.kind is RuleKind.FIGURE_HEIGHT and rule.until is None
    ]

    assert [FigureHeights.parse(rule.text) for rule in rules] == list(drawn)


def test_a_text_follows_the_figures_of_another_ones_quantity() -> None:
    follower = '<ls:text x="1" y="14" width="22" height="9" size="5" figures="50:2 6" quantity="{{ product.origin }}"'

    small, large = (
        fill(design(added(f"{follower}>Cốm</ls:text>")), facts(origin=said)).fitted[-1] for said in ("50 g", "51 g")
    )

    assert [round(each.size_pt, 1) for each in (small, large)] == [7.7, 23.0]


@pytest.mark.parametrize("name", ["nhan-60x90", "nhan-100x70", "bien-ke-105x74"])
def test_the_host_stands_in_words_unless_it_is_long(name: str) -> None:
    what = ROOM.design(name)
    place = next(i for i, item in enumerate(what.items) if isinstance(item, FittedTextItem) and item.optional)
    hosts = ("OCOP.VN", "TEM.OCOPHN.VN", "KIEMTRA.OCOP.HANOI.GOV.VN", "KIEMTRA-SAN-PHAM.OCOPHANOI.GOV.VNX")

    said = [fill(what, replace(facts(), host=host)).fitted[place] for host in hosts]

    shown = [text for text in said[:-1] if isinstance(text, FittedText)]
    assert [text.lines for text in shown] == [(host.lower(),) for host in hosts[:-1]]
    assert min(text.size_pt for text in shown) >= 4
    assert said[-1] == HIDDEN


@pytest.mark.parametrize(
    ("attributes", "code"),
    [('quantity="1 kg"', "design.no_figures"), ('figures="zwei"', "design.at"), ('optional="maybe"', "design.choice")],
)
def test_figures_that_cannot_be_read_are_refused_with_their_line(attributes: str, code: str) -> None:
    with pytest.raises(DesignRefused) as refused:
        design(added(f'<ls:text x="1" y="1" width="9" height="3" size="6" {attributes}>a</ls:text>'))

    assert [problem.code for problem in refused.value.problems] == [code]
