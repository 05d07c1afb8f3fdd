"""The resources of the API: products, recognitions, batches, files, verdicts, the register."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel

from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.history import Standing, standing_on, superseded_on
from labelsvc.domain.occasion import Occasion
from labelsvc.domain.permission import may_print
from labelsvc.domain.product import Product, ProductGroup, normal_text
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.typed_code import read_typed
from labelsvc.web import desk
from labelsvc.web.api import models as m
from labelsvc.web.api.access import caller, once, own_producer, scoped
from labelsvc.web.api.problems import MEDIA_TYPE, ProblemBody, problem
from labelsvc.web.downloads import send_archive, send_batch_file
from labelsvc.web.limits import API_CALLS, limiter
from labelsvc.web.ordering import place, plan_order
from labelsvc.web.verdict_json import verdict_json
from labelsvc.workflows import change_recognition
from labelsvc.workflows.batch_files import Batch, BatchSummary, archive_of, batch_file, batch_files
from labelsvc.workflows.order_batch import Terms, Wish

_PROBLEM = {"description": "Problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": ProblemBody.model_json_schema()}}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
FAILING: dict[Any, Any] = {str(status): _PROBLEM for status in (400, 401, 403, 404, 409, 413, 415, 422, 429)}
PUBLIC_FAILING: dict[Any, Any] = {str(status): _PROBLEM for status in (400, 404, 422, 429)}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]

api = APIBlueprint("api", __name__, url_prefix="/api/v1")


@api.get("/me", summary="Whose token this is", security=BEARER, responses={200: m.Me, **FAILING})
@limiter.limit(API_CALLS)
@scoped("verdicts:read")
def me() -> Response:
    """Return the account of the token."""
    account = caller()
    return _answer(m.Me(email=account.email, role=account.role.value, producer_id=account.producer_id))


@api.get("/products", summary="List products", security=BEARER, responses={200: m.ProductPage, **FAILING})
@limiter.limit(API_CALLS)
@scoped("products:read")
def products(query: m.ProductQuery) -> Response:
    """Return a page of products; a producer's token sees its own."""
    shop, today = desk.shop(), desk.today()
    wanted = ProductFilter(
        words=query.words,
        district=query.district,
        commune=query.commune,
        group=query.group.upper() if query.group else "",
        stars=query.stars or 0,
        standings=(Standing(query.standing),) if query.standing else (),
        ends_within=query.ends_within,
        producer_id=own_producer(),
    )
    found = shop.product_lists.page(
        wanted, today, page=query.page, per_page=query.per_page, sort=query.sort, down=query.down
    )
    quotas = shop.quotas.of([row.recognition_id for row in found.rows if row.recognition_id])
    items = [
        m.ProductItem(
            id=row.id,
            name=row.name,
            brand=row.brand,
            producer=row.producer,
            producer_id=row.producer_id,
            commune=row.commune,
            district=row.district,
            group=row.group.lower(),
            stars=row.stars,
            last_day=row.last_day,
            standing=row.standing.value,
            quota_left=quotas[row.recognition_id].left if row.recognition_id else None,
        )
        for row in found.rows
    ]
    return _answer(m.ProductPage(items=items, page=found.page, per_page=query.per_page, total=found.total))


@api.get(
    "/products/<int:product_id>", summary="A product", security=BEARER, responses={200: m.ProductDetail, **FAILING}
)
@limiter.limit(API_CALLS)
@scoped("products:read")
def product(path: m.ProductPath) -> Response:
    """Return a product with its recognitions, and whether it may be printed today."""
    _see_product(path.product_id)
    return _answer(_detail(path.product_id))


@api.post("/products", summary="Add a product", security=BEARER, responses={201: m.Made, **FAILING})
@limiter.limit(API_CALLS)
@scoped("products:write")
@once
def add_product(body: m.NewProduct) -> Response:
    """Add a product without a recognition."""
    facts = _told(body)
    made = desk.shop().product_editing.add(Product(**facts), Occasion(caller().email, desk.now(), body.reason))
    return _answer(m.Made(id=made), 201)


@api.patch(
    "/products/<int:product_id>", summary="Change a product", security=BEARER,
    responses={200: m.ProductDetail, 412: _PROBLEM, **FAILING},
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("products:write")
def change_product(path: m.ProductPath, body: m.ProductChange) -> Response:
    """Change a product's own fields; with If-Match only where nobody changed it meanwhile."""
    _see_product(path.product_id)
    if request.if_match and not request.if_match.contains(_etag(_detail(path.product_id).model_dump_json())):
        return problem(412, "412")
    stored = desk.shop().products.get(path.product_id)
    new = replace(stored.product, **_told(body))
    desk.shop().product_editing.change(path.product_id, new, Occasion(caller().email, desk.now(), body.reason))
    return _answer(_detail(path.product_id))


def _told(body: m.ProductFacts) -> dict[str, Any]:
    """Return the fields that a body says something of, as a product has them."""
    told = body.model_dump(exclude_none=True, exclude={"reason"})
    facts = {name: normal_text(value) if isinstance(value, str) else value for name, value in told.items()}
    if "group" in facts:
        facts["group"] = ProductGroup[str(facts["group"]).upper()]
    return facts


def _detail(product_id: int) -> m.ProductDetail:
    shop, today = desk.shop(), desk.today()
    stored = shop.products.get(product_id)
    permission = may_print(stored.history, today)
    quotas = shop.quotas.of([each.id for each in stored.recognitions])
    facts = stored.product
    texts = (
        "name", "brand", "producer", "address", "commune", "district", "net_content", "ingredients", "storage",
        "shelf_life", "directions", "origin", "gtin", "gln", "ocop_code",
    )  # fmt: skip
    return m.ProductDetail(
        id=stored.id,
        **{name: getattr(facts, name) for name in texts},
        group=facts.group.name.lower() if facts.group else "",
        warnings_text=facts.warnings,
        registered_mark=facts.registered_mark,
        standing=standing_on(stored.history, today).value,
        may_be_printed=permission.granted,
        reasons=list(map(desk.explain, permission.reasons)),
        warnings=list(map(desk.explain, permission.warnings)),
        recognitions=[
            m.RecognitionItem(
                id=each.id,
                **{name: getattr(each.recognition, name) for name in _RECOGNISED},
                standing=each.recognition.status_on(today).value,
                superseded=superseded_on(each.recognition, stored.history, today),
                quota_allowed=quotas[each.id].allowed,
                quota_used=quotas[each.id].used,
            )
            for each in stored.recognitions
        ],
    )


_RECOGNISED = (
    "stars", "decision_number", "decision_date", "issuer", "score", "potential_five", "first_day", "last_day",
)  # fmt: skip


@api.post(
    "/products/<int:product_id>/recognitions", summary="Recognise or renew", security=BEARER,
    responses={201: m.Made, **FAILING},
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("products:write")
@once
def renew(path: m.ProductPath, body: m.NewRecognition) -> Response:
    """Give a product a new recognition."""
    facts = body.model_dump(exclude={"reason"})
    new = Recognition(**facts)
    occasion = Occasion(caller().email, desk.now(), body.reason)
    made = change_recognition.renew(path.product_id, new, desk.shop().recognitions, occasion)
    return _answer(m.Made(id=made), 201)


@api.get("/batches", summary="List batches", security=BEARER, responses={200: m.BatchPage, **FAILING})
@limiter.limit(API_CALLS)
@scoped("batches:read")
def batches(query: m.BatchQuery) -> Response:
    """Return a page of batches, the newest first."""
    rows, total = desk.shop().batch_lists.page(
        page=query.page, states=(query.state,) if query.state else (), producer_id=own_producer(),
        per_page=query.per_page,
    )  # fmt: skip
    items = [m.BatchItem(**_facts(row)) for row in rows]
    return _answer(m.BatchPage(items=items, page=query.page, per_page=query.per_page, total=total))


@api.post("/batches", summary="Order a batch", security=BEARER, responses={200: m.Plan, 201: m.Plan, **FAILING})
@limiter.limit(API_CALLS)
@scoped("batches:write")
@once
def order(body: m.NewBatch) -> Response:
    """Order a batch: products that may not be printed are refused by reason, the others are printed."""
    shop = desk.shop()
    for line in body.products:
        _see_product(line.product_id)
    found = shop.products.many([line.product_id for line in body.products])
    key = request.headers.get("Idempotency-Key", "")
    terms = Terms(
        design=body.design,
        stock=body.stock,
        host=shop.settings.host,
        strict_law=body.strict_law,
        spot_inks=body.spot_inks,
        step_and_repeat=body.step_and_repeat,
        producer_id=own_producer(),
        order_key=f"api {caller().id} {key}" if key and not body.dry_run else "",
    )
    plan = plan_order([Wish(found[line.product_id], line.quantity) for line in body.products], terms, caller())
    name = "" if body.dry_run or plan.new is None else place(plan)
    judged = [
        m.JudgedItem(
            product=one.product.name,
            producer=one.product.producer,
            reasons=list(map(desk.explain, one.reasons)),
            warnings=list(map(desk.explain, one.warnings)),
        )
        for one in plan.judged
    ]
    answer = m.Plan(batch=name, pieces=plan.pieces, sheets=plan.sheets, products=judged)
    return _answer(answer, 201 if name else 200)


@api.get("/batches/<name>", summary="A batch", security=BEARER, responses={200: m.BatchDetail, **FAILING})
@limiter.limit(API_CALLS)
@scoped("batches:read")
def batch(path: m.BatchPath) -> Response:
    """Return a batch, how far it is, and its files once it is ready."""
    summary, stored = _own_batch(path.name)
    files = [m.FileItem(name=file.name, size=file.size) for file in batch_files(stored, desk.shop().batches)]
    return _answer(m.BatchDetail(**_facts(summary), files=files))


@api.post("/batches/<name>/cancel", summary="Cancel a batch", security=BEARER, responses={200: m.BatchItem, **FAILING})
@limiter.limit(API_CALLS)
@scoped("batches:write")
@once
def cancel(path: m.BatchPath) -> Response:
    """Cancel a batch that is not finished; its quotas are free again."""
    _own_batch(path.name)
    if not desk.shop().batches.cancel(path.name, "API", Occasion(caller().email, desk.now(), "API")):
        raise InvalidValue.of("printing.not_cancelled", batch=path.name)
    return _answer(m.BatchItem(**_facts(_own_batch(path.name)[0])))


@api.get(
    "/batches/<name>/files/<file>", summary="Download a file", security=BEARER,
    responses={200: {"description": "The file", "content": {
        "application/pdf": _BINARY, "text/csv": _BINARY, "application/json": {"schema": {}},
    }}, **FAILING},
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("batches:read")
def download(path: m.FilePath) -> Any:
    """Send one of a batch's files; ranges and ETags are answered."""
    _, stored = _own_batch(path.name)
    return send_batch_file(batch_file(stored, desk.shop().batches, path.file), path.name)


@api.get(
    "/batches/<name>/archive", summary="Download all files as a ZIP", security=BEARER,
    responses={200: {"description": "The ZIP", "content": {"application/zip": _BINARY}}, **FAILING},
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("batches:read")
def archive(path: m.BatchPath) -> Any:
    """Send all files of a batch; ranges and ETags are answered."""
    _, stored = _own_batch(path.name)
    files = batch_files(stored, desk.shop().batches)
    if not files:
        raise NotFound.of("storage.no_file", batch=path.name, name="archive")
    return send_archive(archive_of(files, path.name), path.name)


@api.get("/looks", summary="Designs and stocks", security=BEARER, responses={200: m.Looks, **FAILING})
@limiter.limit(API_CALLS)
@scoped("batches:read")
def list_looks() -> Response:
    """Return what can be printed on what."""
    room, looks = desk.shop().room, desk.shop().looks
    designs = [m.LookItem(name=design.name, title=design.title) for design in looks.designs]
    stocks = [m.LookItem(name=name, title=room.stock(name).title) for name in room.stock_names]
    return _answer(m.Looks(designs=designs, stocks=stocks))


@api.get("/verdicts/<code>", summary="What the office says of a code", security=BEARER,
         responses={200: m.VerdictBody, **FAILING})  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("verdicts:read")
def verdict(path: m.CodePath) -> Any:
    """Look a code up; this counts as no scan."""
    typed = read_typed(path.code)
    if typed.code is None:
        return problem(404, "404")
    found = desk.shop().verifier.verify(typed.code, desk.now(), is_scan=False)
    if found.http_status != 200:
        return problem(404, "404")
    return _json(verdict_json(found, typed.code, desk.wording()), 200)


@api.get("/register", summary="Products in force", security=[], responses={200: m.RegisterPage, **PUBLIC_FAILING})
@limiter.limit(API_CALLS)
def register(query: m.RegisterQuery) -> Response:
    """Return a page of the public register; it takes no token."""
    shop = desk.shop()
    wanted = ProductFilter(
        words=query.words,
        district=query.district,
        commune=query.commune,
        group=query.group.upper() if query.group else "",
        stars=query.stars or 0,
        standings=HOLDING,
        demonstration=None if shop.settings.host.specimen else False,
    )
    found = shop.product_lists.page(wanted, desk.today(), page=query.page, per_page=query.per_page)
    texts = ("name", "brand", "producer", "commune", "district")
    items = [
        m.RegisterItem(
            **{name: getattr(row, name) for name in texts}, group=row.group.lower(), stars=row.stars or 0,
            valid_until=row.last_day or date.max,
        )
        for row in found.rows
    ]  # fmt: skip
    return _answer(m.RegisterPage(items=items, page=found.page, per_page=query.per_page, total=found.total))


def _see_product(product_id: int) -> None:
    """Raise NotFound for a product that there is not, or that is another producer's."""
    owner = desk.shop().product_lists.producer_of(product_id)
    if owner is None or own_producer() not in (None, owner):
        raise NotFound.of("storage.no_product", id=product_id)


def _own_batch(name: str) -> tuple[BatchSummary, Batch]:
    shop = desk.shop()
    summary = shop.batch_lists.find(name)
    if summary is None or own_producer() not in (None, summary.producer_id):
        raise NotFound.of("storage.no_batch", batch=name, known="–")
    return summary, shop.batches.get(name)


def _facts(batch: BatchSummary) -> dict[str, Any]:
    names = ("name", "state", "reason", "design", "stock", "ordered_at", "pieces", "pieces_done", "sheets", "parts",
             "parts_done")  # fmt: skip
    return {name: getattr(batch, name) for name in names} | {"ordered_by": batch.who}


def _answer(model: BaseModel, status: int = 200) -> Response:
    return _body(model.model_dump_json(), status)


def _json(facts: Any, status: int) -> Response:
    return _body(json.dumps(facts, ensure_ascii=False), status)


def _etag(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _body(text: str, status: int) -> Response:
    response = Response(text, status, mimetype="application/json")
    if request.method in ("GET", "HEAD"):
        response.set_etag(_etag(text))
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
    return response
