"""How a batch is printed, as ordered and as kept with the batch for ever.

Every option is a field of one value that travels from the order through the queue to reprints and replacements.
A batch that does not name an option takes the field's default. If older batches were printed differently, the field's
``before`` says how: when a default changes, the old one stays there for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self, get_args

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.qr_version import URL_SCHEMES, QrVersion, UrlScheme
from labelsvc.domain.sheet import KEPT_ORDERS, SerialOrder
from labelsvc.domain.trace.lot_terms import LotTerms

Proof = Literal["none", "symbols", "auto", "all"]
PROOFS: tuple[str, ...] = get_args(Proof)
LINES_APART_MM = 0.2
"""Least blank between the ink of two lines on paper: with less, a dot below and a tilde above it merge on the press,
where dot gain widens every edge by up to 0.1 mm (PRESS-RULES, QR on paper)."""


MOST_OFFSET_MM = 20.0
"""A printer that prints farther beside its place is set up wrongly: another paper, or another scale."""


@dataclass(frozen=True, slots=True)
class PrinterOffset:
    """How far what is printed is moved against a printer's own shift, right and down. Raises InvalidValue."""

    x_mm: float = 0.0
    y_mm: float = 0.0

    def __post_init__(self) -> None:
        for name in ("x_mm", "y_mm"):
            if not -MOST_OFFSET_MM <= getattr(self, name) <= MOST_OFFSET_MM:
                raise InvalidValue.from_code("print.offset", field=name, value=getattr(self, name), most=MOST_OFFSET_MM)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSetting:
    """How a record's texts are set: the fields of the same names of :class:`PrintOptions`."""

    apart_mm: float = LINES_APART_MM
    places_once: bool = True
    districts: bool = False
    writing_lines: bool = True
    svg_lines: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOptions:
    """The options of a batch. ``others``: options kept by newer versions that this one does not know.

    ``proof``: what is read back: nothing, every symbol before it is drawn, also the finished pages (of large batches a
    sample), or all pages. ``order`` of serials on the sheets: None is the stock's own. ``spot_inks``: colours that have
    a spot ink in the palette are printed in it. ``step_and_repeat``: every product on sheets of its own; else products
    follow one another on a sheet (gang printing), which takes the fewest sheets. ``apart_mm``: least blank between the
    ink of two lines of a text. ``places_once``: an address that names its commune is not joined with it again; older
    batches have it twice. ``districts``: a place names the district that it was in; labels of today name none that
    Hanoi had. ``url_scheme``: how ``https`` is printed in the QR. ``qr_version``: the QR's version and level as
    ``3-Q``, chosen for host and design when the batch is ordered; empty before that, and in batches from before it was
    kept. ``may_turn``: labels are turned by 90° where a sheet holds more of them so. ``writing_lines``: a legal field
    that the record lacks is a line to write on; in older batches it is an empty box. ``job_on_ticket``: the ticket has
    a picture of a sheet, the job's QR code and a line for signatures. ``local_day``: the slug line names the day of the
    order in Vietnam; in older batches it is the day in UTC, which is the day before until seven in the morning.
    ``strict_trace``: only products with all facts that a trace code must lead to were ordered. ``lot_number``,
    ``made_on`` and ``use_by``: the lot that was named for all goods of the order, days in ISO form; ``use_by`` may be
    ``shelf-life``. Each line keeps its own lot. ``tidy``: sheets that are cut by hand bear ticks at the corners of
    labels and nothing else. ``printer``: the name of the printer that ``offset_x_mm`` and ``offset_y_mm`` correct; what
    the batch keeps of its stock is corrected already. ``svg_lines``: lines of a design meet as SVG has them, at most
    four widths beyond a corner, and are stretched with what is stretched; older batches have the press file's ten
    widths and lines of a mean width.
    Raises InvalidValue.
    """

    proof: Proof = "auto"
    order: SerialOrder | None = None
    spot_inks: bool = False
    step_and_repeat: bool = False
    apart_mm: float = field(default=LINES_APART_MM, metadata={"before": 0.0})
    places_once: bool = field(default=True, metadata={"before": False})
    districts: bool = field(default=False, metadata={"before": True})
    url_scheme: UrlScheme = field(default="lower", metadata={"before": "capitals"})
    qr_version: str = ""
    may_turn: bool = field(default=True, metadata={"before": False})
    writing_lines: bool = field(default=True, metadata={"before": False})
    job_on_ticket: bool = field(default=True, metadata={"before": False})
    local_day: bool = field(default=True, metadata={"before": False})
    strict_trace: bool = field(default=False, metadata={"before": False})
    lot_number: str = ""
    made_on: str = ""
    use_by: str = ""
    tidy: bool = False
    printer: str = ""
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    svg_lines: bool = field(default=True, metadata={"before": False})
    others: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.qr_version:
            QrVersion.parse(self.qr_version)
        for name, known in (("proof", PROOFS), ("order", (None, *KEPT_ORDERS)), ("url_scheme", URL_SCHEMES)):
            if getattr(self, name) not in known:
                raise InvalidValue.from_code("print.option", name=name, value=getattr(self, name))
        LotTerms.from_texts(self.lot_number, self.made_on, self.use_by)
        PrinterOffset(self.offset_x_mm, self.offset_y_mm)

    @property
    def lot_terms(self) -> LotTerms:
        """What was said of the lot of the order's goods."""
        return LotTerms.from_texts(self.lot_number, self.made_on, self.use_by)

    @property
    def offset(self) -> PrinterOffset:
        """How far what is printed is moved."""
        return PrinterOffset(self.offset_x_mm, self.offset_y_mm)

    @property
    def corrected(self) -> bool:
        """Return whether what is printed is moved for a printer."""
        return self.offset != PrinterOffset()

    @property
    def text_setting(self) -> TextSetting:
        """How the texts of the batch's labels are typeset."""
        return TextSetting(
            apart_mm=self.apart_mm,
            places_once=self.places_once,
            districts=self.districts,
            writing_lines=self.writing_lines,
            svg_lines=self.svg_lines,
        )

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read the options kept with a batch of any age."""
        known = _before(cls)
        others = {name: value for name, value in kept.items() if name not in known}
        return cls(**{name: kept.get(name, before) for name, before in known.items()}, others=others)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; :meth:`from_json` gives equal options back."""
        named = {name: (getattr(self, name), before) for name, before in _before(type(self)).items()}
        return {name: value for name, (value, before) in named.items() if value != before} | dict(self.others)


def _before(kind: type[PrintOptions]) -> dict[str, Any]:
    """Return each option with the value that applies to batches that do not name it."""
    return {each.name: each.metadata.get("before", each.default) for each in fields(kind) if each.name != "others"}
