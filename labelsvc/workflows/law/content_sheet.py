"""The label content sheet (phiếu nội dung nhãn): what a producer's own designer must put on a label, on one A4 page.

It speaks Vietnamese whoever asks, as all paper does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.host import Host
from labelsvc.domain.law.date_forms import right_dates
from labelsvc.domain.law.full_names import in_full
from labelsvc.domain.law.judging import RuleState, RuleVerdict
from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity, quantity_kind
from labelsvc.domain.law.nutrition import find_nutrition
from labelsvc.domain.law.quantity_form import right_quantity
from labelsvc.domain.law.rules import LawRule, RuleKind
from labelsvc.domain.product import Product
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QUIET_ZONE
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.pdf.units import points
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.content_sheet import ContentSheet, SheetRow, write_content_sheet
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.law.product_law import ProductLaw, law_of
from labelsvc.workflows.paper_words import PaperWords
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets

SMALL_SLOT_MM = 12.0
"""A slot in which the smallest symbol that may be printed is chosen."""
_HEEDED = (RuleKind.FULL_NAMES, RuleKind.FOREIGN_TEXT, RuleKind.CONTRAST, RuleKind.DATE_FORM, RuleKind.LARGEST_NAME)
_DONTS = ("qr", "mark", "name", "claims", "outlines")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts together the rows of one product's sheet."""

    product: Product
    law: ProductLaw
    words: PaperWords
    face: FontFace

    def rows(self) -> Iterator[SheetRow]:
        for verdict in sorted(self.law.verdicts, key=lambda each: _place(each.rule)):
            match verdict.rule.kind:
                case RuleKind.FIELD:
                    if verdict.state is not RuleState.NOTHING_TO_SAY:
                        yield self._field(verdict)
                case RuleKind.STAMPED:
                    yield self._stamped(verdict.rule)
                case RuleKind.SENTENCE:
                    how = self.words.say("law.sheet_sentence")
                    yield SheetRow("", verdict.rule.text, how, verdict.rule.citation("vi"))
                case RuleKind.NUTRITION:
                    yield self._nutrition(verdict)

    def _stamped(self, rule: LawRule) -> SheetRow:
        forms = self.words.say("law.sheet_forms", forms=list(rule.value))
        known = right_dates(self.product.shelf_life) if "HSD" in rule.value else ""
        return SheetRow(rule.label, f"{rule.label}: {known or '…'}", forms, rule.citation("vi"))

    def _field(self, verdict: RuleVerdict) -> SheetRow:
        rule = verdict.rule
        said = self._said(rule)
        note = "" if said else self.words.say("law.sheet_lacking")
        if "net_content" in rule.value and (quantity := measured_quantity(said)) is not None:
            note = self._figures(quantity) or note
        if "name" in rule.value:
            note = self.words.say("law.sheet_name")
        volume = "net_content" in rule.value and quantity_kind(said) == "volume"
        label = self.words.say("law.sheet_volume") if volume else rule.label
        return SheetRow(label, said, note, rule.citation("vi"))

    def _said(self, rule: LawRule) -> str:
        product = self.product
        if "net_content" in rule.value:
            return self._right_quantity(product.net_content)
        if rule.value == ("alcohol",):
            return f"{product.alcohol} % vol" if product.alcohol else ""
        if {*rule.value} == {"address", "commune"}:
            return self._in_full(product.place)
        said = "; ".join(filter(None, (getattr(product, name) for name in rule.value)))
        return self._in_full(said) if "producer" in rule.value else said

    def _in_full(self, said: str) -> str:
        rules = (each.rule for each in self.law.verdicts if each.rule.kind is RuleKind.FULL_NAMES)
        return next((in_full(said, rule.pairs) for rule in rules), said)

    def _right_quantity(self, said: str) -> str:
        forms = (each.rule for each in self.law.verdicts if each.rule.kind is RuleKind.QUANTITY_FORM)
        return next((right_quantity(said, rule.value) for rule in forms), said)

    def _figures(self, quantity: float) -> str:
        for verdict in self.law.verdicts:
            if verdict.rule.kind is RuleKind.FIGURE_HEIGHT:
                least = FigureHeights.parse(verdict.rule.text).least_mm(quantity)
                size = points(least) / min(self.face.letter(digit).y_max for digit in "0123456789") * 1000
                said = self.words.say("law.sheet_figures", least_mm=least, size_pt=round(size + 0.049, 1))
                return f"{said}. {verdict.rule.citation('vi')}"
        return ""

    def _nutrition(self, verdict: RuleVerdict) -> SheetRow:
        table = find_nutrition(self.product.nutrition)
        rule = verdict.rule
        if table is None:
            reason = self.product.nutrition_exemption
            exempt = verdict.state is RuleState.NOTHING_TO_SAY
            note = (
                self.words.say(f"law.nutrition_exemption_{reason}") if exempt else self.words.say("law.sheet_lacking")
            )
            said = self.words.say("law.sheet_exempt") if exempt else ""
            return SheetRow(rule.label, said, note, rule.citation("vi"))
        said = "; ".join(f"{each.label} {each.amount} {each.unit}" for each in table.nutrients)
        head = self.words.say("law.sheet_serving" if table.serving else "law.sheet_per", quantity=table.quantity)
        return SheetRow(rule.label, f"{head}: {said}", self.words.say("law.sheet_table"), rule.citation("vi"))

    def how(self) -> str:
        """Return the heading over how texts are set, with the height of those that have none of their own."""
        for verdict in self.law.verdicts:
            if verdict.rule.kind is RuleKind.LETTER_HEIGHT:
                least = FigureHeights.parse(verdict.rule.text).beyond_mm
                return self.words.say("law.sheet_how_high", least_mm=least, size_pt=self._letter_pt(least))
        return self.words.say("law.sheet_how")

    def _letter_pt(self, least_mm: float) -> float:
        return round(points(least_mm) / self.face.x_height * 1000 + 0.049, 1)

    def letters(self) -> tuple[str, ...]:
        """Return how high letters are, and what else holds for all texts."""
        said = []
        for verdict in self.law.verdicts:
            rule = verdict.rule
            if rule.kind is RuleKind.LETTER_HEIGHT:
                heights = FigureHeights.parse(rule.text)
                ((square_cm, small_mm),), large_mm = heights.steps, heights.beyond_mm
                sizes = [self._letter_pt(mm) for mm in (small_mm, large_mm)]
                facts = {"small_mm": small_mm, "large_mm": large_mm, "square_cm": square_cm}
                said.append(self.words.say("law.sheet_letters", small_pt=sizes[0], large_pt=sizes[1], **facts))
            elif rule.kind in _HEEDED:
                said.append(f"{rule.vi} ({rule.citation('vi')}).")
        return tuple(said)


def _place(rule: LawRule) -> int:
    """Return where a rule's text stands on the sheet: name, quantity, the class's own, then who and where."""
    first = ("name", "quantity", "alcohol")
    last = ("party", "address", "origin", "craft-village")
    if rule.name in first:
        return first.index(rule.name)
    return 90 + last.index(rule.name) if rule.name in last else 50


def content_sheet(stored: StoredProduct, assets: PrintAssets, words: PaperWords, host: Host, now: datetime) -> bytes:
    """Return the sheet of a product as a PDF of one A4 page; PrintRefused for a service, which has no goods label."""
    product = stored.product
    law = law_of(product, assets, now.astimezone(VIETNAM).date())
    if law.service:
        raise PrintRefused.from_code("law.no_goods_label")
    face = assets.fonts.face("BeVietnamPro-Regular")
    writer = _Writer(product, law, words, face)
    version = encoder_for(host, SMALL_SLOT_MM, product.gtin).version
    side = version.modules + 2 * QUIET_ZONE
    qr = {"least_mm": round(side * LEAST_MODULE_MM, 1), "quiet": QUIET_ZONE, "quiet_mm": QUIET_ZONE * LEAST_MODULE_MM}
    say = words.say
    mark = words.marks.for_label(specimen=host.specimen or stored.demonstration, trial=False)
    sheet = ContentSheet(
        title=" – ".join(filter(None, (say("law.sheet_title"), mark))),
        product=product.name,
        subtitle=f"{say(f'law.goods_class_{law.goods_class.value}')} · {product.producer}",
        headings=(say("law.sheet_what"), say("law.sheet_text_head"), writer.how()),
        rows=tuple(writer.rows()),
        notes=(
            (say("law.sheet_type"), writer.letters()),
            (say("law.sheet_qr_head"), (say("law.sheet_qr", **qr, module_mm=LEAST_MODULE_MM),)),
            (say("law.sheet_dont"), tuple(say(f"law.sheet_dont_{name}") for name in _DONTS)),
        ),
        foot=say("law.sheet_foot", day=now.astimezone(VIETNAM).date()),
    )
    stream = BytesIO()
    identity = PdfIdentity(f"{sheet.title} – {product.name}", now, PRODUCER)
    write_content_sheet(stream, sheet, assets.fonts, identity, assets.profile)
    return stream.getvalue()


def save_content_sheet(path: Path, content: bytes) -> None:
    """Write a sheet to a file, whole or not at all; OutputRefused if it can't be written."""
    with whole_file(path) as file:
        file.write(content)
