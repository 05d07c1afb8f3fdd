"""A live badge for shops: the product's stars while they hold, grey when they don't. SVG without script or font."""

from __future__ import annotations

from datetime import date

from markupsafe import escape

from labelsvc.domain.programme.rules import MOST_STARS
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.web.product_words import shown_recognition
from labelsvc.web.public.page_templates import star_path
from labelsvc.wording import Wording

BADGE_SECONDS = 300
"""How long a shop's visitors may see what was true before."""
_GREEN, _GOLD, _GREY = "#0b5a3a", "#ffc53d", "#4b5750"
_WIDTH, _HEIGHT = 232, 72


def badge_svg(public: PublicProduct, day: date, wording: Wording, *, specimen: bool) -> bytes:
    """Return the badge of a product on a day."""
    rating = public.rating_on(day)
    shown = rating or shown_recognition(public, day)
    text = _text(shown.stars if rating else 0, shown.last_day, wording)
    brand = wording.say("web.brand") + (f" · {wording.say('trace.badge_specimen')}" if specimen else "")
    ground, star = (_GREEN, _GOLD) if rating else (_GREY, "none")
    stars = "".join(
        f'<path transform="translate({14 + 21 * i} 26) scale(.8)" d="{star_path()}" stroke="#fff" '
        f'stroke-opacity=".8" fill="{star if i < shown.stars else "none"}"/>'
        for i in range(MOST_STARS)
    )
    title = escape(f"{public.product.name}: {text}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="12" fill="{ground}"/>'
        "<g fill=\"#fff\" font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif\">"
        f'<text x="14" y="21" font-size="13" font-weight="700">{escape(brand)}</text>'
        f'<text x="14" y="62" font-size="12">{escape(text)}</text></g>{stars}</svg>'
    ).encode()


def _text(stars: int, last_day: date, wording: Wording) -> str:
    if stars:
        return wording.say("trace.badge", stars=stars, day=last_day)
    return wording.say("trace.badge_ended")
