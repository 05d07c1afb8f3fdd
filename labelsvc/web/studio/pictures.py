"""Files within pages and answers."""

from __future__ import annotations

from base64 import b64encode


def data_uri(content: bytes, kind: str = "image/png") -> str:
    """Return a file of a media type as a ``data:`` URI; nothing where there is none."""
    return f"data:{kind};base64,{b64encode(content).decode()}" if content else ""
