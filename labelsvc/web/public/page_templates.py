"""The templates of the public pages, compiled once, and what all pages show: frame, languages, true address."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from labelsvc.web.compiled_templates import OF_PUBLIC
from labelsvc.web.language import NAMES
from labelsvc.web.public.site import PublicSite
from labelsvc.web.style_files import StyleFile
from labelsvc.wording import LANGUAGES, Wording

_FRAME = (
    "brand", "office", "site", "languages", "home", "skip", "entry_label", "entry_again", "entry_hint", "entry_button",
    "entry_other", "code", "register", "sign_in", "link_open",
)  # fmt: skip
"""Sentences of web.toml that every page may use."""

_SECTIONS = (
    "product_page", "pictures", "story", "story_rest", "certificates", "events", "whole_page", "others", "more_others",
    "history", "label", "label_text", "badge_heading", "badge_text", "check_stamp",
)  # fmt: skip
"""Headings and links of trace.toml."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How a page was requested: its language, whether a link chose it, and the query before ``lang=`` in such links."""

    language: str
    chosen: bool = False
    here: str = "?"


class PageTemplates:
    """The templates in a folder."""

    def __init__(self, folder: Path, wording: Mapping[str, Wording], style: StyleFile, site: PublicSite) -> None:
        self.wording = wording
        self.site = site
        self._environment = Environment(
            loader=DictLoader({p.name: _compact(p.read_text(encoding="utf-8")) for p in folder.glob("*.html")}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
            bytecode_cache=OF_PUBLIC,
        )
        self._environment.globals |= {"style": style.path, "star": Markup(star_path()), "languages": NAMES}  # noqa: S704  digits of our own
        self._environment.filters["glued"] = _glued
        self._frame = {lang: self._sentences(lang) for lang in LANGUAGES}
        self._banners = {lang: (wording[lang].say("verify.specimen"),) if site.specimen else () for lang in LANGUAGES}

    def compile(self) -> None:
        """Compile all templates, before they are asked for."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def render(self, name: str, visit: Visit, facts: Mapping[str, object], banners: tuple[str, ...] = ()) -> bytes:
        """Return a page; ``facts`` are its own, ``banners`` stand above it."""
        lang = visit.language
        page = self._environment.get_template(name).render(
            facts,
            lang=lang,
            t=self._frame[lang],
            banners=dict.fromkeys((*banners, *self._banners[lang])),
            here=visit.here,
            chosen=visit.chosen,
            register=f"/language/{lang}?next=/register" if visit.chosen else "/register",
            register_search="/register",
        )
        return page.encode()

    def _sentences(self, lang: str) -> dict[str, str]:
        say = self.wording[lang].say
        true_address = say("web.true_address", address=f"{self.site.address}/")
        sections = {name: say(f"trace.{name}") for name in _SECTIONS}
        return {"true_address": true_address} | {name: say(f"web.{name}") for name in _FRAME} | sections


def _compact(source: str) -> str:
    """Drop the line breaks between tags that only people need; spaces inside sentences stay."""
    return re.sub(r"(?<=[>}])\n\s*(?=[<{])", "", source.strip())


def _glued(title: str) -> Markup:
    """Keep "4 sao" together where a headline wraps."""
    return Markup(re.sub(r"(\d (?:sao|stars?))", r"<span>\1</span>", str(escape(title))))  # noqa: S704  escaped before


def star_path(radius: float = 12.0, inner: float = 5.2) -> str:
    """Return the path of a five-pointed star in a square of 24, point up."""
    corners = []
    for i in range(10):
        r, angle = (inner if i % 2 else radius), math.radians(36 * i - 90)
        corners.append(f"{12 + r * math.cos(angle):.1f} {12.6 + r * math.sin(angle):.1f}")
    return f"M{'L'.join(corners)}z"
