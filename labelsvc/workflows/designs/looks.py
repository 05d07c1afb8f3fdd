"""All designs that print: those that come with the product and those that the office published, in its brand kit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from difflib import get_close_matches

from labelsvc.domain.errors import DesignRefused, NotFound
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.linked_files import has_official_slot, with_official
from labelsvc.storage.designs.brand_kit import BrandKit
from labelsvc.storage.designs.design_copies import DesignCopies, DesignCopy
from labelsvc.storage.designs.design_shelf import DesignShelf, ShelvedDesign
from labelsvc.workflows.print_assets import PrintAssets

__all__ = ["DesignCatalogue", "DesignCopy", "ShelvedDesign", "with_official"]


class DesignCatalogue:
    """Designs by name, with the official artwork that is in use."""

    def __init__(
        self,
        assets: Callable[[], PrintAssets],
        shelf: Callable[[], DesignShelf],
        kit: Callable[[], BrandKit],
        copies: Callable[[], DesignCopies],
    ) -> None:
        """Read the shelf and the kit when they are first asked for: a command that prints nothing opens no database."""
        self._assets, self._shelf, self._kit, self._copies = assets, shelf, kit, copies

    @property
    def assets(self) -> PrintAssets:
        """What designs are read with at this moment."""
        return self._assets()

    @property
    def names(self) -> list[str]:
        """The names of all designs, ours first."""
        return [*self.assets.design_names, *self._shelf().published_names()]

    @property
    def designs(self) -> list[Design]:
        """All designs as they would print now; one that rules of a newer version refuse is left out."""
        assets, artwork = self.assets, self._kit().in_use()
        sources = {name: assets.design_source(name) for name in assets.design_names}
        for name, source in self._shelf().published().items():
            sources.setdefault(name, source)
        found = []
        for name, source in sources.items():
            with suppress(DesignRefused):
                found.append(assets.design(name, with_official(source, *artwork) if artwork else source))
        return found

    @property
    def slotted(self) -> list[str]:
        """The names of the designs that have a slot for official artwork."""
        return [name for name in self.names if has_official_slot(self.plain_source(name))]

    def source(self, name: str) -> bytes:
        """Return a design's source as it would print now; NotFound names the nearest design and all there are."""
        return self.dressed(self.plain_source(name))

    def source_for(self, name: str, producer_ids: Collection[int | None]) -> bytes:
        """Return a design's source as :meth:`source` does, for products of some producers.

        A producer's own version prints for that one's products alone: NotFound for any other's.
        """
        copy = self._copies().find_printing(name)
        if copy is None or not copy.approved_sha256 or set(producer_ids) != {copy.producer_id}:
            return self.source(name)
        return self.dressed(self._copies().content(copy.approved_sha256))

    def copies_for(self, producer_ids: Collection[int | None]) -> list[tuple[DesignCopy, Design]]:
        """Return the own versions that print for products of some producers: of one, or none."""
        if len(only := set(producer_ids)) != 1:
            return []
        found = []
        for copy in self._copies().of_producer(only.pop() or 0):
            with suppress(DesignRefused, NotFound):
                if copy.prints:
                    found.append((copy, self.assets.design(copy.name, self.source_for(copy.name, producer_ids))))
        return found

    def plain_source(self, name: str) -> bytes:
        """Return a design's source without official artwork; NotFound as above."""
        if name in self.assets.design_names:
            return self.assets.design_source(name)
        published = self._shelf().find_published(name)
        if published is None:
            names = self.names
            nearest = "".join(get_close_matches(name, names, n=1, cutoff=0.0))
            raise NotFound.from_code("design.unknown", name=name, nearest=nearest, known=names)
        return published

    def design(self, name: str) -> Design:
        """Return a design as it would print now; NotFound, DesignRefused."""
        return self.assets.design(name, self.source(name))

    def dressed(self, source: bytes) -> bytes:
        """Return a source with the official artwork that is in use in its slots."""
        artwork = self._kit().in_use()
        return with_official(source, *artwork) if artwork else source
