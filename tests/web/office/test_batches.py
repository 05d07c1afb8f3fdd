"""Batches at the office: printed, downloaded, bound by quotas, listed and counted."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.permission import current_recognition
from tests.offices.desk_office import ADDRESSES, DeskOffice, printable
from tests.offices.prepared_databases import on_sqlite_alone
from tests.samples.generator import make_records


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@on_sqlite_alone
def test_web_batches_print_and_download_whole_and_in_ranges(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/print?product={product}")

    form = {"product": product, "quantity": 30, "design": "tem-25x35", "stock": "a4", "nonce": "một"}
    first = clerk.post("/office/print", **form).headers["Location"]
    again = clerk.post("/office/print", **form).headers["Location"]
    name = first.rpartition("/")[2]
    desk.work()
    whole = clerk.get(f"/office/batches/{name}/all.zip")
    part = clerk.get(f"/office/batches/{name}/all.zip", headers={"Range": "bytes=100-299"})
    archive = zipfile.ZipFile(io.BytesIO(whole.data))

    assert first == again
    assert archive.testzip() is None
    assert {Path(each).name for each in archive.namelist()} >= {"labels-001.pdf", "ticket.pdf", "manifest.csv"}
    assert part.status_code == 206
    assert part.data == whole.data[100:300]
    assert len(list(csv.reader(io.StringIO(archive.read(f"{name}/manifest.csv").decode())))) == 31


@on_sqlite_alone
def test_batches_without_page_proofs_say_so_on_their_page(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/print?product={product}")
    form = {"product": product, "quantity": 3, "design": "tem-25x35", "stock": "a4", "nonce": "một"}
    name = clerk.post("/office/print", **form).headers["Location"].rpartition("/")[2]
    desk.work()

    checked = clerk.get(f"/office/batches/{name}").text
    proof = Path(desk.services.batches.get(name).folder) / "proof.json"
    proof.write_text(json.dumps(json.loads(proof.read_text()) | {"pieces_read": 0, "symbols_decoded": 0}))
    unchecked = clerk.get(f"/office/batches/{name}").text

    assert "Không kiểm tra" not in checked
    assert "Không kiểm tra" in unchecked


def test_quotas_bind_every_order_and_are_freed_by_cancelling(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/print?product={product}")
    form = {"product": product, "design": "tem-25x35", "stock": "330x480"}

    most = clerk.post("/office/print", **form, quantity=2000, nonce="a")
    over = clerk.post("/office/print", **form, quantity=1, nonce="b")
    name = most.headers["Location"].rpartition("/")[2]
    clerk.post(f"/office/batches/{name}/cancel", reason="nhầm")
    after = clerk.post("/office/print", **form, quantity=2000, nonce="c")

    assert most.status_code == after.status_code == 302
    assert over.status_code == 409
    assert "hạn mức" in over.text or "Không có sản phẩm nào in được" in over.text


def test_orders_are_refused_in_words_where_the_home_is_full(desk: DeskOffice) -> None:
    desk.take(1)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    (desk.services.home / "issued.lock").mkdir()

    form = {"product": printable(desk), "design": "tem-25x35", "stock": "a4"}
    refused = clerk.post("/office/print", **form, quantity=5, nonce="a")
    shown = clerk.get("/office/products")

    assert (refused.status_code >= 400, shown.status_code) == (True, 200)
    assert "chưa in gì cả" in refused.text
    assert desk.services.batch_lists.page()[1] == 0


def test_an_administrator_grants_more_and_the_ticket_says_so(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    stored = desk.services.products.get(product)
    recognition = current_recognition(stored.history, desk.now.date())
    assert recognition
    path = f"/office/products/{product}/recognitions/{stored.id_of(recognition)}/exceptions"
    clerk, admin = desk.client(Role.CLERK), desk.client(Role.ADMINISTRATOR)
    for client in (clerk, admin):
        client.get(f"/office/products/{product}")

    refused = clerk.post(path, kind="quota", pieces=500, reason="hội chợ")
    no_reason = admin.post(path, kind="quota", pieces=500, reason=" ")
    granted = admin.post(path, kind="quota", pieces=500, reason="hội chợ xuân")
    clerk.post("/office/print", product=product, quantity=2500, design="tem-25x35", stock="330x480", nonce="x")
    batch = desk.services.batches.last()

    assert (refused.status_code, no_reason.status_code, granted.status_code) == (403, 422, 302)
    assert batch
    assert astuple(batch.exceptions[0])[1:] == ("quota", 500, ADDRESSES[Role.ADMINISTRATOR], "hội chợ xuân")


@on_sqlite_alone
def test_lists_of_batches_name_designs_and_stocks_by_their_titles(desk: DeskOffice) -> None:
    desk.take(4)
    clerk = desk.client(Role.CLERK)
    product = printable(desk)
    clerk.get(f"/office/print?product={product}")
    form = {"product": product, "quantity": 1, "design": "tem-tron-32", "stock": "avery-l7160", "nonce": "p"}
    name = clerk.post("/office/print", **form).headers["Location"].rpartition("/")[2]
    desk.work()

    pages = [clerk.get(path).text for path in ("/office", "/office/batches", f"/office/batches/{name}")]
    pages.append(clerk.get(f"/office/products/{product}").text)

    assert all("Tem tròn Ø 32\u00a0mm" in page for page in pages)
    assert [re.findall(r">[^<]*(?:tem-tron-32|avery-l7160)[^<]*", page) for page in pages] == [[]] * 4


def test_the_monthly_count_links_to_exactly_its_batches(desk: DeskOffice) -> None:
    desk.take(8)
    clerk = desk.client(Role.CLERK)
    now = desk.now
    desk.now = now - timedelta(days=40)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print?product=1")
    clerk.post("/office/print", product=printable(desk), quantity=2, stock="a4", nonce="old")
    desk.now = now
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print?product=1")
    clerk.post("/office/print", product=printable(desk), quantity=3, stock="a4", nonce="new")
    desk.work()

    start = clerk.get("/office").text
    link = re.search(r'href="(/office/batches\?[^"]*since=[^"]*)"', start)
    assert link
    behind = clerk.get(link[1].replace("&amp;", "&")).text
    cancelled = clerk.get("/office/batches?state=cancelled").text

    assert "trong 1 đợt" in start
    assert re.search(r'href="/office/batches/[^"]*/files/labels-001.pdf"', start)
    assert behind.count("Sẵn sàng</span>") == 1
    assert "Không có đợt in nào như vậy" in cancelled
    assert "Xem mọi đợt in" in cancelled


def test_a_failed_batch_says_each_reason_once(desk: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    items = desk.take_records(make_records(1, 3, day=desk.now.date()))
    name = desk.office.order(desk.office.plan(items, queued=True))

    def fill(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("labelsvc.workflows.part_jobs.fill", fill)
    desk.work()
    page = desk.client(Role.CLERK).get(f"/office/batches/{name}").text

    assert desk.services.batches.get(name).state == "failed"
    assert page.count("ZeroDivisionError") == 1
