"""What samples of placeholders are laid out from: a design that is filled with made-up products."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from labelsvc.domain.errors import PrintRefused
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.filling import HIDDEN, FittedItem, LabelFacts, fill
from labelsvc.rendering.design.items import DesignItem, PaintedShape, PlacedGraphic, PlainText

SymbolRows = Sequence[Sequence[bool]]


@dataclass(frozen=True)
class SampleLabel:
    """A design read by nodes, products in the order in which they are tried, and what each piece bears.

    ``symbol`` returns a QR's rows for a slot of so many mm, without quiet zone.
    """

    design: Design
    products: tuple[LabelFacts, ...]
    code: str
    symbol: Callable[[float], SymbolRows]

    @cached_property
    def _tried(self) -> list[tuple[LabelFacts, tuple[FittedItem, ...]]]:
        found = []
        for facts in self.products:
            try:
                found.append((facts, fill(self.design, facts).fitted))
            except PrintRefused:
                continue
        return found or [(self.products[0], (None,) * len(self.design.items))]

    @cached_property
    def facts(self) -> LabelFacts:
        """The first product that fits."""
        return self._tried[0][0]

    @cached_property
    def items(self) -> Mapping[int, int]:
        """The places of placeholders' items, by their nodes."""
        plain = PaintedShape | PlacedGraphic | PlainText
        return {item.line: i for i, item in enumerate(self.design.items) if not isinstance(item, plain)}

    def item(self, node: int) -> tuple[DesignItem, FittedItem, list[str]]:
        """Return a placeholder's item as it is filled with a product that shows it, and that product's values."""
        place = self.items[node]
        tried = sorted(self._tried, key=lambda each: each[0] is not self.facts)
        facts, fitted = next((each for each in tried if each[1][place] not in (HIDDEN, None)), tried[0])
        return self.design.items[place], fitted[place], self.design.values.render(facts.names)

    def hidden(self, conditions: Iterable[str]) -> list[bool]:
        """Return of each ``display`` whether it hides its element on this label."""
        templates = TextTemplates()
        for condition in conditions:
            templates.add(condition, 0)
        return ["none" in shown for shown in templates.render(self.facts.names)]
