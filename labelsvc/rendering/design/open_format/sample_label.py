"""What samples of placeholders are laid out from: a design that is filled with made-up products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from labelsvc.domain.errors import BlankField, LabelsvcError
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.filling import HIDDEN, FittedItem, LabelFacts, fill_what_fits
from labelsvc.rendering.design.items import DesignItem, PaintedShape, PlacedGraphic, PlainText

_REFUSED = 1_000
DarkRows = Sequence[Sequence[bool]]


@dataclass(frozen=True, eq=False)
class SampleLabel:
    """A design read by nodes, products in the order in which they are tried, and what each piece bears.

    ``symbol`` returns a QR's rows for a slot of so many mm, without quiet zone.
    """

    design: Design
    products: tuple[LabelFacts, ...]
    code: str
    symbol: Callable[[float], DarkRows]

    @cached_property
    def facts(self) -> LabelFacts:
        """The first product of which most texts fit, and which lacks fewest fields."""
        fewest: dict[int, LabelFacts] = {}
        for facts in self.products:
            lacking = self._filled(facts)[1]
            if not lacking:
                return facts
            fewest.setdefault(lacking, facts)
        return fewest[min(fewest)]

    @cached_property
    def items(self) -> Mapping[int, int]:
        """The places of placeholders' items, by their nodes."""
        plain = PaintedShape | PlacedGraphic | PlainText
        return {item.line: i for i, item in enumerate(self.design.items) if not isinstance(item, plain)}

    def item(self, node: int) -> tuple[DesignItem, FittedItem, list[str]]:
        """Return a placeholder's item as it is filled with a product that shows it, and that product's values."""
        place = self.items[node]
        for facts in (self.facts, *self.products):
            fitted = self._filled(facts)[0][place]
            if fitted not in (HIDDEN, None):
                break
        else:
            facts, fitted = self.facts, None
        return self.design.items[place], fitted, self._values(facts)

    @cache  # noqa: B019  a sample label lives as long as a design is written
    def _filled(self, facts: LabelFacts) -> tuple[tuple[FittedItem, ...], int]:
        """Return what a product's texts fit to, and how much is lacking: texts that do not fit count most."""
        try:
            filled, refused = fill_what_fits(self.design, facts)
        except LabelsvcError:  # rows so narrow that nothing stands beside their labels
            return (None,) * len(self.design.items), _REFUSED * len(self.design.items)
        blank = [warning.facts["fields"] for warning in filled.warnings if isinstance(warning, BlankField)]
        lacking = sum(len(fields) for fields in blank if isinstance(fields, list))
        return filled.fitted, _REFUSED * len(refused) + lacking

    @cache  # noqa: B019
    def _values(self, facts: LabelFacts) -> list[str]:
        return self.design.values.render(facts.names)

    def hidden(self, conditions: Iterable[str]) -> list[bool]:
        """Return of each ``display`` whether it hides its element on this label."""
        templates = TextTemplates()
        for condition in conditions:
            templates.add(condition, 0)
        return ["none" in shown for shown in templates.render(self.facts.names)]
