"""importing: to be filled."""

from __future__ import annotations

from flask import render_template

from labelsvc.web.office.blueprint import office


@office.get("/import")
def import_page() -> str:
    return render_template("office/import.html")
