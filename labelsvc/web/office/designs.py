"""designs: to be filled."""

from __future__ import annotations

from flask import render_template

from labelsvc.web.office.blueprint import office


@office.get("/designs")
def designs() -> str:
    return render_template("office/designs.html")
