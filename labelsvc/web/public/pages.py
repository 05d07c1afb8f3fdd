"""The public pages: HTML from a verdict or from a typed code."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import escape

from labelsvc.domain.label_code import in_fives
from labelsvc.domain.typed_code import TypedCode
from labelsvc.domain.verification.stamp_record import StampRecord
from labelsvc.domain.verification.verdict import Verdict, VerdictCase
from labelsvc.web.public.kept_page import FilledPage, KeptPage
from labelsvc.web.public.link_preview import link_preview
from labelsvc.web.public.page_templates import PageTemplates, Visit
from labelsvc.web.public.product_sections import SHORTER_PAGES, PageBound, product_sections
from labelsvc.web.verdict_words import stamp_words, verdict_words

_SLOT = "\x00"
"""Marks where a page differs from stamp to stamp; records contain no control characters."""

PAGES_KEPT = 1_000
"""Pages of lines, 4 to 40 kB each, that a process remembers; records that change make another page."""
LARGEST_PAGE = 9_500
"""Bytes, compressed: with its headers and the stylesheet the first visit stays under 14 kB."""


class PublicPages:
    """All pages about stamps in all languages."""

    def __init__(self, templates: PageTemplates) -> None:
        self._templates = templates
        self._page_of_line = lru_cache(PAGES_KEPT)(self._draw_line)

    def verdict(self, verdict: Verdict, code: str, typed: str, visit: Visit) -> FilledPage:
        """Return the page of a verdict; where the code is not ours it holds the entry form with what was ``typed``.

        The page is the same for every stamp of a line but for its number, scans and code, so it is kept in pieces.
        """
        page = self._page_of_line(verdict.of_line, visit)
        if verdict.stamp is None:
            return page.filled([escape(typed).encode()] * (len(page.pieces) - 1))
        stamp = " · ".join(stamp_words(verdict, self._templates.wording[visit.language]))
        return page.filled((escape(stamp).encode(), in_fives(code).encode()))

    def _draw_line(self, verdict: Verdict, visit: Visit) -> KeptPage:
        """Return the page of a line cut where a stamp's number and scans and its code go, or else what was typed."""
        say = self._templates.wording[visit.language].say
        words = verdict_words(verdict, self._templates.wording[visit.language])
        facts: dict[str, object] = {"words": words, "colour": verdict.colour.value, "faults": (), "name": ""}
        facts |= {"stamp": _SLOT if verdict.stamp else "", "code": _SLOT if verdict.stamp else "", "typed": _SLOT}
        facts |= {"form": verdict.case is VerdictCase.NOT_OURS, "label": say("web.entry_again")}
        facts |= {"heading": say(f"trace.{'traceability' if verdict.is_traceable else 'stamp_check'}")}
        if verdict.record is None:
            return self._kept(visit, facts, words.banners)
        facts |= self._facts_of_product(verdict, verdict.record, visit)
        for bound in SHORTER_PAGES:
            page = self._kept(visit, facts | self._sections(verdict, verdict.record, visit, bound), words.banners)
            if page.compressed_size <= LARGEST_PAGE:
                break
        return page

    def _kept(self, visit: Visit, facts: dict[str, object], banners: tuple[str, ...]) -> KeptPage:
        return KeptPage(self._templates.render("verdict.html", visit, facts, banners).split(_SLOT.encode()))

    def _sections(self, verdict: Verdict, record: StampRecord, visit: Visit, bound: PageBound) -> dict[str, object]:
        wording, product = self._templates.wording[visit.language], record.product
        history = dict.fromkeys((*record.history, record.recognition))
        sections = product_sections(product.name, record.details, history, verdict.day, wording, bound)
        return {"sections": sections}

    def _facts_of_product(self, verdict: Verdict, record: StampRecord, visit: Visit) -> dict[str, object]:
        say = self._templates.wording[visit.language].say
        shown = verdict.rating or record.recognition
        label = "stars_label" if verdict.rating else "stars_ended_label"
        as_printed = verdict.rating == record.recognition and not verdict.void
        caption = "" if as_printed else "today" if verdict.rating else "printed"
        return {
            "name": record.product.name,
            "producer": record.product.producer,
            "preview": link_preview(self._templates, visit, record.product.name, record.details),
            "star_count": shown.stars,
            "star_label": say(f"verify.{label}", stars=shown.stars),
            "star_caption": say(f"verify.{caption}") if caption else "",
            "holds": verdict.rating is not None,
        }

    def entry(self, visit: Visit, typed: str = "", faults: tuple[str, ...] = ()) -> bytes:
        """Return the start page: the form for a typed code, with what is wrong with it."""
        return self.message("entry", visit, typed, faults)

    def message(
        self, name: str, visit: Visit, typed: str = "", faults: tuple[str, ...] = (), *, number: str = ""
    ) -> bytes:
        """Return a page with the headline and text of ``web.<name>_title`` and ``_text``, and the entry form.

        ``number``: what the office may be told of a request that failed.
        """
        say = self._templates.wording[visit.language].say
        facts = {
            "title": say(f"web.{name}_title"),
            "text": say(f"web.{name}_text"),
            "label": say("web.entry_label"),
            "number": say("web.request_number", number=number) if number else "",
            "typed": typed,
            "faults": faults,
            "heading": "",
        }
        return self._templates.render("entry.html", visit, facts)

    def shared_link(self, visit: Visit, record: StampRecord | None = None) -> bytes:
        """Return what a preview of a stamp's address shows: the product's name and what the page is for, no verdict."""
        if record is None:
            preview = link_preview(self._templates, visit)
        else:
            preview = link_preview(self._templates, visit, record.product.name, record.details)
        return self._templates.render("shared_link.html", visit, {"preview": preview, "heading": ""})

    def faults(self, typed: TypedCode, language: str) -> tuple[str, ...]:
        """Say what is wrong with a typed code: which characters, how many are missing or too many."""
        say = self._templates.wording[language].say
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
