"""Where a page may send its reader on to: this site, and nowhere else."""

from __future__ import annotations


def own_path(path: str) -> str:
    """Return a path of this site as it is, and anything else (another host, a scheme) as nothing."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else ""
