"""Fill a design with a product: all texts final and fitted, or every reason why they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from labelsvc.domain.errors import PrintRefused, Problem
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.arc_text import FittedArc, fit_arc
from labelsvc.rendering.design_items import ArcTextItem, Fields, FieldsStep, FittedTextItem, Item, Mark
from labelsvc.rendering.designs import Design
from labelsvc.rendering.fonts import Face
from labelsvc.rendering.points import points
from labelsvc.rendering.text import FittedText, fit_text, normalised

EATEN = (ProductGroup.FOOD, ProductGroup.DRINK, ProductGroup.HERBAL, None)
"""Groups whose labels carry the fields of food; an unknown group is taken for food, so that no field is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What a label is filled with. ``mark`` is printed across nothing but beside everything: "", MẪU or IN THỬ."""

    product: Product
    recognition: Recognition
    host: str
    mark: str = ""

    @property
    def names(self) -> dict[str, object]:
        """The names that a design may use."""
        return {
            "product": self.product,
            "recognition": self.recognition,
            "host": self.host,
            "eaten": self.product.group in EATEN,
        }


@dataclass(frozen=True, slots=True)
class FittedRow:
    """One row of the legal fields: its label, and its value or, where the record lacks it, a blank box."""

    label: FittedText
    value: FittedText
    height_pt: float


@dataclass(frozen=True, slots=True)
class FittedFields:
    """All rows in one size."""

    rows: tuple[FittedRow, ...]
    size_pt: float


Fitted = FittedText | FittedArc | FittedFields | int | None
"""What an item became: fitted text, a number of stars, or None for what is not shown or always the same."""


@dataclass(frozen=True, slots=True)
class FilledLabel:
    """A design with all texts of one product final; ``fitted`` goes with the design's items one by one."""

    design: Design
    fitted: tuple[Fitted, ...]
    warnings: tuple[Problem, ...]


STAMPED = "stamped"
"""What ``blank`` says of a box that the producer stamps (NSX, HSD): nothing is lacking in the record."""
HIDDEN = -1
"""The fitted value of an item whose display is none."""


@lru_cache(maxsize=2_000)  # an order is filled when it is judged and again when it is drawn
def fill(design: Design, facts: LabelFacts) -> FilledLabel:
    """Fill a design; PrintRefused carries every text that does not fit and every letter that a face lacks."""
    values = design.values.render(facts.names)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fitted: list[Fitted] = []
    for item in design.items:
        display = -1 if isinstance(item, Mark) else item.display
        if display >= 0 and values[display].strip() == "none":
            fitted.append(HIDDEN)
            continue
        result = _fit(item, values, facts.mark, warnings)
        if isinstance(result, Problem):
            problems.append(result)
        fitted.append(None if isinstance(result, Problem) else result)
    if problems:
        raise PrintRefused(*problems)
    return FilledLabel(design, tuple(fitted), tuple(warnings))


def _fit(item: Item, values: list[str], mark: str, warnings: list[Problem]) -> Fitted | Problem:
    match item:
        case FittedTextItem():
            return fit_text(item.face, values[item.value], item.box, item.field)
        case ArcTextItem():
            return fit_arc(item.face, values[item.value], item.arc, item.field)
        case Fields():
            return _fit_fields(item, values, warnings)
        case Mark():
            return fit_text(item.face, mark, item.box, "mark")
        case _ if hasattr(item, "value"):
            return min(5, max(0, int(values[item.value])))
        case _:
            return None


def _fit_fields(item: Fields, values: list[str], warnings: list[Problem]) -> FittedFields | Problem:
    height_pt, gap_pt = points(item.height_mm), points(item.gap_mm)
    shown = [row for row in item.rows if values[row.value].strip() or values[row.blank].strip() in ("yes", STAMPED)]
    lacking = [row.label for row in shown if not values[row.value].strip() and values[row.blank].strip() != STAMPED]
    if lacking:
        warnings.append(Problem("design.blank_box", {"fields": lacking}))
    problem: Problem | None = None
    advances = _advances(item, [values[row.value] for row in shown])
    for step in item.steps:
        if _least_height_pt(advances, step, gap_pt) > height_pt + 0.01:
            continue
        rows = [_fit_row(item, step, row.label, values[row.value]) for row in shown]
        problem = next((row for row in rows if isinstance(row, Problem)), None)
        fitted = [row for row in rows if isinstance(row, FittedRow)]
        if problem is None and sum(row.height_pt + gap_pt for row in fitted) - gap_pt <= height_pt + 0.01:
            return FittedFields(tuple(fitted), step.size_pt)
    if problem is not None:
        return problem
    longest = max(shown, key=lambda row: len(values[row.value]))
    facts = {"field": longest.label, "height_mm": item.height_mm, "size_pt": item.steps[-1].size_pt}
    return Problem("design.fields_too_long", facts)


def _advances(item: Fields, texts: list[str]) -> list[float]:
    """Return the texts' widths in 1/1000 em; nothing where a letter is missing, which is said when it is set."""
    try:
        return [item.face.measure(normalised(text)).advance for text in texts]
    except PrintRefused:
        return []


def _least_height_pt(advances: list[float], step: FieldsStep, gap_pt: float) -> float:
    """Return the height that rows take at least: most sizes that are too large are seen so, without breaking lines."""
    lines_to_em = step.size_pt / 1000 / step.value.width_pt
    lines = sum([max(1, ceil(advance * lines_to_em - 1e-6)) for advance in advances])
    return lines * step.value.leading * step.size_pt + (len(advances) - 1) * gap_pt


def _fit_row(item: Fields, step: FieldsStep, label: str, value: str) -> FittedRow | Problem:
    fitted_label = fit_text(item.label_face, label, step.label, label)
    fitted_value = fit_text(item.face, value, step.value, label)
    if isinstance(fitted_label, Problem):
        return fitted_label
    if isinstance(fitted_value, Problem):
        return fitted_value
    lines = max(len(fitted_label.lines), len(fitted_value.lines), 1)
    leading = max(fitted_label.leading_pt, fitted_value.leading_pt)
    return FittedRow(fitted_label, fitted_value, lines * (leading or item.leading * step.size_pt))


@dataclass(frozen=True, slots=True)
class Written:
    """A text as it stands on a label, line by line, with the name of its field."""

    field: str
    face: Face
    size_pt: float
    lines: tuple[str, ...]
    curved: bool = False


def written(filled: FilledLabel) -> Iterator[Written]:
    """Yield everything that is written on a label but its pieces' codes and serials."""
    for item, fitted in zip(filled.design.items, filled.fitted, strict=True):
        match item, fitted:
            case (FittedTextItem(field=field), FittedText()) if fitted.lines:
                yield Written(field, fitted.face, fitted.size_pt, fitted.lines)
            case (Mark(), FittedText()) if fitted.lines:
                yield Written("mark", fitted.face, fitted.size_pt, fitted.lines)
            case (ArcTextItem(field=field), FittedArc()) if fitted.text:
                yield Written(field, fitted.face, fitted.size_pt, (fitted.text,), curved=True)
            case (Fields(), FittedFields()):
                for row in fitted.rows:
                    for text in (row.label, row.value):
                        if text.lines:
                            yield Written(" ".join(row.label.lines), text.face, text.size_pt, text.lines)
