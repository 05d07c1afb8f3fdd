"""Add and retire the office's fonts: nothing happens with which a design that prints today would be refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.rendering.typesetting.font_book import FAMILY
from labelsvc.storage.designs.office_fonts import NewFont, OfficeFonts, ShelvedFont
from labelsvc.storage.designs.office_looks import OfficeFont
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.looks.read_font import read_font
from labelsvc.workflows.looks.unfit_designs import unfit_designs
from labelsvc.workflows.print_assets import PrintAssets

MOST_FACES = 40
"""In use at once: every process that draws holds them all."""
_NEWER = 1 << 30
"""The number of a face that has none yet."""


@dataclass(frozen=True, slots=True)
class FontEditor:
    """The fonts at one moment."""

    fonts: OfficeFonts
    designs: DesignCatalogue
    assets: PrintAssets
    host: Host

    def add(self, file: bytes, context: ChangeContext) -> ShelvedFont:
        """Read an uploaded file and put its face into use; InvalidValue says why not."""
        read = read_font(file)
        if read.family.replace(" ", "").casefold() == FAMILY.replace(" ", "").casefold():
            raise InvalidValue.from_code("font.shipped", family=FAMILY)
        face = OfficeFont(_NEWER, read.family, read.weight, read.italic, read.name, read.content)
        others = self._others(face)
        if len(others) >= MOST_FACES:
            raise InvalidValue.from_code("font.too_many", most=MOST_FACES)
        if len(others) < len(self.assets.looks.fonts):  # a face that replaces none can unfit no design
            self._refuse_unfit((*others, face))
        facts = asdict(read)
        kept = {name: facts[name] for name in ("outlines", "licence", "letters", "lacking", "kerned", "texts")}
        new = NewFont(
            family=read.family,
            weight=read.weight,
            italic=read.italic,
            name=read.name,
            facts=kept,
            file=file,
            content=read.content,
        )
        return self.fonts.add(new, context)

    def use(self, font_id: int, context: ChangeContext) -> ShelvedFont:
        """Put an older version into use again; InvalidValue names the designs that it does not fit."""
        face = self.fonts.face(font_id)
        self._refuse_unfit((*self._others(face), face))
        self.fonts.use(font_id, context)
        return self.fonts.get(font_id)

    def retire(self, font_id: int, context: ChangeContext) -> ShelvedFont:
        """Take a face out of use; InvalidValue names the designs that are set in it, ChangedMeanwhile."""
        font = self.fonts.get(font_id)
        self._refuse_unfit(tuple(face for face in self.assets.looks.fonts if face.id != font_id))
        self.fonts.retire(font_id, context)
        return font

    def _others(self, new: OfficeFont) -> tuple[OfficeFont, ...]:
        """Return the faces in use that another one does not replace."""
        return tuple(face for face in self.assets.looks.fonts if _asked_by(face) != _asked_by(new))

    def _refuse_unfit(self, fonts: tuple[OfficeFont, ...]) -> None:
        if unfit := unfit_designs(self.designs, self.assets, self._with(fonts), self.host):
            raise InvalidValue.from_code("font.designs_unfit", designs=unfit)

    def _with(self, fonts: tuple[OfficeFont, ...]) -> PrintAssets:
        return self.assets.with_looks(replace(self.assets.looks, fonts=fonts))


def _asked_by(face: OfficeFont) -> tuple[str, int, bool]:
    return face.family.replace(" ", "").casefold(), face.weight, face.italic
