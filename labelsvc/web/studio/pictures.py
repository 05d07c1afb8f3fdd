"""Pictures within pages and answers."""

from __future__ import annotations

from base64 import b64encode


def png_uri(content: bytes) -> str:
    """Return a PNG as a ``data:`` URI; nothing where there is none."""
    return f"data:image/png;base64,{b64encode(content).decode()}" if content else ""
