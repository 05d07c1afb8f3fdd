"""Texts of designs that are remembered by the values they name: the same as all templates rendered together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.records.records_file import read_records
from labelsvc.rendering.design.expressions import known_texts
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.filling import LabelFacts
from tests.samples.generator import make_records, write_csv
from tests.samples.labels_on_paper import ROOM

DAY = date(2026, 11, 24)
NAMES: dict[str, Any] = {
    "product": Product(name="Mật ong", producer="HTX Ba Vì"),
    "recognition": Recognition(stars=4, decision_date=date(2026, 3, 5)),
    "host": "OCOP.HANOI.EXAMPLE",
    "eaten": True,
}


def templates(*texts: str) -> TextTemplates:
    values = TextTemplates()
    for line, text in enumerate(texts, 1):
        values.add(text, line)
    return values


def together(*texts: str) -> TextTemplates:
    """Return templates that nothing is remembered of."""
    values = templates(*texts)
    values.__dict__["_known"] = None
    return values


def answer(values: TextTemplates, names: dict[str, Any]) -> list[str] | tuple[str, ...]:
    try:
        return values.render(names)
    except DesignRefused as error:
        return tuple(map(str, error.problems))


@pytest.mark.parametrize("name", ["tem-25x35", "nhan-60x90", "bien-ke-148x210", "chung-nhan-297x210"])
def test_remembered_labels_say_what_those_rendered_together_say(name: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", make_records(30, day=DAY))
    rows = read_records(tmp_path / "a.csv", "a.csv", DAY).rows
    known = ROOM.design(name).values
    unknown = together(*[known.template(place) for place in range(len(known._templates))])
    for row in rows * 2:
        names = LabelFacts(product=row.product, recognition=row.recognition, host="OCOP.HANOI.EXAMPLE").names
        assert known.render(names) == unknown.render(names)


def changed(**facts: object) -> dict[str, Any]:
    return NAMES | {"product": replace(NAMES["product"], **facts)}


def scored(score: float) -> dict[str, Any]:
    return NAMES | {"recognition": replace(NAMES["recognition"], score=score)}


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("{{ recognition.score }}",), [scored(75), scored(75.0)]),
        (("{{ eaten + 0 }}", "{{ product.registered_mark }}"), [NAMES]),
        (("{{ product.name }}", "{{ product.brand }}"), [changed(brand="a" * 10_001), changed(brand="b")]),
        (("{{ product.ingredients }}" * 3,) * 2, [changed(ingredients="c" * 9_000), changed(ingredients="d")]),
        (("{% set host = 'x' %}", "{{ host }}"), [NAMES]),
        (("{{ product.name\r\n}}\r\n\r", "\r"), [NAMES]),
        (("{{ recognition.holds_on(recognition.last_day) and 1 }}", "{{ recognition.stars }}"), [NAMES, NAMES]),
        (("{% for word in product.name.split(' ') %}{{ word }}{% endfor %}{{ host | lower }}",), [NAMES, NAMES]),
        (("{{ product }}",), [NAMES]),
        (("{{ lot.number }}",), [NAMES]),
        (("{{ host }}",), [NAMES | {"host": "\x02"}, NAMES]),
        (("{{ 1 // (recognition.stars - 4) }}",), [NAMES]),
    ],
    ids=str,
)  # fmt: skip
def test_whatever_a_template_says_remembering_changes_nothing(
    texts: tuple[str, ...], names: list[dict[str, Any]]
) -> None:
    known = templates(*texts)

    for each in names * 2:
        assert answer(known, each) == answer(together(*texts), each)


def test_dear_labels_are_refused_though_each_text_is_known() -> None:
    dear = "{% for a in product.ingredients.split(' ') %}{{ a }}{% endfor %}"
    names = changed(ingredients=" ".join(["đậu"] * 1_200))
    known = templates(*[dear] * 12)

    said = [answer(known, names) for _ in range(2)]

    assert said == [answer(together(*[dear] * 12), names)] * 2
    assert "design.costly" in said[0][0]


def test_no_more_texts_are_remembered_than_a_process_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_texts, "MOST_KNOWN", 3)
    known = templates("{{ product.brand | upper }}")

    said = [known.render(changed(brand=f"b{number}")) for number in (*range(9), 0)]

    assert said == [[f"B{number}"] for number in (*range(9), 0)]
