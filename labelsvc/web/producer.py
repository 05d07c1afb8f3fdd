"""The producers' pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, render_template
from flask_login import current_user

from labelsvc.domain.account import Role
from labelsvc.web import desk

producer = Blueprint("producer", __name__, url_prefix="/producer")


@producer.before_request
def guard() -> Any:
    """Send whoever is not signed in to the sign-in page; the office finds nothing here."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if desk.me().role is not Role.PRODUCER:
        abort(404)
    return None


@producer.get("/")
def start() -> str:
    """Show one's own products."""
    return render_template("producer/start.html")


@producer.get("/orders")
def orders() -> str:
    """Show the stamps asked for."""
    return render_template("producer/start.html")
