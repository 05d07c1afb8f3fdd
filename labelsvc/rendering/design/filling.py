"""Fills a design with a product: all texts final and fitted, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace

from labelsvc.domain.errors import PrintRefused, Problem
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.net_quantity import quantity_kind
from labelsvc.domain.law.nutrition import find_nutrition
from labelsvc.domain.places.districts import is_former_district
from labelsvc.domain.product import DistrictProduct, EarlierProduct, Product, ProductGroup
from labelsvc.domain.programme.rules import RULES
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.fields.fitted_rows import FittedFields, fit_fields
from labelsvc.rendering.design.figures import least_size_pt, raised
from labelsvc.rendering.design.gtin.fitting import FittedBarcode, fit_barcode
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    GtinSlot,
    LegalFields,
    PlainText,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.stars import COUNT
from labelsvc.rendering.typesetting.arc_text import FittedArc, fit_arc
from labelsvc.rendering.typesetting.fitting import FittedText, fit_text, normalised
from labelsvc.rendering.typesetting.fonts import FontFace

EATEN = (ProductGroup.FOOD, ProductGroup.DRINK, ProductGroup.HERBAL, None)
"""Groups whose labels carry food fields; an unknown group counts as food, so that no field is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """The data of a label. ``mark`` is a specimen mark beside the content: "", MẪU or IN THỬ.

    ``lot``: the lot that was named for its goods when it was ordered. ``dot_mm``: the dots of the printer that barcodes
    are made of whole numbers of; 0: they may have any size.
    """

    product: Product
    recognition: Recognition
    host: str
    mark: str = ""
    lot: Lot | None = None
    dot_mm: float = 0.0

    @property
    def names(self) -> dict[str, object]:
        """The names that a design may use."""
        return {
            "product": self.product,
            "recognition": self.recognition,
            "host": self.host,
            "eaten": self.product.group in EATEN,
            "goods_class": goods_class_of(self.product).value,
            "nutrition": find_nutrition(self.product.nutrition),
            "quantity_kind": quantity_kind(self.product.net_content),
            "lot": self.lot or UNNAMED_LOT,
        }


UNNAMED_LOT = SimpleNamespace(number="", made_on=None, use_by=None)
"""What designs read where no lot was named with the order."""
FittedItem = FittedText | FittedArc | FittedFields | FittedBarcode | int | None
"""The fitted form of an item: text, a number of stars, or None if hidden or constant."""


@dataclass(frozen=True, slots=True)
class FilledLabel:
    """A design with the final texts of one product; ``fitted`` matches the design's items."""

    design: Design
    fitted: tuple[FittedItem, ...]
    warnings: tuple[Problem, ...]


LEAST_STARS = min(rules.lowest_printed_stars for rules in RULES)
"""The fewest stars that the programme prints."""
HIDDEN = -1
"""The fitted value of an item whose display is none."""


@lru_cache(maxsize=2_000)  # labels are filled when an order is judged, and again when drawn
def fill(design: Design, facts: LabelFacts) -> FilledLabel:
    """Fill a design; PrintRefused carries every text that does not fit and every letter that a face lacks."""
    filled, refused = fill_what_fits(design, facts)
    if refused:
        raise PrintRefused(*(problem for _, problem in refused))
    return filled


def fill_what_fits(design: Design, facts: LabelFacts) -> tuple[FilledLabel, list[tuple[int, Problem]]]:
    """Fill a design that is being made: a text that does not fit is not drawn.

    Returns why, each with the line of its element.
    """
    values = design.values.render(facts.names | {"product": _as_printed(facts.product, design)})
    problems: list[tuple[int, Problem]] = []
    warnings: list[Problem] = []
    fitted: list[FittedItem] = []
    for item in design.items:
        display = -1 if isinstance(item, SpecimenMark) else item.display
        if display >= 0 and "none" in values[display]:
            fitted.append(HIDDEN)
            continue
        result = _fit(item, values, facts, warnings)
        if isinstance(result, Problem):
            problems.append((item.line, result))
        fitted.append(None if isinstance(result, Problem) else result)
    return FilledLabel(design, tuple(fitted), tuple(warnings)), problems


def _as_printed(product: Product, design: Design) -> Product:
    """Return the product with its place as the design's batch has it on paper."""
    if not design.places_once:
        bare = (
            product if design.districts or not is_former_district(product.district) else replace(product, district="")
        )
        return EarlierProduct.from_product(bare)
    return DistrictProduct.from_product(product) if design.districts else product


def _fit(item: DesignItem, values: list[str], facts: LabelFacts, warnings: list[Problem]) -> FittedItem | Problem:
    match item:
        case FittedTextItem():
            return _fit_box(item, values)
        case ArcTextItem():
            return fit_arc(item.face, values[item.value], item.arc, item.field)
        case LegalFields():
            return fit_fields(item, values, warnings)
        case SpecimenMark():
            return fit_text(item.face, facts.mark, item.box, "mark")
        case GtinSlot():
            gtin, blank = values[item.value].strip(), values[item.blank].strip() == "yes"
            return fit_barcode(item, gtin, facts.lot, facts.dot_mm, blank) or HIDDEN
        case StarRow():
            return _count_stars(values[item.value].strip(), item.line)
        case _:
            return None


def _fit_box(item: FittedTextItem, values: list[str]) -> FittedText | Problem | int:
    """Fit a text whose least size may follow a quantity; HIDDEN where it does not fit and may be left out."""
    text, box = values[item.value], item.box
    if item.figures is not None:
        box = raised(box, least_size_pt(item.figures, item.face, values[item.quantity].strip()))
    fitted = fit_text(item.face, text, box, item.field)
    if isinstance(fitted, Problem) and item.optional and not item.face.missing(normalised(text)):
        return HIDDEN
    return fitted


def _count_stars(said: str, line: int) -> int | Problem:
    """Return the number of full stars; refuse fewer than the programme prints, or more than five."""
    if said.isdecimal() and LEAST_STARS <= int(said) <= COUNT:
        return int(said)
    return Problem("design.stars", {"line": line, "value": said, "least": LEAST_STARS})


@dataclass(frozen=True, slots=True)
class LabelText:
    """A label's text as printed, line by line, with the name of its field."""

    field: str
    face: FontFace
    size_pt: float
    lines: tuple[str, ...]
    curved: bool = False


def label_texts(filled: FilledLabel) -> Iterator[LabelText]:
    """Yield all texts of a label except codes and serials."""
    for item, fitted in zip(filled.design.items, filled.fitted, strict=True):
        match item, fitted:
            case (PlainText(), None):
                yield LabelText(item.text, item.face, item.size_pt, (item.text,), curved=not item.straight)
            case (FittedTextItem(field=field), FittedText()) if fitted.lines:
                yield LabelText(field, fitted.face, fitted.size_pt, fitted.lines)
            case (SpecimenMark(), FittedText()) if fitted.lines:
                yield LabelText("mark", fitted.face, fitted.size_pt, fitted.lines)
            case (ArcTextItem(field=field), FittedArc()) if fitted.text:
                yield LabelText(field, fitted.face, fitted.size_pt, (fitted.text,), curved=True)
            case (LegalFields(), FittedFields()):
                for row in fitted.rows:
                    for text in row.texts:
                        yield LabelText(row.name, text.face, text.size_pt, text.lines)
