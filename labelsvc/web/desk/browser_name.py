"""What a browser is called: "Chrome, Linux" from the long line that it sends of itself."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "Python"),
)  # fmt: skip
"""Those that call themselves by others' names too come before the others."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def browser_name(sent: str) -> tuple[str, str]:
    """Return the browser's and the system's name, each empty where it is none that we know."""
    return _first(BROWSERS, sent), _first(SYSTEMS, sent)


def _first(names: tuple[tuple[str, str], ...], sent: str) -> str:
    return next((name for sign, name in names if sign.casefold() in sent.casefold()), "")
