"""How a batch's QR codes are written: kept with its order, so that it is printed again as it was."""

from __future__ import annotations

from dataclasses import replace

from labelsvc.domain.host import Host
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.qr_version import QrVersion
from labelsvc.rendering.qr.choice import choose_as_before
from labelsvc.rendering.qr.encoder import QrEncoder


def with_symbols(options: PrintOptions, encoder: QrEncoder) -> PrintOptions:
    """Return the options of a new batch, which prints its symbols as they are made now whatever it replaces."""
    return replace(options, url_scheme="lower", qr_version=str(encoder.version))


def batch_encoder(host: Host, options: PrintOptions) -> QrEncoder:
    """Return what makes a batch's symbols; batches that keep no version were ordered when the lowest was taken."""
    prefix = host.url_prefix(options.url_scheme)
    return QrEncoder(prefix, QrVersion.parse(options.qr_version) if options.qr_version else choose_as_before(prefix))
