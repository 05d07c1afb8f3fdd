"""What a product is today, in words: for its own page, its badge and its JSON. Nothing here speaks of a stamp."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from labelsvc.domain.history import Standing
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.domain.verification.verdict import VerdictColour
from labelsvc.web.verdict_words import VerdictWords, cause_words, later_words, rows_of_decision, rows_of_product
from labelsvc.wording import Wording

COLOUR_OF = {
    Standing.IN_FORCE: VerdictColour.GREEN,
    Standing.EXTENDED: VerdictColour.GREEN,
    Standing.SUSPENDED: VerdictColour.RED,
    Standing.WITHDRAWN: VerdictColour.RED,
}
"""Every other standing is grey."""


def shown_recognition(public: PublicProduct, day: date) -> Recognition:
    """Return the recognition that holds, else the last certified one that did; the product must have been published."""
    began = [each for each in public.certified_by(day) if each.first_day <= day]
    return public.rating_on(day) or current_recognition(began, day) or began[-1]


def product_words(public: PublicProduct, day: date, wording: Wording) -> VerdictWords:
    """Put the product's standing into words."""
    shown, standing = shown_recognition(public, day), public.standing_on(day)
    colour = COLOUR_OF.get(standing, VerdictColour.GREY)
    facts = {"stars": shown.stars, "last_day": shown.last_day}
    name = standing.value if colour is not VerdictColour.GREY else "ended"
    if standing is Standing.EXTENDED and shown.extension_rule is None:
        name = "extended_by_office"
    rows = (*rows_of_product(public.product, wording), *rows_of_decision(shown, wording))
    return VerdictWords(
        sign=wording.say(f"trace.{name}_sign"),
        title=wording.say(f"trace.{name}_title", **facts),
        sentences=tuple(_sentences(shown, "not_certified" if standing is Standing.NOT_CERTIFIED else name, wording)),
        rows=rows,
        notes=(wording.say("trace.limits"),),
        banners=(wording.say("verify.specimen"),) if public.demonstration else (),
    )


def _sentences(shown: Recognition, name: str, wording: Wording) -> Iterator[str]:
    cause = {"suspended": shown.suspension, "withdrawn": shown.withdrawal}.get(name)
    since = cause.since if cause else shown.first_day
    yield wording.say(f"trace.{name}_text", since=since, last_day=shown.last_day)
    if name == "in_force":
        yield from later_words(shown, wording)
    if told := shown.extension if name == "extended_by_office" else cause:
        yield from cause_words(told, wording)
