"""Browser names: "Chrome, Linux" from a User-Agent."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "Python"),
)  # fmt: skip
"""Browsers that also use other browsers' names come first."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def browser_name(sent: str) -> tuple[str, str]:
    """Return the browser's and the system's name, each empty if unknown."""
    return _first(BROWSERS, sent), _first(SYSTEMS, sent)


def _first(names: tuple[tuple[str, str], ...], sent: str) -> str:
    return next((name for sign, name in names if sign.casefold() in sent.casefold()), "")
