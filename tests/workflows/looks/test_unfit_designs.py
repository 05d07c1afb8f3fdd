"""Which designs another palette would spoil."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labelsvc.domain.errors import DesignRefused
from labelsvc.pdf.inks import inks_json
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT

ASSETS = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")


@pytest.mark.parametrize("name", ["tem-25x35", "bien-ke-105x74"])
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
