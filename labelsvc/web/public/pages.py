"""The public pages: HTML from a verdict or from a typed code. Templates are compiled once, at start."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from labelsvc.domain.label_code import in_fives
from labelsvc.domain.typed_code import TypedCode
from labelsvc.domain.verdict import StampRecord, Verdict, VerdictCase
from labelsvc.web.language import NAMES
from labelsvc.web.style_files import StyleFiles
from labelsvc.web.verdict_words import stamp_words, verdict_words
from labelsvc.wording import LANGUAGES, Wording

_FRAME = (
    "brand", "office", "site", "languages", "home", "skip", "entry_label", "entry_again", "entry_hint", "entry_button",
    "entry_other", "code", "register", "sign_in", "link_title", "link_text", "link_open",
)  # fmt: skip
"""Sentences of web.toml that every page may use."""

_SLOT = "\x00"
"""Marks where a page differs from stamp to stamp; records contain no control characters."""

PAGES_KEPT = 1_000
"""Pages of lines, about 3 kB each, that a process remembers; records that change make another page."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How a page was requested: its language, whether a link chose it, and the query before ``lang=`` in such links."""

    language: str
    chosen: bool = False
    here: str = "?"


class PublicPages:
    """All public pages in all languages. ``specimen``: the service shows demonstration data, so every page says so."""

    def __init__(self, templates: Path, wording: Mapping[str, Wording], style: StyleFiles, *, specimen: bool) -> None:
        environment = Environment(
            loader=DictLoader({p.name: _compact(p.read_text(encoding="utf-8")) for p in templates.glob("*.html")}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
        )
        environment.globals |= {
            "asset": {"style": style.sheet.path, "font": style.font.path},
            "star": Markup(_star()),  # noqa: S704  digits of our own
            "languages": NAMES,
        }
        environment.filters["glued"] = _glued
        self._verdict = environment.get_template("verdict.html")
        self._entry = environment.get_template("entry.html")
        self._link = environment.get_template("shared_link.html")
        self._wording = wording
        self._frame = {lang: {name: wording[lang].say(f"web.{name}") for name in _FRAME} for lang in LANGUAGES}
        self._page_of_line = lru_cache(PAGES_KEPT)(self._draw_line)
        self._banners = {lang: (wording[lang].say("verify.specimen"),) if specimen else () for lang in LANGUAGES}

    def verdict(self, verdict: Verdict, code: str, typed: str, visit: Visit) -> bytes:
        """Return the page of a verdict; where the code is not ours it holds the entry form with what was ``typed``.

        The page is the same for every stamp of a line but for its number, scans and code, so it is kept in pieces.
        """
        pieces = self._page_of_line(verdict.of_line, visit)
        if verdict.stamp is None:
            return escape(typed).encode().join(pieces)
        stamp = " · ".join(stamp_words(verdict, self._wording[visit.language]))
        return b"".join((pieces[0], escape(stamp).encode(), pieces[1], in_fives(code).encode(), *pieces[2:]))

    def _draw_line(self, verdict: Verdict, visit: Visit) -> tuple[bytes, ...]:
        """Return the page of a line cut where a stamp's number and scans and its code go, or else what was typed."""
        words = verdict_words(verdict, self._wording[visit.language])
        facts: dict[str, object] = {"words": words, "colour": verdict.colour.value, "faults": (), "name": ""}
        facts |= {"stamp": _SLOT if verdict.stamp else "", "code": _SLOT if verdict.stamp else "", "typed": _SLOT}
        facts |= {"form": verdict.case is VerdictCase.NOT_OURS, "label": self._frame[visit.language]["entry_again"]}
        if verdict.record:
            facts |= self._facts_of_product(verdict, verdict.record, visit)
        return tuple(self._render(self._verdict, visit, words.banners, facts).split(_SLOT.encode()))

    def _facts_of_product(self, verdict: Verdict, record: StampRecord, visit: Visit) -> dict[str, object]:
        say = self._wording[visit.language].say
        shown = verdict.rating or record.recognition
        label = "stars_label" if verdict.rating else "stars_ended_label"
        as_printed = verdict.rating == record.recognition and not verdict.void
        caption = "" if as_printed else "today" if verdict.rating else "printed"
        return {
            "name": record.product.name,
            "star_count": shown.stars,
            "star_label": say(f"verify.{label}", stars=shown.stars),
            "star_caption": say(f"verify.{caption}") if caption else "",
            "holds": verdict.rating is not None,
        }

    def entry(self, visit: Visit, typed: str = "", faults: tuple[str, ...] = ()) -> bytes:
        """Return the start page: the form for a typed code, with what is wrong with it."""
        return self.message("entry", visit, typed, faults)

    def message(self, name: str, visit: Visit, typed: str = "", faults: tuple[str, ...] = ()) -> bytes:
        """Return a page with the headline and text of ``web.<name>_title`` and ``_text``, and the entry form."""
        say = self._wording[visit.language].say
        facts = {
            "title": say(f"web.{name}_title"),
            "text": say(f"web.{name}_text"),
            "label": self._frame[visit.language]["entry_label"],
            "typed": typed,
            "faults": faults,
        }
        return self._render(self._entry, visit, (), facts)

    def shared_link(self, visit: Visit) -> bytes:
        """Return what a preview of a stamp's address shows: what the page is for, and nothing of the stamp."""
        return self._render(self._link, visit, (), {})

    def faults(self, typed: TypedCode, language: str) -> tuple[str, ...]:
        """Say what is wrong with a typed code: which characters, how many are missing or too many."""
        say = self._wording[language].say
        if not typed.count:
            return (say("web.entry_empty"),)
        found = []
        if typed.wrong:
            found.append(say("web.entry_wrong", letters=" ".join(f"«{c}»" for c in typed.wrong[:8])))
        if typed.vietnamese_typing:
            found.append(say("web.entry_typing"))
        if typed.missing:
            name = "entry_missing" if typed.missing > 0 else "entry_surplus"
            found.append(say(f"web.{name}", count=abs(typed.missing), typed=typed.count))
        return tuple(found)

    def _render(self, template: Template, visit: Visit, banners: tuple[str, ...], facts: Mapping[str, object]) -> bytes:
        lang = visit.language
        every = dict.fromkeys((*banners, *self._banners[lang]))
        register = f"/language/{lang}?next=/register" if visit.chosen else "/register"
        page = template.render(
            facts,
            lang=lang,
            t=self._frame[lang],
            banners=every,
            here=visit.here,
            chosen=visit.chosen,
            register=register,
        )
        return page.encode()


def _compact(source: str) -> str:
    """Drop the line breaks between tags that only people need; spaces inside sentences stay."""
    return re.sub(r"(?<=[>}])\n\s*(?=[<{])", "", source.strip())


def _glued(title: str) -> Markup:
    """Keep "4 sao" together where a headline wraps."""
    return Markup(re.sub(r"(\d (?:sao|stars?))", r"<span>\1</span>", str(escape(title))))  # noqa: S704  escaped before


def _star(radius: float = 12.0, inner: float = 5.2) -> str:
    """Return the path of a five-pointed star in a square of 24, point up."""
    corners = []
    for i in range(10):
        r, angle = (inner if i % 2 else radius), math.radians(36 * i - 90)
        corners.append(f"{12 + r * math.cos(angle):.1f} {12.6 + r * math.sin(angle):.1f}")
    return f"M{'L'.join(corners)}z"
