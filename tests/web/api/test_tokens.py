"""Tokens of the API: what they open, and who was faster."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from labelsvc.domain.account import Role
from labelsvc.storage.db.tables.accounts import answers
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable
from tests.offices.prepared_databases import on_sqlite_alone


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def test_tokens_open_the_api_by_scope_and_close_when_revoked(desk: DeskOffice) -> None:
    desk.take(4)
    product = printable(desk)
    reads = desk.token(Role.CLERK, "products:read")
    orders = desk.token(Role.CLERK, "batches:write", "batches:read") | {"Idempotency-Key": "đơn 1".encode().hex()}
    body = {"products": [{"product_id": product, "quantity": 5}], "stock": "a4"}
    http = desk.app.test_client()

    answers = {
        "nobody": http.get("/api/v1/products").status_code,
        "reads": http.get("/api/v1/products", headers=reads).status_code,
        "scope": http.post("/api/v1/batches", json=body, headers=reads).status_code,
        "cookie": desk.client(Role.ADMINISTRATOR).get("/api/v1/products").status_code,
    }
    first, again = (http.post("/api/v1/batches", json=body, headers=orders) for _ in range(2))
    other = http.post("/api/v1/batches", json=body | {"stock": "a3"}, headers=orders)
    found = desk.services.accounts.credentials(ADDRESSES[Role.CLERK])
    assert found
    for token in desk.services.sign_ins.tokens_of(found.account.id):
        desk.services.sign_ins.revoke(token.id, found.account.id, desk.now)

    assert answers == {"nobody": 401, "reads": 200, "scope": 403, "cookie": 401}
    assert first.status_code == again.status_code == 201
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert other.mimetype == "application/problem+json"
    assert http.get("/api/v1/products", headers=reads).status_code == 401


def test_the_api_adds_and_changes_a_product_unless_somebody_was_faster(desk: DeskOffice) -> None:
    http, headers = desk.app.test_client(), desk.token(Role.CLERK, "products:read", "products:write")
    made = http.post("/api/v1/products", json={"name": "Trà mới", "producer": "HTX"}, headers=headers).get_json()["id"]
    path = f"/api/v1/products/{made}"
    etag = http.get(path, headers=headers).headers["ETag"]

    twin = http.post("/api/v1/products", json={"name": "TRÀ  mới", "producer": "htx"}, headers=headers)
    first = http.patch(path, json={"brand": "Sen", "group": "drink"}, headers=headers | {"If-Match": etag})
    second = http.patch(path, json={"brand": "Khác"}, headers=headers | {"If-Match": etag})
    unchanged = http.get(path, headers=headers | {"If-None-Match": http.get(path, headers=headers).headers["ETag"]})
    changes, _ = desk.services.changes.page(subject="product", subject_id=made)

    assert twin.status_code == 409
    assert (first.status_code, first.get_json()["brand"], first.get_json()["group"]) == (200, "Sen", "drink")
    assert second.status_code == 412
    assert unchanged.status_code == 304
    assert {change.field for change in changes} == {"product", "brand", "product_group"}


@on_sqlite_alone
@pytest.mark.parametrize(
    ("scope", "path", "status"), [("products:write", "products", 503), ("batches:write", "batches", 201)]
)
def test_a_request_whose_process_was_killed_is_done_once(desk: DeskOffice, scope: str, path: str, status: int) -> None:
    words = desk.token(Role.CLERK, scope) | {"Idempotency-Key": "lan 1"}
    (item,) = desk.take(1)
    bodies = {
        "products": {"name": "Trà sen", "producer": "HTX Quảng An"},
        "batches": {"products": [{"product_id": item.stored.id, "quantity": 1}], "stock": "a4"},
    }
    client = desk.app.test_client()
    made = client.post(f"/api/v1/{path}", json=bodies[path], headers=words)
    with desk.services.database.writing() as connection:  # as before its process kept the answer
        connection.execute(update(answers).values(status=0, body="", at=desk.now - timedelta(hours=1)))

    again = [client.post(f"/api/v1/{path}", json=bodies[path], headers=words) for _ in range(2)]

    assert made.status_code == 201
    assert [answer.status_code for answer in again] == [status] * 2
    assert len(desk.services.products.all()) == (2 if path == "products" else 1)
    assert desk.services.batch_lists.page()[1] == (path == "batches")
