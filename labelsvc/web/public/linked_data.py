"""A product for search engines: JSON-LD in its page, in the terms of https://schema.org/Product.

It says what the page says and no more: no rating by customers, no offer; the stars are a certification with an issuer,
a first and a last day, which is active or not. It stands in a script element, so nothing in it may end one.
"""

from __future__ import annotations

import json
from datetime import date

from markupsafe import Markup

from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.domain.trace.profile import Certificate, ProductPicture
from labelsvc.web.trace_paths import PICTURES, PRODUCTS
from labelsvc.web.verdict_words import page_place
from labelsvc.wording import Wording

_ENDING_A_SCRIPT = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def linked_data(public: PublicProduct, day: date, wording: Wording, address: str, *, specimen: bool) -> Markup:
    """Return the product as the content of a script element of type application/ld+json; a specimen says that it is."""
    product, profile = public.product, public.details.profile
    page = f"{address}{PRODUCTS}/{public.details.public_id}"
    facts = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": page,
        "url": page,
        "name": product.name,
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "gtin": product.gtin,
        "manufacturer": _maker(public),
        "description": profile.story_en if wording.language == "en" and profile.story_en else profile.story,
        "disambiguatingDescription": wording.say("verify.specimen") if specimen else "",
        "image": [_picture(each, address) for each in profile.pictures],
        "hasCertification": [
            *(_stars(each, wording, active=each == public.rating_on(day)) for each in public.certified_by(day)),
            *(_certificate(each, day) for each in profile.certificates),
        ],
        "additionalProperty": _property(wording.say("verify.origin"), product.origin),
    }
    text = json.dumps(_without_empty(facts), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ENDING_A_SCRIPT))  # noqa: S704  nothing in it ends the element


def _maker(public: PublicProduct) -> dict[str, object]:
    product = public.product
    return {
        "@type": "Organization",
        "name": product.producer,
        "address": page_place(product),
        "globalLocationNumber": product.gln,
    }


def _picture(picture: ProductPicture, address: str) -> dict[str, object]:
    return {
        "@type": "ImageObject",
        "contentUrl": f"{address}{PICTURES}/{picture.sha256}/large",
        "thumbnailUrl": f"{address}{PICTURES}/{picture.sha256}",
        "caption": picture.caption,
    }


def _stars(recognition: Recognition, wording: Wording, *, active: bool) -> dict[str, object]:
    return {
        "@type": "Certification",
        "name": wording.say("trace.certification", stars=recognition.stars),
        "certificationIdentification": recognition.decision_number,
        "issuedBy": {"@type": "Organization", "name": recognition.issuer} if recognition.issuer else None,
        "validFrom": recognition.first_day.isoformat(),
        "expires": recognition.last_day.isoformat(),
        "certificationStatus": _status(active=active),
    }


def _certificate(certificate: Certificate, day: date) -> dict[str, object]:
    return {
        "@type": "Certification",
        "name": certificate.kind,
        "certificationIdentification": certificate.number,
        "issuedBy": {"@type": "Organization", "name": certificate.issuer} if certificate.issuer else None,
        "expires": certificate.until.isoformat() if certificate.until else None,
        "certificationStatus": _status(active=not certificate.expired_on(day)),
    }


def _status(*, active: bool) -> str:
    return f"https://schema.org/Certification{'Active' if active else 'Inactive'}"


def _property(name: str, value: str) -> list[dict[str, object]]:
    return [{"@type": "PropertyValue", "name": name, "value": value}] if value else []


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_empty(part) for name, part in value.items() if part not in ("", None, [])}
    return list(map(_without_empty, value)) if isinstance(value, list) else value
