"""The placeholder of the legal fields: rows of sample texts, the label first and then the value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from labelsvc.rendering.design.open_format.geometry import straight_scales
from labelsvc.rendering.design.open_format.kinds import kind_of
from labelsvc.rendering.design.open_format.placeholders import box_element, one_look, placed_element, scaled, sizes
from labelsvc.rendering.design.open_format.samples import sample_style, texts_in, type_of, words_of
from labelsvc.rendering.design.open_format.surroundings import Surroundings, own_look
from labelsvc.rendering.design.source import DesignElement

Said = Callable[[DesignElement, str], dict[str, str]]
"""What an element says in ``data-ls-`` as a kind; faults are noted."""
_TYPE = {"size": "font-size", "weight": "font-weight", "fill": "fill"}
_OVER_WHOLE_WIDTH = ("wide", "table")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it is drawn: its own attributes, the type of its value's sample, its label's fill, and both words."""

    element: DesignElement
    attributes: dict[str, str]
    value_type: dict[str, str]
    label_fill: str
    value: str


def legal_fields(element: DesignElement, said: Mapping[str, str], around: Surroundings, say: Said) -> DesignElement:
    """Return the ``ls:fields`` of a placeholder; InvalidValue as :func:`placeholders.placed_element`."""
    inside = around.within(element)
    rows = [_row(row, say(row, "field"), at) for row, at in _rows(element, inside)]
    plain = replace(element, children=tuple(filter(None, (box_element(element),))))
    fields = placed_element(plain, "fields", said, around)
    shared = {name: _most(row.value_type.get(name, "") for row in rows) for name in _TYPE}
    drawn = {name: value for name, value in shared.items() if value} | type_of(inside.look, _high(inside))
    attributes = drawn | dict(fields.attributes)
    attributes |= sizes(attributes, drawn.get("size", ""), said)
    fills = [{"fill": row.label_fill} for row in rows if row.label_fill]
    if fills and "label-fill" not in said:
        attributes["label-fill"] = one_look(fills)["fill"]
    children = tuple(_element(row, drawn) for row in rows)
    return replace(fields, attributes=attributes, children=children)


def _rows(element: DesignElement, around: Surroundings) -> Iterator[tuple[DesignElement, Surroundings]]:
    for child in element.children:
        if kind_of(child) == "field":
            yield child, around
        elif child.tag == "g" and not kind_of(child):
            yield from _rows(child, around.within(child))


def _row(element: DesignElement, said: Mapping[str, str], around: Surroundings) -> _Row:
    """Read a row: where it has a label, that is its first text."""
    texts = list(texts_in((element,), around))
    labelled = not any(said.get(name, "no") != "no" for name in _OVER_WHOLE_WIDTH)
    label, values = (texts[:1], texts[1:]) if labelled else ([], texts)
    attributes = {key: value for key, value in said.items() if key not in ("value", "label", "sample-size")}
    attributes |= scaled(attributes, around.within(element))
    attributes["label"] = said.get("label", " ".join(words_of(text) for text, _ in label))
    text, at = values[-1] if values else (element, around.within(element))
    style = sample_style(text, at) if values else {name: at.look[name] for name in own_look(element)}
    fill = sample_style(*label[0]).get("fill", "") if label else ""
    words = said.get("value", " ".join(words_of(text) for text, _ in values))
    value_type = type_of(style, _high(at))
    attributes |= sizes({**value_type, **attributes}, value_type.get("size", ""), said)
    return _Row(element, attributes, value_type, fill, " ".join(words.split()))


def _high(around: Surroundings) -> float:
    return straight_scales(around.matrix)[1]


def _element(row: _Row, fields: Mapping[str, str]) -> DesignElement:
    """Return a row; ``fields`` is the type in which all of them are drawn.

    Its value's look is a type of its own where all rows have another one, or where its group says so itself.
    """
    itself = own_look(row.element)
    own = {
        name: row.value_type[name]
        for name, drawn in _TYPE.items()
        if name in row.value_type and (drawn in itself or row.value_type[name] != fields.get(name))
    }
    return DesignElement("ls:field", row.element.line, own | row.attributes, row.value, (), placed=True)


def _most(values: Iterator[str]) -> str:
    """Return the value that most rows have; empty if none has one."""
    counted = Counter(filter(None, values))
    return counted.most_common(1)[0][0] if counted else ""
