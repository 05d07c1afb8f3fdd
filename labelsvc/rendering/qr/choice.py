"""Chooses the QR version and level of a URL: of those that fit the slot, the one that phones read best.

A larger module helps more than a higher level: on spoiled paper a tenth of the module's size was worth 12 points of a
hundred at 0.40 mm, level Q instead of M 4. ``python -m tests.bench.read_rates`` measures it; docs/printing.md shows
its table.
"""

from __future__ import annotations

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import LENGTH
from labelsvc.domain.qr_version import LEAST_MODULE_MM, VERSIONS, QrVersion, UrlPrefix
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.rendering.qr.encoder import QrEncoder

LEVEL_WORTH = {"M": 1.00, "Q": 1.04, "H": 1.05}
"""How much larger the modules of level M must be to be read as often, on average over 0.40 to 0.58 mm."""
LEAST_VERSION = 3
"""A scratch takes a larger share of a small symbol: at version 2 modules must be 7 % larger to be read as often, which
is all that its fewer modules gain, and it has no level Q. So it is taken only where nothing else fits."""


def encoder_for(host: Host, slot_mm: float, gtin: str = "", printer: LabelPrinter | None = None) -> QrEncoder:
    """Return the encoder of a host's symbols in a design's slot, as used by new batches."""
    prefix = host.url_prefix(gtin=gtin)
    return QrEncoder(prefix, choose(prefix, slot_mm, printer))


def printed_module_mm(version: QrVersion, slot_mm: float, printer: LabelPrinter | None = None) -> float:
    """Return the size of a symbol's modules in a slot: on a thermal printer whole dots."""
    return printer.module_mm(slot_mm, version.modules_with_quiet_zone) if printer else version.module_mm(slot_mm)


def choose(prefix: UrlPrefix, slot_mm: float, printer: LabelPrinter | None = None) -> QrVersion:
    """Return the version that reads best in a square slot, quiet zone included, with modules of at least 0.40 mm.

    Where no version has such modules it is the lowest one, for ``Design.check_module`` to refuse. InvalidValue
    qr.too_long where no version holds the URL.
    """
    holding = _holding(prefix)
    fitting = [each for each in holding if printed_module_mm(each, slot_mm, printer) >= LEAST_MODULE_MM - 1e-9]
    large = [version for version in fitting if version.number >= LEAST_VERSION]
    return max(large or fitting or holding[:1], key=lambda version: readability(version, slot_mm, printer))


def readability(version: QrVersion, slot_mm: float, printer: LabelPrinter | None = None) -> float:
    """Return the readability of a symbol in a slot: the size in mm of level M modules that are read equally well."""
    return printed_module_mm(version, slot_mm, printer) * LEVEL_WORTH[version.level]


def choose_as_before(prefix: UrlPrefix) -> QrVersion:
    """Return the version of batches that keep none: the lowest that holds a URL at level M, at its highest level."""
    holding = _holding(prefix)
    return [version for version in holding if version.number == holding[0].number][-1]


def _holding(prefix: UrlPrefix) -> list[QrVersion]:
    """Return the versions that hold a URL, the lowest first, each from level M up."""
    holding = [version for version in VERSIONS if prefix.data_bits <= version.data_bits]
    if not holding:
        longest = 244 if not prefix.in_bytes else 240
        raise InvalidValue.from_code(
            "qr.too_long", value=str(prefix), length=len(str(prefix)) + LENGTH, longest=longest
        )
    return holding
