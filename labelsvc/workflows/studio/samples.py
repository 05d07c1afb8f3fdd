"""The products that a design in the making is looked at with: the office's shortest, usual and longest names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from labelsvc.domain.permission import design_suits
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.workflows.designs.example_products import BARE, LONG, TYPICAL, shown_product

SAMPLES = ("shortest", "usual", "longest")


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """A product with its recognition of today; None: it has none, and a made-up one is shown."""

    product: Product
    recognition: Recognition | None = None


MADE_UP = {name: SampleProduct(product) for name, product in zip(SAMPLES, (BARE, TYPICAL, LONG), strict=True)}
"""What an office without products is shown."""


@dataclass(frozen=True, slots=True)
class GroupSamples:
    """Of a product group, None for products without one: how many it has, and three of them by the length of names."""

    group: ProductGroup | None
    count: int
    products: Sequence[SampleProduct]


def choose_samples(
    of_groups: Collection[GroupSamples], groups: Collection[ProductGroup]
) -> Mapping[str, SampleProduct]:
    """Return a product for each of ``SAMPLES`` that a design of some groups is for; made-up ones where there is none.

    The usual one is of the largest group.
    """
    suited = [each for each in of_groups if design_suits(groups, each.group)]
    if not suited:
        return {**MADE_UP, "usual": SampleProduct(shown_product(groups))}
    largest = max(suited, key=lambda each: each.count)
    shortest = min((each.products[0] for each in suited), key=_length)
    longest = max((each.products[-1] for each in suited), key=_length)
    return dict(zip(SAMPLES, (shortest, largest.products[1], longest), strict=True))


def _length(sample: SampleProduct) -> int:
    return len(sample.product.name)
