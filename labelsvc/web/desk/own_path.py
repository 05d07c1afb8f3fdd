"""Redirect targets: only paths of this site."""

from __future__ import annotations


def own_path(path: str) -> str:
    """Return a path of this site; return the empty string for anything else (another host, a scheme)."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else ""
