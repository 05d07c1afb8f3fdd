"""Titles of designs in the page's language; the office's own with name and version, as titles may repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labelsvc.web.desk import context as desk
from labelsvc.workflows.designs.host_symbols import host_facts


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """A design that prints. ``note`` tells the office's own apart from others of the same title."""

    name: str
    title: str
    note: str = ""


def choices() -> list[DesignChoice]:
    """Return all designs that print, ours first."""
    looks, shelf = desk.services().looks, desk.services().design_shelf
    versions = {shelved.name: shelved.version for shelved in shelf.all() if shelved.state == "published"}
    return [
        DesignChoice(design.name, design.title_in(desk.language()), _note(design.name, versions))
        for design in looks.designs
    ]


def _note(name: str, versions: Mapping[str, int]) -> str:
    return desk.say("looks.name_and_version", name=name, version=versions[name]) if name in versions else ""


def symbol_words(name: str, source: bytes) -> str:
    """Say which QR code the office's host gets in a design: version, level, size of a module."""
    services = desk.services()
    return " ".join(map(desk.explain, host_facts(name, source, services.assets, services.settings.host)))
