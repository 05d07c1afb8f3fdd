"""The QR code of an authenticator's secret, for a page."""

from __future__ import annotations

from labelsvc.rendering.qr.plain_symbol import svg_symbol


def secret_picture(text: str) -> str:
    """Return a text's QR code as an SVG picture in a ``data:`` address."""
    return svg_symbol(text)
