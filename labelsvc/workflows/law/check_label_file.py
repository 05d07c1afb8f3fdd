"""Check a designer's PDF by the rules for a product; a program of its own reads it, which a hostile file may end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.label_judging import LabelState, LabelVerdict, judge_label
from labelsvc.domain.product import Product
from labelsvc.workflows.law.read_label_apart import read_label_apart
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True)
class LabelReport:
    """What a label's file says to each rule of a product's class."""

    goods_class: GoodsClass
    verdicts: tuple[LabelVerdict, ...]

    def count(self, state: LabelState) -> int:
        """Return how many verdicts there are of a state."""
        return sum(verdict.state is state for verdict in self.verdicts)


def check_label_file(path: Path, product: Product, assets: PrintAssets, day: date) -> LabelReport:
    """Judge a label's PDF by the rules for labels that are printed on a day.

    FileUnreadable if there is nothing to judge: no PDF, cut off, a password, too many pages or letters. PrintRefused
    for a service, which bears no label of goods.
    """
    goods_class = goods_class_of(product)
    if goods_class is GoodsClass.SERVICE:
        raise PrintRefused.from_code("law.no_goods_label")
    reading = read_label_apart(path)
    return LabelReport(goods_class, judge_label(reading, product, assets.law.on(day, goods_class)))
