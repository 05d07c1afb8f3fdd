"""A QR code of any text, for a screen or a ticket."""

from __future__ import annotations

from base64 import b64encode

import qrcode

from labelsvc.domain.qr_version import QUIET_ZONE


def symbol_rows(text: str) -> list[list[bool]]:
    """Return the rows of the QR code of a text, without its quiet zone: True is dark."""
    symbol = qrcode.QRCode(border=0)
    symbol.add_data(text)
    symbol.make()
    return [list(map(bool, row)) for row in symbol.get_matrix()]


def svg_symbol(text: str) -> str:
    """Return the QR code of a text as SVG in a ``data:`` address, with its quiet zone, one unit a module."""
    symbol = qrcode.QRCode(border=QUIET_ZONE)
    symbol.add_data(text)
    symbol.make()
    rows = symbol.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
