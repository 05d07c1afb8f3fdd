"""What a page shows, without its marks."""

from __future__ import annotations

import re


def visible(page: str) -> str:
    """Return what a page shows, without marks and addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]))


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
