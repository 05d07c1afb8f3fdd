"""A design is good only if a product can fill it; what is wrong names the file and what would be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.rendering.design.linked_files import embed_files
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import ADDED_LINE, HOST, ROOM, added, ls_source

CARD = ls_source("bien-ke-105x74")
LINE = CARD.count("\n", 0, CARD.index("</svg>")) + 1


def text(said: str, **changes: object) -> str:
    look = {"x": 20, "y": 62, "width": 30, "height": 6, "size": 8} | changes
    attributes = " ".join(f'{name}="{value}"' for name, value in look.items())
    return f"<ls:text {attributes}>{said}</ls:text>"


def codes(element: str) -> list[tuple[str, object]]:
    found = check_design("thử", added(element, CARD).encode(), ROOM, HOST)
    return [(problem.code, problem.facts.get("line")) for problem in found]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{{ 1/0 }}", "design.template"),
        ("{{ none }}", "design.no_text"),
        ("{{ product.name + 1 }}", "design.operands"),
        ("{{ product.name[99999] }}", "design.template"),
        ("{{ none|date }}", "design.no_day"),
    ],
)
def test_unfillable_templates_are_refused_with_their_line(said: str, code: str) -> None:
    assert (code, LINE) in codes(text(said))


def test_fixed_words_that_fit_no_box_are_refused() -> None:
    assert "text.too_long" in {code for code, _ in codes(text("Chữ này dài hơn ô chữ của nó rất nhiều", width=8))}


def test_stars_that_no_label_has_are_refused() -> None:
    assert "design.stars" in {code for code, _ in codes('<ls:stars x="20" y="62" size="2" gap="0.4" count="{{ 7 }}"/>')}


@pytest.mark.parametrize(
    "said",
    [
        "{{ product.brand[0] }}",
        "{% if not product.brand %}{{ 1/0 }}{% endif %}x",
        "{{ product.gtin[12] if product.gtin else 'x' }}",
        "{% if product.group.name == 'FOOD' %}x{% else %}{{ 1/0 }}{% endif %}",
    ],
)
def test_templates_that_some_products_fill_are_good(said: str) -> None:
    assert codes(text(said)) == []


@pytest.mark.parametrize(
    ("element", "known"),
    [
        ("image", [".jpeg", ".jpg", ".png", ".tif", ".tiff"]),
        ("ls:artwork", [".pdf"]),
        ("ls:official", [".jpeg", ".jpg", ".pdf", ".png", ".tif", ".tiff"]),
    ],
)
@pytest.mark.parametrize("ending", [".webp", ".svg", ".pdf", ".png"])
def test_linked_files_of_wrong_kinds_are_named_with_accepted_kinds(
    element: str, known: list[str], ending: str, tmp_path: Path
) -> None:
    (tmp_path / f"hinh{ending}").write_bytes(b"x")
    source = added(f'<{element} href="hinh{ending}" x="1" y="1" width="5" height="5"/>').encode()

    if ending in known:
        assert b"data:" in embed_files(source, tmp_path)
        return
    with pytest.raises(DesignRefused) as error:
        embed_files(source, tmp_path)

    why = error.value.problems[0].facts["why"]
    assert (why.code, why.facts["value"], why.facts["known"]) == ("design.link_kind", f"hinh{ending}", known)  # type: ignore[attr-defined]
    assert error.value.problems[0].facts["line"] == ADDED_LINE
