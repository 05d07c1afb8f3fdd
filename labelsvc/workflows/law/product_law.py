"""What label law asks of a product on a day, for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.judging import RuleState, RuleVerdict, judge_product
from labelsvc.domain.law.rules import RuleKind
from labelsvc.domain.product import Product
from labelsvc.workflows.print_assets import PrintAssets

_ORDER = (RuleState.FAULT, RuleState.LACKING, RuleState.ON_LABEL, RuleState.MET, RuleState.NOTHING_TO_SAY)


@dataclass(frozen=True, slots=True)
class ProductLaw:
    """Every rule for a product with what its record says; ``guessed``: the record names no class."""

    goods_class: GoodsClass
    guessed: bool
    verdicts: tuple[RuleVerdict, ...]

    @property
    def service(self) -> bool:
        """Return whether there is no label of goods."""
        return self.goods_class is GoodsClass.SERVICE

    @property
    def to_write(self) -> list[RuleVerdict]:
        """What the record lacks, or has wrong."""
        return self._of(RuleState.FAULT, RuleState.LACKING)

    @property
    def to_heed(self) -> list[RuleVerdict]:
        """What only a label shows."""
        return self._of(RuleState.ON_LABEL)

    @property
    def met(self) -> list[RuleVerdict]:
        """What the record says, or need not say."""
        return self._of(RuleState.MET, RuleState.NOTHING_TO_SAY)

    def _of(self, *states: RuleState) -> list[RuleVerdict]:
        return [verdict for verdict in self.verdicts if verdict.state in states]


def law_of(product: Product, assets: PrintAssets, day: date) -> ProductLaw:
    """Return all rules for a product that is printed on a day, what is to be done first."""
    goods_class = goods_class_of(product)
    verdicts = _telling(judge_product(product, assets.law.on(day, goods_class)))
    ordered = sorted(verdicts, key=lambda verdict: _ORDER.index(verdict.state))
    return ProductLaw(goods_class, not product.goods_class, tuple(ordered))


def _telling(verdicts: Iterable[RuleVerdict]) -> list[RuleVerdict]:
    """Leave out the exemptions that a record does not name."""
    return [each for each in verdicts if each.rule.kind is not RuleKind.EXEMPTION or each.state is RuleState.MET]
