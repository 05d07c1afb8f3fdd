"""What chat apps show of a link (Open Graph, https://ogp.me): name and picture of the product, and never a verdict.

Whoever gets a link must open it to be told anything: a preview is kept by others, and stays as it was when the stars
are gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.trace.product_details import NO_DETAILS, ProductDetails
from labelsvc.web.public.page_templates import PageTemplates, Visit
from labelsvc.web.trace_paths import PICTURES


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """``picture``: its whole address, or empty."""

    title: str
    text: str
    picture: str = ""
    width: int = 0
    height: int = 0


def link_preview(
    templates: PageTemplates, visit: Visit, name: str = "", details: ProductDetails = NO_DETAILS, kind: str = "link"
) -> LinkPreview:
    """Return the preview of a stamp's page, or with ``kind`` "product" of a product's own."""
    say = templates.wording[visit.language].say
    title, text = name or say("web.link_title"), say(f"web.{kind}_text")
    if not details.profile.pictures:
        return LinkPreview(title, text)
    first = details.profile.pictures[0]
    return LinkPreview(
        title, text, f"{templates.site.address}{PICTURES}/{first.sha256}", first.width_px, first.height_px
    )
