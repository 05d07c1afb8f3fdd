"""Access to the office: only for its accounts; for all others nothing exists here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app
from flask_login import current_user

from labelsvc.domain.account import Right
from labelsvc.web.desk import context as desk
from labelsvc.workflows.designs.design_nursery import make_ready

office = Blueprint("office", __name__, url_prefix="/office")


@office.before_request
def guard() -> Any:
    """Send whoever is not signed in to the sign-in page; a producer finds nothing; a clerk's previews get ready."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if not desk.me().may(Right.READ):
        abort(404)
    if desk.me().may(Right.EDIT):
        services = desk.services()
        make_ready(services.templates, services.fonts, services.settings.host)
    return None
