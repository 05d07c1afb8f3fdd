"""Designs and stocks: what can be printed on what."""

from __future__ import annotations

from flask import Response

from labelsvc.web.api import batch_models as b
from labelsvc.web.api.access import scoped
from labelsvc.web.api.answers import answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.desk import context as desk


@api.get("/looks", summary="Designs and stocks", security=BEARER, responses={200: b.Looks, **FAILING})
@scoped("batches:read")
def list_looks() -> Response:
    """Return what can be printed on what."""
    stocks, looks = desk.services().stocks.stocks, desk.services().looks
    designs = [b.LookItem(name=design.name, title=design.title) for design in looks.designs]
    titled = [b.LookItem(name=stock.name, title=stock.title) for stock in stocks]
    return answer(b.Looks(designs=designs, stocks=titled))
