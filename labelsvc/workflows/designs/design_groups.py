"""Which product groups a design is for: a service gets no goods label (decree 37/2026, annex I)."""

from __future__ import annotations

from labelsvc.domain.errors import Problem
from labelsvc.domain.permission import design_suits
from labelsvc.domain.product import Product
from labelsvc.rendering.design.design import Design
from labelsvc.workflows.print_assets import PrintAssets


def group_refusal(product: Product, design: Design, assets: PrintAssets) -> Problem | None:
    """Return why a design is not for a product, with the shipped designs that are; None if it is.

    Those of the same use are named, if there are any.
    """
    if design_suits(design.groups, product.group):
        return None
    designs = [assets.design(name) for name in assets.design_names]
    suited = [other for other in designs if design_suits(other.groups, product.group)]
    alike = [other for other in suited if other.use and other.use == design.use]
    group = Problem(f"office.group_{product.group.name.lower()}") if product.group else ""
    return Problem(
        "print.other_groups",
        {"design": design.name, "group": group, "suited": [other.name for other in alike or suited]},
    )
