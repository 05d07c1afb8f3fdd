"""A product for machines: the JSON under its page's address (``Accept: application/json``). Keys are only ever added.

id, page, badge   the public id, and the whole addresses of the page and its badge
day, language     what the answer speaks of, and in which language title and text are
standing          in_force, extended, suspended, withdrawn, expired, not_certified
in_force          whether the stars hold on the day
title, text       as the page says it
name, brand, producer, place, origin, gtin, gln   texts, empty if the record lacks them
rating            the recognition that holds (:mod:`labelsvc.web.recognition_json`), or null
history           all of them, each superseded by a later one or not
story, story_en   paragraphs
pictures          url, large_url, width, height, caption
certificates      kind, number, issuer, until (a day or null), expired, url (of the file, or null)
events            what, where, on
label             what the label says, in Vietnamese: name (empty before a fixed sentence), text; empty for a service
other_products    of the producer, in force: name, stars, page
specimen          demonstration data: of no value
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from labelsvc.domain.history import superseded_on
from labelsvc.domain.law.label_content import LabelLine
from labelsvc.domain.trace.product_details import ProductDetails, PublicProduct
from labelsvc.domain.trace.profile import paragraphs
from labelsvc.web.product_words import product_words
from labelsvc.web.recognition_json import recognition_json
from labelsvc.web.trace_paths import FILES, PICTURES, PRODUCTS
from labelsvc.web.verdict_words import page_place
from labelsvc.wording import Wording


def product_json(
    public: PublicProduct, day: date, wording: Wording, label: Iterable[LabelLine], address: str, *, specimen: bool
) -> dict[str, object]:
    """Return a product as JSON's values.

    ``label``: what its label says; ``address``: scheme and host of the public pages.
    """
    words, rating, product = product_words(public, day, wording), public.rating_on(day), public.product
    page = f"{address}{PRODUCTS}/{public.details.public_id}"
    return {
        "id": public.details.public_id,
        "page": page,
        "badge": f"{page}/badge.svg",
        "day": day.isoformat(),
        "language": wording.language,
        "standing": public.standing_on(day).value,
        "in_force": rating is not None,
        "title": words.title,
        "text": " ".join((*words.sentences, *words.notes)),
        **{name: getattr(product, name) for name in ("name", "brand", "producer", "origin", "gtin", "gln")},
        "place": page_place(product),
        "rating": recognition_json(rating, day) if rating else None,
        "history": [
            recognition_json(each, day) | {"superseded": superseded_on(each, public.history, day)}
            for each in public.history
        ],
        **details_json(public.details, day, address),
        "label": [{"name": name, "text": text} for name, text in label],
        "specimen": specimen or public.demonstration,
    }


def details_json(details: ProductDetails, day: date, address: str) -> dict[str, object]:
    """Return a product's profile and its producer's other products: the same under a stamp's address."""
    profile = details.profile
    return {
        "story": list(paragraphs(profile.story)),
        "story_en": list(paragraphs(profile.story_en)),
        "pictures": [
            {
                "url": f"{address}{PICTURES}/{each.sha256}",
                "large_url": f"{address}{PICTURES}/{each.sha256}/large",
                "width": each.width_px,
                "height": each.height_px,
                "caption": each.caption,
            }
            for each in profile.pictures
        ],
        "certificates": [
            {
                "kind": each.kind,
                "number": each.number,
                "issuer": each.issuer,
                "until": each.until.isoformat() if each.until else None,
                "expired": each.expired_on(day),
                "url": f"{address}{FILES}/{each.file}" if each.file else None,
            }
            for each in profile.certificates
        ],
        "events": [{"what": each.what, "where": each.where, "on": each.on.isoformat()} for each in profile.events],
        "other_products": [
            {"name": other.name, "stars": stars, "page": f"{address}{PRODUCTS}/{other.public_id}"}
            for other, stars in details.others_in_force(day)
        ],
    }


def page_of(details: ProductDetails, address: str) -> str | None:
    """Return the whole address of a product's page, None if it has none."""
    return f"{address}{PRODUCTS}/{details.public_id}" if details.public_id else None
