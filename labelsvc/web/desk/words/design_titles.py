"""Titles of designs in the page's language; the office's own with name and version, as titles may repeat."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from labelsvc.domain.permission import design_suits
from labelsvc.domain.product import ProductGroup
from labelsvc.web.desk import context as desk
from labelsvc.workflows.designs.gallery import in_order
from labelsvc.workflows.designs.host_symbols import host_facts


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """A design that prints. ``note`` tells the office's own apart from others of the same title."""

    name: str
    title: str
    use: str = ""
    note: str = ""


def choices(
    groups: Collection[ProductGroup | None] = (), chosen: str = "", product_ids: Collection[int] = ()
) -> list[DesignChoice]:
    """Return the designs that print, by use, for products of some groups (none: for all); the chosen one is kept.

    Where all products are of one producer, its own versions are among them.
    """
    looks, shelf = desk.services().looks, desk.services().design_shelf
    versions = {shelved.name: shelved.version for shelved in shelf.all() if shelved.state == "published"}
    own = [
        DesignChoice(copy.name, copy.title, design.use, desk.say("copy.of_producer", producer=copy.producer))
        for copy, design in looks.copies_for(list(map(desk.services().product_lists.producer_of, product_ids)))
    ]
    return own + [
        DesignChoice(design.name, design.title_in(desk.language()), design.use, _note(design.name, versions))
        for design in in_order(looks.designs)
        if not groups or design.name == chosen or any(design_suits(design.groups, group) for group in groups)
    ]


def _note(name: str, versions: Mapping[str, int]) -> str:
    return desk.say("looks.name_and_version", name=name, version=versions[name]) if name in versions else ""


def symbol_words(name: str, source: bytes) -> str:
    """Say which QR code the office's host gets in a design: version, level, size of a module."""
    services = desk.services()
    return " ".join(map(desk.explain, host_facts(name, source, services.assets, services.settings.host)))
