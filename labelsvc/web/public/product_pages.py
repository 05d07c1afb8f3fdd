"""The page of a product without a stamp: ``/p/<public id>``, drawn once for a day and a state of its records."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from labelsvc.domain.law.label_content import LabelLine, label_content
from labelsvc.domain.law.rules import LawBook
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.domain.verification.verdict import VerdictColour
from labelsvc.web.product_words import COLOUR_OF, product_words, shown_recognition
from labelsvc.web.public.kept_page import FilledPage, KeptPage
from labelsvc.web.public.link_preview import link_preview
from labelsvc.web.public.linked_data import linked_data
from labelsvc.web.public.page_templates import PageTemplates, Visit
from labelsvc.web.public.product_sections import WHOLE_PAGE, product_sections
from labelsvc.web.trace_paths import PRODUCTS

PAGES_KEPT = 300


class ProductPages:
    """The pages of products in all languages."""

    def __init__(self, templates: PageTemplates, law: LawBook) -> None:
        self._templates, self._law = templates, law
        self._page_of = lru_cache(PAGES_KEPT)(self._draw)

    def label(self, public: PublicProduct, day: date) -> tuple[LabelLine, ...]:
        """Return what the label of a product says."""
        return label_content(public.product, self._law, day)

    def is_specimen(self, public: PublicProduct) -> bool:
        """Return whether a product is of no value: demonstration data, or shown under an example host."""
        return public.demonstration or self._templates.site.specimen

    def page(self, public: PublicProduct, day: date, visit: Visit) -> FilledPage:
        """Return the page of a product on a day."""
        return self._page_of(public, day, visit).filled(())

    def _draw(self, public: PublicProduct, day: date, visit: Visit) -> KeptPage:
        wording, address = self._templates.wording[visit.language], self._templates.site.address
        product, details, rating = public.product, public.details, public.rating_on(day)
        words = product_words(public, day, wording)
        shown = shown_recognition(public, day)
        label = "verify.stars_label" if rating else "trace.stars_ended_label"
        page = f"{address}{PRODUCTS}/{details.public_id}"
        facts = {
            "heading": wording.say("trace.product_page"),
            "words": words,
            "colour": COLOUR_OF.get(public.standing_on(day), VerdictColour.GREY).value,
            "name": product.name,
            "producer": product.producer,
            "star_count": shown.stars,
            "star_label": wording.say(label, stars=shown.stars),
            "holds": rating is not None,
            "sections": product_sections(product.name, details, public.history, day, wording, WHOLE_PAGE),
            "label": "\n".join(": ".join(filter(None, line)) for line in self.label(public, day)),
            "page": page,
            "alt": wording.say("trace.badge_alt", name=product.name),
            "linked_data": linked_data(public, day, wording, address, specimen=self.is_specimen(public)),
            "preview": link_preview(self._templates, visit, product.name, details, "product"),
        }
        return KeptPage((self._templates.render("product.html", visit, facts, words.banners),))
