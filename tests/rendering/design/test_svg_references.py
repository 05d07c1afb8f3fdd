"""Uses, symbols and clip paths of a design."""

from __future__ import annotations

import numpy as np
import pytest

from tests.samples.labels_on_paper import (
    added,
)
from tests.samples.printed_card import (
    CARD,
    EMPTY,
    area_mm2,
    extent,
    on_card,
    problems,
    shapes,
)

CLIPPED_MM = 0.09
"""PDFium cuts at whole pixels, and not always at the nearest one."""


@pytest.mark.parametrize(
    "elements",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<symbol id="a"><use href="#a"/></symbol><use href="#a"/>',
    ],
)
def test_self_references_are_refused(elements: str) -> None:
    assert {problem.code for problem in problems(added(elements))} == {"design.reference"}


def test_uses_of_uses_cannot_fill_the_memory() -> None:
    levels = [f'<g id="g{i + 1}">{f"<use href={chr(34)}#g{i}{chr(34)}/>" * 10}</g>' for i in range(12)]
    bomb = f'<defs><g id="g0"/>{"".join(levels)}</defs><use href="#g12"/>'

    assert problems(added(bomb))[-1].code == "design.too_many"


def test_groups_in_groups_cannot_exhaust_the_stack() -> None:
    chain = "".join(f'<g id="g{i + 1}"><use href="#g{i}"/></g>' for i in range(500))

    found = problems(added(f'<defs><g id="g0"/>{chain}</defs><use href="#g500"/>'))

    assert found[-1].code == "design.too_many"


def test_a_fault_in_a_reused_element_is_reported_once() -> None:
    found = problems(
        added('<defs><rect id="a" width="1" height="1" fill="red"/></defs><use href="#a"/><use href="#a"/>')
    )

    assert [problem.code for problem in found] == ["design.colour"]


def test_used_elements_inherit_from_where_they_are_used() -> None:
    elements = (
        '<defs><rect id="box" width="2" height="1"/></defs>'
        '<use href="#box" x="6" y="1"/>'
        '<use href="#box" x="5" y="1" transform="translate(5 0) scale(2)" fill="#0B5A3A"/>'
    )

    first, second = shapes(elements)

    assert (first.path.bbox(), second.path.bbox()) == ((6, 1, 8, 2), (15, 2, 19, 4))
    assert first.fill is not None
    assert second.fill is not None
    assert (first.fill.name, second.fill.name) == ("ink", "green")
    inked = on_card(elements, EMPTY)
    assert extent(inked, EMPTY) == pytest.approx([6, 1, 19, 4], abs=0.05)
    assert area_mm2(inked) == pytest.approx(2 + 8, rel=0.03)


def test_the_older_spelling_of_href_is_taken() -> None:
    source = CARD.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ')

    inked = on_card('<rect id="a" x="6" y="1" width="1" height="1"/><use xlink:href="#a" x="3"/>', EMPTY, source)

    assert area_mm2(inked) == pytest.approx(2, rel=0.05)


def test_a_symbol_fills_its_viewport_and_is_clipped_to_it() -> None:
    symbol = '<symbol id="s" viewBox="-5 -5 10 10"><circle r="5"/><rect x="-20" y="-1" width="40" height="2"/></symbol>'

    inked = on_card(symbol + '<use href="#s" x="10" y="1" width="8" height="4"/>', EMPTY)

    assert extent(inked, EMPTY) == pytest.approx([10, 1, 18, 5], abs=CLIPPED_MM)
    assert area_mm2(inked) == pytest.approx(np.pi * 4 + 2 * 2 * 0.8, rel=0.03)


def test_a_symbol_itself_and_what_stands_in_defs_are_not_painted() -> None:
    rect = '<rect x="6" y="1" width="3" height="3"/>'

    inked = on_card(
        f'<symbol id="s">{rect}</symbol><defs>{rect}<g>{rect}</g></defs><clipPath id="c">{rect}</clipPath>', EMPTY
    )

    assert not inked.any()


@pytest.mark.parametrize(
    ("clip", "area"),
    [
        ('<circle cx="10" cy="3" r="1.5"/>', np.pi * 1.5**2),
        ('<rect x="8" y="2" width="2" height="2"/>', 4),
        ('<path d="M8 2h3v3h-3zM9 3v1h1v-1z"/>', 8),
        ('<rect x="8" y="2" width="2" height="2"/><rect x="9" y="2" width="2" height="2"/>', 6),
        ('<rect width="1" height="1" transform="translate(8 2) scale(2)"/>', 4),
    ],
)
def test_a_shape_is_cut_to_its_clip(clip: str, area: float) -> None:
    elements = f'<clipPath id="c">{clip}</clipPath><rect x="5" y="1" width="20" height="4.5" clip-path="url(#c)"/>'

    inked = on_card(elements, EMPTY)

    assert area_mm2(inked) == pytest.approx(area, rel=0.05)


def test_clips_meet_and_what_follows_is_not_cut() -> None:
    elements = (
        '<clipPath id="a"><rect x="6" y="1" width="4" height="4"/></clipPath>'
        "<clipPath id='b'><rect x='2' y='0' width='4' height='4'/></clipPath>"
        '<g clip-path="url(#a)"><rect width="30" height="6" clip-path="url(\'#b\')" transform="translate(6 0)"/></g>'
        '<rect x="20" y="1" width="2" height="2"/>'
    )

    inked = on_card(elements, EMPTY)

    assert extent(inked, EMPTY) == pytest.approx([8, 1, 22, 4], abs=CLIPPED_MM)
    assert area_mm2(inked) == pytest.approx(2 * 3 + 4, rel=0.05)


def test_a_text_is_cut_to_its_clip() -> None:
    elements = '<clipPath id="c"><rect x="4" y="0" width="40" height="3"/></clipPath>'
    text = '<text x="8" y="4.5" font-size="4" font-weight="800" {}>HHHH</text>'

    whole, cut = (on_card(elements + text.format(clip), EMPTY) for clip in ("", 'clip-path="url(#c)"'))

    assert extent(whole, EMPTY)[3] == pytest.approx(4.5, abs=CLIPPED_MM)
    assert extent(cut, EMPTY)[3] == pytest.approx(3, abs=CLIPPED_MM)
    assert extent(cut, EMPTY)[:3] == pytest.approx(extent(whole, EMPTY)[:3], abs=0.01)
