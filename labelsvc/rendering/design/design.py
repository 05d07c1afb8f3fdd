"""Designs: an SVG file read once into items in painting order, slots and value templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.print_options import TextSetting
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QrVersion
from labelsvc.domain.shape import Shape
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.pdf.pdf_file import XObjectWriter
from labelsvc.rendering.design.artwork import Artwork
from labelsvc.rendering.design.expressions.values import TextTemplates
from labelsvc.rendering.design.items import DesignItem, GtinSlot, PlacedGraphic, QrSlot
from labelsvc.rendering.design.open_format.reading import read_elements
from labelsvc.rendering.design.reader import DesignReader
from labelsvc.rendering.design.source import ReadSource
from labelsvc.rendering.typesetting.font_book import FontBook
from labelsvc.rendering.typesetting.piece_slots import CodeArc, CodeLines, SerialLine
from labelsvc.rendering.typesetting.piece_text import PieceText

_TODAY = TextSetting()


@dataclass(frozen=True, eq=False)
class Design:
    """A design, ready to be filled: read once, used for every product."""

    name: str
    title: str
    title_en: str
    source: bytes
    shape: Shape
    groups: frozenset[ProductGroup]
    """The product groups that it is for; all if unspecified."""
    items: tuple[DesignItem, ...]
    qr: QrSlot
    code: CodeLines | CodeArc
    serial: SerialLine | None
    values: TextTemplates
    slot_inks: Mapping[str, Ink]
    """The inks of the slots ``ls:code`` and ``ls:serial``."""
    lines: Mapping[str, int]
    """The lines of the slots ``ls:qr``, ``ls:code`` and ``ls:serial`` in the file."""
    xobjects: Mapping[bytes, XObjectWriter]
    """Pictures and artworks by the names that items use."""
    places_once: bool = True
    """Whether ``product.place`` omits a commune that the address already names; older batches repeat it."""
    districts: bool = False
    """Whether ``product.place`` names a district that Hanoi had; older batches do."""
    use: str = ""
    """What it is for, one of ``elements.USES``; empty where its file does not say."""
    notes: tuple[Problem, ...] = ()
    """What is good to know of its file: whose notes were left out, which size was understood."""
    lacking: tuple[Problem, ...] = ()
    """The required elements that a design in the making lacks yet; its stand-ins for them are on no sheet."""
    screens: frozenset[str] = frozenset()
    """The screen colours that its elements ask for, in upper case."""

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        return self.title if language == "vi" else self.title_en

    @cached_property
    def piece_text(self) -> PieceText:
        """The text of each piece: its code and, if the design counts, its serial."""
        return PieceText([slot for slot in (self.code, self.serial) if slot is not None])

    def shows_of_lot(self, name: str) -> bool:
        """Return whether labels show a fact of their lot: ``number``, ``made_on`` or ``use_by``."""
        coded = any(isinstance(item, GtinSlot) and item.kind == "datamatrix" for item in self.items)
        return coded or f"lot.{name}" in self.values.source

    @property
    def artwork_spots(self) -> tuple[str, ...]:
        """The spot inks of PDF artwork, by name."""
        return tuple(sorted({spot for artwork in self._artworks for spot in artwork.spots}))

    @property
    def has_artwork(self) -> bool:
        """Return whether the label has PDF artwork."""
        return bool(self._artworks)

    @property
    def _artworks(self) -> list[Artwork]:
        return [item.artwork for item in self.items if isinstance(item, PlacedGraphic) and item.artwork]

    def check_module(self, version: QrVersion) -> None:
        """Raise DesignRefused if a symbol's modules in the QR slot would be too small to print."""
        module_mm = version.module_mm(self.qr.size_mm)
        if module_mm < LEAST_MODULE_MM - 1e-9:
            needed = LEAST_MODULE_MM * version.modules_with_quiet_zone
            raise DesignRefused.from_code(
                "design.module",
                name=self.name,
                module=round(module_mm, 3),
                least=LEAST_MODULE_MM,
                size=round(needed, 1),
            )


@dataclass(frozen=True, slots=True)
class DesignHeading:
    """What a design says of itself, whether it can be printed or not."""

    name: str
    title: str
    title_en: str
    shape: Shape
    groups: frozenset[ProductGroup]
    use: str

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        return self.title if language == "vi" else self.title_en


@dataclass(frozen=True, slots=True)
class DesignMeans:
    """What a design is read with."""

    palette: Palette
    fonts: FontBook
    profile: bytes
    text_setting: TextSetting = _TODAY


def read_design(
    source: bytes, name: str, palette: Palette, fonts: FontBook, profile: bytes, text_setting: TextSetting = _TODAY
) -> Design:
    """Read a design whose files are in its source (``linked_files``); pictures are converted to the profile's inks.

    DesignRefused carries every fault with its line.
    """
    return _design_of(read_elements(source, name), source, name, DesignMeans(palette, fonts, profile, text_setting))


def read_design_by_node(source: bytes, name: str, means: DesignMeans, *, unfinished: bool = False) -> Design:
    """Read a design whose items and faults name elements by their numbers (``read_elements``) instead of lines.

    ``unfinished``: one that lacks nothing but required elements is not refused; they are ``lacking``.
    """
    read = read_elements(source, name, by_node=True)
    return _design_of(read, source, name, means, unfinished=unfinished)


def read_heading(source: bytes, name: str, means: DesignMeans) -> DesignHeading:
    """Read what a design says of itself, many times as fast as all of it; DesignRefused where it is no design."""
    read = read_elements(source, name)
    return _heading_of(read, _reader(read, means), name)


def _reader(read: ReadSource, means: DesignMeans) -> DesignReader:
    return DesignReader(means.palette, means.fonts, means.profile, read.root, means.text_setting)


def _heading_of(read: ReadSource, reader: DesignReader, name: str) -> DesignHeading:
    root = read.root
    size = reader.canvas(root)
    title = next((child.text for child in root.children if child.tag == "title"), name)
    label = next((child for child in root.children if child.tag == "ls:label"), None)
    title_en = (label.get("title-en") if label else "") or title
    shape, groups, use = reader.shape(root, size), reader.groups(label), reader.use(label)
    return DesignHeading(name, title, title_en, shape, groups, use)


def _design_of(read: ReadSource, source: bytes, name: str, means: DesignMeans, *, unfinished: bool = False) -> Design:
    reader = _reader(read, means)
    reader.problems += read.problems
    heading = _heading_of(read, reader, name)
    reader.read(read.root.children)
    reader.finish(name)
    lacking = reader.stand_in() if unfinished else ()
    if reader.problems or reader.qr is None or reader.code is None:
        raise DesignRefused(
            *{str(problem): problem for problem in reader.problems}.values()
        )  # used twice, reported once
    return Design(
        name,
        heading.title,
        heading.title_en,
        source,
        heading.shape,
        heading.groups,
        tuple(reader.items),
        reader.qr,
        reader.code,
        reader.serial,
        reader.values,
        reader.slot_inks,
        reader.lines,
        reader.xobjects,
        means.text_setting.places_once,
        means.text_setting.districts,
        heading.use,
        read.notes,
        lacking,
        frozenset(reader.screens),
    )
