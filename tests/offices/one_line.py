"""Pages without the line breaks of their templates, so that a test compares what a browser makes of them."""

from __future__ import annotations

import re


def one_line(source: str) -> str:
    """Return HTML with single spaces between words, attributes and elements, and none before a tag's end."""
    return re.sub(r" (?=/?>)", "", re.sub(r"\s+", " ", source))
