"""The gallery of designs, with a real product in each; a design's source and its check."""

from __future__ import annotations

from flask import Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web import desk
from labelsvc.web.label_pictures import send_picture
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.check_design import check_design
from labelsvc.workflows.label_picture import label_png


@office.get("/designs")
def designs() -> str:
    """Show every design with a product in it: the one asked for, else one whose stars hold."""
    shop, room = desk.shop(), desk.shop().room
    words = request.args.get("words", "")[:200].replace("\0", "")
    found = shop.product_lists.page(ProductFilter(words=words, standings=HOLDING), desk.today(), per_page=1)
    row = found.rows[0] if found.rows else None
    checked = [
        (room.design(name), list(map(desk.explain, check_design(name, None, room, shop.settings.host))))
        for name in room.design_names
    ]
    return render_template("office/designs.html", active="designs", checked=checked, row=row, words=words)


@office.get("/designs/<name>.svg")
def design_source(name: str) -> AnyResponse:
    """Send a design's source, to begin another one from."""
    content = desk.shop().room.design_source(name)
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return Response(content, mimetype="image/svg+xml", headers=headers)


@office.get("/designs/<name>.png")
def design_picture(name: str) -> AnyResponse:
    """Show a design with a made-up product."""
    shop = desk.shop()
    return send_picture(lambda: label_png(name, None, shop.room, shop.marks, host=shop.settings.host, now=desk.now()))
