"""Designs, stocks, palette and fonts: those that are shipped and the office's."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labelsvc.services.foundation import shared_folder
from labelsvc.services.records import RecordStores

if TYPE_CHECKING:
    from labelsvc.storage.designs.brand_kit import BrandKit
    from labelsvc.storage.designs.design_copies import DesignCopies
    from labelsvc.storage.designs.design_shelf import DesignShelf
    from labelsvc.storage.designs.office_fonts import OfficeFonts
    from labelsvc.storage.designs.palettes import Palettes
    from labelsvc.storage.stocks.printers import Printers
    from labelsvc.storage.stocks.stock_shelf import StockShelf
    from labelsvc.workflows.designs.looks import DesignCatalogue
    from labelsvc.workflows.looks.current_looks import CurrentLooks
    from labelsvc.workflows.print_assets import PrintAssets
    from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue
    from labelsvc.workflows.studio.office_samples import OfficeSamples


class LookStores(RecordStores):
    """What labels look like."""

    @cached_property
    def design_shelf(self) -> DesignShelf:
        """The designs that were uploaded."""
        from labelsvc.storage.designs.design_shelf import DesignShelf

        return DesignShelf(self.database, four_eyes=self.settings.four_eyes)

    @cached_property
    def design_copies(self) -> DesignCopies:
        """Producers' own versions of designs."""
        from labelsvc.storage.designs.design_copies import DesignCopies

        return DesignCopies(self.database)

    @cached_property
    def brand_kit(self) -> BrandKit:
        """The office's official artwork."""
        from labelsvc.storage.designs.brand_kit import BrandKit

        return BrandKit(self.database)

    @cached_property
    def looks(self) -> DesignCatalogue:
        """All designs that print."""
        from labelsvc.workflows.designs.looks import DesignCatalogue

        return DesignCatalogue(
            lambda: self.assets, lambda: self.design_shelf, lambda: self.brand_kit, lambda: self.design_copies
        )

    @cached_property
    def stock_shelf(self) -> StockShelf:
        """The stocks that the office made."""
        from labelsvc.storage.stocks.stock_shelf import StockShelf

        return StockShelf(self.database)

    @cached_property
    def printers(self) -> Printers:
        """People's printers, and what they chose when they printed last."""
        from labelsvc.storage.stocks.printers import Printers

        return Printers(self.database)

    @cached_property
    def stocks(self) -> StockCatalogue:
        """All stocks that can be printed on."""
        from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue

        return StockCatalogue(self.shipped_assets, lambda: self.stock_shelf)

    @cached_property
    def office_samples(self) -> OfficeSamples:
        """The products that a design in the making is looked at with."""
        from labelsvc.workflows.studio.office_samples import OfficeSamples

        return OfficeSamples(self.database, self.products)

    @property
    def fonts(self) -> Path:
        """The folder of the faces."""
        return shared_folder("fonts")

    @cached_property
    def shipped_assets(self) -> PrintAssets:
        """Designs, stocks, fonts and inks as they come with the product: for what takes none of the office's."""
        from labelsvc.workflows.print_assets import print_assets

        return print_assets(self.templates, shared_folder("fonts"))

    @property
    def assets(self) -> PrintAssets:
        """Designs and stocks, with the palette and the fonts that the office uses at this moment."""
        return self.shipped_assets.with_looks(self.current_looks.read())

    @cached_property
    def palettes(self) -> Palettes:
        """The versions of the office's palette."""
        from labelsvc.storage.designs.palettes import Palettes

        return Palettes(self.database)

    @cached_property
    def office_fonts(self) -> OfficeFonts:
        """The fonts that the office uploaded."""
        from labelsvc.storage.designs.office_fonts import OfficeFonts

        return OfficeFonts(self.database)

    @cached_property
    def current_looks(self) -> CurrentLooks:
        """The palette and the fonts in use."""
        from labelsvc.workflows.looks.current_looks import CurrentLooks

        return CurrentLooks(self.palettes, self.office_fonts, self.templates)
