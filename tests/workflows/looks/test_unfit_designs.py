"""Which designs another palette would spoil."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.pdf.inks import inks_json
from labelsvc.rendering.design.design import Design
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.looks.unfit_designs import unreadable_designs
from labelsvc.workflows.print_assets import PrintAssets, print_assets
from tests import CHECKOUT

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")


NAMES = ["tem-25x35", "bien-ke-105x74"]


class TwoDesigns(DesignCatalogue):
    """A catalogue of two designs that come with the product."""

    def __init__(self) -> None:
        """Have no office."""

    @property
    def names(self) -> list[str]:
        """Their names."""
        return NAMES

    def source(self, name: str) -> bytes:
        """Return a design as it is shipped."""
        return ASSETS.design_source(name)


def without(screen: str) -> PrintAssets:
    return ASSETS.with_looks(replace(ASSETS.looks, palette=inks_json(i for i in ASSETS.inks if i.screen != screen)))


@pytest.mark.parametrize("name", NAMES)
def test_a_design_is_refused_without_each_colour_it_asks_for(name: str) -> None:
    asked = ASSETS.design(name).screens

    refused = set()
    for ink in ASSETS.inks:
        others = inks_json(other for other in ASSETS.inks if other != ink)
        try:
            ASSETS.with_looks(replace(ASSETS.looks, palette=others)).design(name)
        except DesignRefused:
            refused.add(ink.screen)

    assert asked
    assert refused == asked


@pytest.mark.parametrize(("screen", "named_by"), [("#5A6A60", []), ("#B9C2BC", NAMES[1:])])
def test_only_designs_that_name_a_colour_are_read_again(
    monkeypatch: pytest.MonkeyPatch, screen: str, named_by: list[str]
) -> None:
    later, read_again, design = without(screen), [], PrintAssets.design

    def noted(self: PrintAssets, name: str, source: bytes | None = None) -> Design:
        if self is later:
            read_again.append(name)
        return design(self, name, source)

    monkeypatch.setattr(PrintAssets, "design", noted)
    unreadable = unreadable_designs(TwoDesigns(), ASSETS, later)

    assert read_again == unreadable == named_by
