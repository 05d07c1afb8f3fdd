"""Sends a product's label content sheet."""

from __future__ import annotations

from flask import Response

from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product import without_diacritics
from labelsvc.web.desk import context as desk
from labelsvc.workflows.law.content_sheet import content_sheet

LONGEST_NAME = 60


def send_sheet(stored: StoredProduct) -> Response:
    """Send the sheet as a PDF that is saved under the product's name; PrintRefused for a service."""
    services = desk.services()
    content = content_sheet(stored, services.shipped_assets, services.paper_words, services.settings.host, desk.now())
    letters = "".join(c if c.isalnum() else "-" for c in without_diacritics(stored.product.name))[:LONGEST_NAME]
    headers = {"Content-Disposition": f'attachment; filename="phieu-noi-dung-nhan-{letters.strip("-")}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
