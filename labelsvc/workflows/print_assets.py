"""What printing needs besides records: designs, stocks, fonts, palette and profile, each read once a process.

Processes that are forked find what was read before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

from labelsvc.domain.errors import NotFound
from labelsvc.domain.law.rules import LawBook
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.print_options import PrintOptions, TextSetting
from labelsvc.domain.sheet import SerialOrder, Stock
from labelsvc.pdf.inks import Ink, Palette, inks_from_json, inks_json, read_inks
from labelsvc.rendering.design.design import Design, DesignHeading, DesignMeans, read_design, read_heading
from labelsvc.rendering.design.linked_files import embed_files
from labelsvc.rendering.sheets.stocks import read_stock, stock_names
from labelsvc.rendering.typesetting.font_book import FAMILY, FontBook
from labelsvc.rendering.typesetting.font_file import FontFile
from labelsvc.rendering.typesetting.fonts import FaceName, FontFace
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeFont, OfficeLooks
from labelsvc.workflows.law_files import read_law
from labelsvc.workflows.shipped_names import shipped_designs

DESIGNS_KEPT = 64
ASSETS_KEPT = 24
"""Palettes and fonts that this process remembers, by how texts are set and with or without spot inks."""
FACES_KEPT = 64
_TODAY = TextSetting()


@dataclass(frozen=True)
class PrintAssets:
    """Folders of the looks, made by :func:`print_assets`; in process inks alone, or with the palette's spot inks.

    ``looks``: the office's palette and fonts. It crosses to other processes as what it was made of.
    """

    templates: Path
    fonts_folder: Path
    spot_inks: bool = False
    text_setting: TextSetting = _TODAY
    looks: OfficeLooks = SHIPPED

    def __reduce__(self) -> tuple[object, tuple[Path, Path, bool, TextSetting, OfficeLooks]]:
        return print_assets, (self.templates, self.fonts_folder, self.spot_inks, self.text_setting, self.looks)

    def inked(self, *, spot_inks: bool) -> PrintAssets:
        """Return the room of the same folders with or without spot inks."""
        return print_assets(self.templates, self.fonts_folder, spot_inks, self.text_setting, self.looks)

    def kept(self, options: PrintOptions) -> PrintAssets:
        """Return the assets that a batch of these options is drawn with: older ones keep their texts as they were set.

        Palette and fonts are not among a batch's options: :meth:`with_looks`.
        """
        return print_assets(self.templates, self.fonts_folder, options.spot_inks, options.text_setting, self.looks)

    def with_looks(self, looks: OfficeLooks) -> PrintAssets:
        """Return the same with another palette and other fonts."""
        return print_assets(self.templates, self.fonts_folder, self.spot_inks, self.text_setting, looks)

    def kept_looks(self, source: bytes) -> OfficeLooks:
        """Return what a batch of a design keeps for ever: the palette written out, and the fonts that it names."""
        named = tuple(font for font in self.looks.fonts if names_family(source, font.family))
        return OfficeLooks(inks_json(self.inks), named)

    @cached_property
    def fonts(self) -> FontBook:
        """All faces, the office's after those that come with the product."""
        return FontBook(self.fonts_folder, map(office_face, self.looks.fonts))

    @property
    def upright_faces(self) -> list[tuple[str, int]]:
        """Family and weight of each upright face, those of the family that is meant where none is named first."""
        faces = [(face.family, face.weight) for face in self.fonts.faces if not face.italic]
        return sorted(faces, key=lambda face: (face[0] != FAMILY, *face))

    @cached_property
    def inks(self) -> list[Ink]:
        """The colours of the palette, with their spot inks."""
        if self.looks.palette:
            return inks_from_json(self.looks.palette)
        return shipped_inks(self.templates)

    @cached_property
    def palette(self) -> Palette:
        """The inks of the screen colours."""
        return Palette.from_inks(self.inks, spot_inks=self.spot_inks)

    @property
    def profile_file(self) -> Path:
        """Where the output profile lies."""
        return self.templates / "press" / "FOGRA39L_coated.icc"

    @cached_property
    def profile(self) -> bytes:
        """The output profile that every file embeds."""
        return self.profile_file.read_bytes()

    @cached_property
    def law(self) -> LawBook:
        """The rules of label law, of whatever day (LawRefused)."""
        return read_law(self.templates / "law")

    @property
    def design_names(self) -> list[str]:
        """The names of all designs."""
        return list(shipped_designs(self.templates))

    def design_source(self, name: str) -> bytes:
        """Return a design's file with the files that it names; NotFound names the nearest design and all there are."""
        if name not in self.design_names:
            nearest = "".join(get_close_matches(name, self.design_names, n=1, cutoff=0.0))
            raise NotFound.from_code("design.unknown", name=name, nearest=nearest, known=self.design_names)
        return source_of(self.templates / "labels" / f"{name}.svg")

    def design(self, name: str, source: bytes | None = None) -> Design:
        """Return a design by name, or read from a source that was kept."""
        content = self.design_source(name) if source is None else source
        return _design(content, name, self.palette, self.fonts, self.profile, self.text_setting)

    def heading(self, name: str) -> DesignHeading:
        """Return what a shipped design says of itself."""
        means = DesignMeans(self.palette, self.fonts, self.profile, self.text_setting)
        return _heading(self.design_source(name), name, means)

    @property
    def stock_names(self) -> tuple[str, ...]:
        """The names of the stocks that come with the product."""
        return stock_names(self.templates / "sheets")

    def stock(self, name: str) -> Stock:
        """Return a stock that comes with the product by name, or a roll by its notation."""
        return read_stock(self.templates / "sheets", name)

    def layout(self, stock: str, design: Design, order: SerialOrder | None = None, *, may_turn: bool = True) -> Layout:
        """Return where the design's labels stand on a stock, in its own order of serials or in another one."""
        found = self.stock(stock)
        return layout(replace(found, order=order) if order else found, design.shape, may_turn=may_turn)


def source_of(path: Path) -> bytes:
    """Return a design's file with the pictures and artworks beside it written into it (DesignRefused)."""
    return embed_files(path.read_bytes(), path.parent)


def print_assets(
    templates: Path,
    fonts_folder: Path,
    spot_inks: bool = False,
    text_setting: TextSetting = _TODAY,
    looks: OfficeLooks = SHIPPED,
) -> PrintAssets:
    """Return the one value of these folders, inks, text setting and looks in this process."""
    return _assets(templates, fonts_folder, spot_inks, text_setting, looks)


def names_family(source: bytes, family: str) -> bool:
    """Return whether a design may name a family; one that writes letters as numbers may name any."""
    if b"&#" in source or b"\\" in source:
        return True
    return _plain(family) in _plain(source.decode("utf-8", "replace"))


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


@lru_cache(FACES_KEPT)  # a face remembers what it measured, whatever palette and other faces stand beside it
def office_face(font: OfficeFont) -> FontFace:
    """Return a face that the office uploaded; its row's number names it in PDFs: U12."""
    called = FaceName(font.name, font.family, font.weight, font.italic)
    return FontFace(called, b"U%d" % font.id, lambda: FontFile(font.content, font.name))


def shipped_inks(templates: Path) -> list[Ink]:
    """Return the colours that come with the product (DesignRefused)."""
    return read_inks(templates / "press" / "palette.toml")


_assets = lru_cache(ASSETS_KEPT)(lambda *made_of: PrintAssets(*made_of))
_design = lru_cache(DESIGNS_KEPT)(read_design)
_heading = lru_cache(DESIGNS_KEPT)(read_heading)
