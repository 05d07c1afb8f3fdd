"""Two people change one thing: nobody's change is lost unseen, and nothing that was typed is."""

from __future__ import annotations

import html
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labelsvc.domain.account import Role
from tests.offices.desk_office import DeskClient, DeskOffice
from tests.offices.prepared_databases import on_sqlite_alone

PARALLEL = 12


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    office = DeskOffice(tmp_path, database_url)
    office.take(2)
    return office


def at_once(desk: DeskOffice, ask: Callable[[Any, int], Any]) -> Counter[int]:
    """Send a request from so many threads at the same moment; return how often each status came."""
    start, statuses = threading.Barrier(PARALLEL), Counter[int]()

    def run(number: int) -> None:
        http = desk.app.test_client()
        start.wait()
        statuses[ask(http, number).status_code] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def form_fields(page: str, action: str) -> dict[str, str]:
    """Return what a browser would send of the form with this address, as the page has it."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    found = form[0] if form else page
    inputs = [one for one in re.findall(r"<input[^>]*>", found) if "checkbox" not in one or "checked" in one]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', " ".join(inputs)))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', found, re.DOTALL))
    fields |= {
        name: chosen[1] if (chosen := re.search(r'value="([^"]*)" selected', options)) else ""
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', found, re.DOTALL)
    }
    return {name: html.unescape(value) for name, value in fields.items() if name != "csrf_token"}


def opened(client: DeskClient, path: str, action: str = "") -> dict[str, str]:
    fields = form_fields(client.get(path).text, action or path)
    assert fields.get("seen"), "the form says what it was filled in on"
    return fields


def test_one_of_many_changes_with_one_etag_is_taken(desk: DeskOffice) -> None:
    headers = desk.token(Role.CLERK, "products:read", "products:write", "recognitions:write")
    product = desk.services.products.all()[0]
    paths = {f"/api/v1/products/{product.id}": "brand"}
    paths[f"/api/v1/products/{product.id}/recognitions/{product.recognitions[0].id}"] = "decision_number"
    for path, field in paths.items():
        etag = desk.app.test_client().get(path, headers=headers).headers["ETag"]

        def change(http: Any, number: int, path: str = path, field: str = field, etag: str = etag) -> Any:
            return http.patch(path, json={field: f"Số {number}"}, headers=headers | {"If-Match": etag})

        statuses = at_once(desk, change)

        assert statuses == {200: 1, 412: PARALLEL - 1}


def test_changes_of_other_fields_at_once_are_all_kept(desk: DeskOffice) -> None:
    headers = desk.token(Role.CLERK, "products:read", "products:write")
    product = desk.services.products.all()[0]
    fields = ("brand", "address", "net_content", "ingredients", "storage", "shelf_life", "directions", "origin")

    def change(http: Any, number: int) -> Any:
        facts = {fields[number % len(fields)]: "Mới"}
        return http.patch(f"/api/v1/products/{product.id}", json=facts, headers=headers)

    statuses = at_once(desk, change)

    assert statuses == {200: PARALLEL}
    now = desk.services.products.get(product.id).product
    assert [getattr(now, name) for name in fields] == ["Mới"] * len(fields)


def test_a_product_that_two_people_edit_shows_both_and_loses_neither(desk: DeskOffice) -> None:
    product = desk.services.products.all()[0]
    path, clerk = f"/office/products/{product.id}/edit", desk.client(Role.CLERK)
    mine, theirs = opened(clerk, path), opened(clerk, path)
    clerk.post(path, **(theirs | {"brand": "Của người ấy", "storage": "Để nơi khô"}))

    conflict = clerk.post(path, **(mine | {"brand": "Của tôi", "origin": "Hà Nội"}))

    kept = form_fields(conflict.text, path)
    assert conflict.status_code == 409
    assert (kept["brand"], kept["origin"], kept["storage"]) == ("Của tôi", "Hà Nội", "Để nơi khô")
    assert "Của người ấy" in conflict.text, "theirs stands beside mine"
    assert desk.services.products.get(product.id).product.brand == "Của người ấy", "nothing was stored"
    assert clerk.post(path, **kept).status_code == 302
    now = desk.services.products.get(product.id).product
    assert (now.brand, now.origin, now.storage) == ("Của tôi", "Hà Nội", "Để nơi khô")


def test_a_suspension_is_not_lost_to_whoever_mends_the_recognition(desk: DeskOffice) -> None:
    stored = desk.services.products.all()[0]
    page, clerk = f"/office/products/{stored.id}", desk.client(Role.CLERK)
    act = f"{page}/recognitions/{stored.recognitions[0].id}"
    mend, suspend = opened(clerk, page, f"{act}/mend"), opened(clerk, page, f"{act}/suspend")
    clerk.post(f"{act}/suspend", **(suspend | {"reason": "Đang thanh tra"}))

    conflict = clerk.post(f"{act}/mend", **(mend | {"decision_number": "77/QĐ-UBND", "reason": "Gõ nhầm"}))

    assert conflict.status_code == 409
    kept = form_fields(conflict.text, f"{act}/mend")
    assert (kept["decision_number"], kept["reason"]) == ("77/QĐ-UBND", "Gõ nhầm")
    assert "Đang thanh tra" in conflict.text
    assert clerk.post(f"{act}/mend", **kept).status_code == 302
    now = desk.services.products.get(stored.id).recognitions[0].recognition
    assert now.suspension is not None
    assert now.decision_number == "77/QĐ-UBND"


@on_sqlite_alone
def test_a_refused_form_still_knows_what_it_was_filled_in_on(desk: DeskOffice) -> None:
    product = desk.services.products.all()[0]
    path, clerk = f"/office/products/{product.id}/edit", desk.client(Role.CLERK)
    mine, theirs = opened(clerk, path), opened(clerk, path)
    refused = clerk.post(path, **(mine | {"gtin": "12"}))
    clerk.post(path, **(theirs | {"brand": "Của người ấy"}))

    conflict = clerk.post(path, **(form_fields(refused.text, path) | {"gtin": ""}))

    assert (refused.status_code, conflict.status_code) == (422, 409)
