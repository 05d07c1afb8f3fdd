"""The public register: products in force, for anyone."""

from __future__ import annotations

from flask import Blueprint, render_template

register = Blueprint("register", __name__, url_prefix="/register")


@register.get("", strict_slashes=False)
def page() -> str:
    """Show the register."""
    return render_template("register/register.html")
