"""Tokens of the API: what they open, and who was faster."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable


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
