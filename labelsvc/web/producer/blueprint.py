"""Access for producers: each sees its own products and labels; for all others nothing exists here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app
from flask_login import current_user

from labelsvc.domain.account import Role
from labelsvc.domain.errors import NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.web.desk import context as desk

producer = Blueprint("producer", __name__, url_prefix="/producer")
DEFAULT_DESIGN = "tem-25x35"


@producer.before_request
def guard() -> Any:
    """Send whoever is not signed in to the sign-in page; the office finds nothing here."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if desk.me().role is not Role.PRODUCER:
        abort(404)
    return None


def own_product(product_id: int) -> StoredProduct:
    """Return one of one's own products; NotFound for any other."""
    services = desk.services()
    if services.product_lists.producer_of(product_id) != desk.me().producer_id:
        raise NotFound.from_code("storage.no_product", id=product_id)
    return services.products.get(product_id)
