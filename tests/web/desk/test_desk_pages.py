"""The desk: who comes in, what each may do, and that what is done there is done right."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.permission import current_recognition
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice, printable
from tests.offices.prepared_databases import on_sqlite_alone
from tests.samples.generator import make_records

OFFICE_PAGES = (
    "/office", "/office/products", "/office/producers", "/office/products/1", "/office/batches", "/office/stamp-orders",
    "/office/designs", "/office/kit", "/office/audit", "/office/import", "/account",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    """A desk for what changes nothing."""
    return DeskOffice(tmp_path_factory.mktemp("empty"))


def test_office_pages_require_a_sign_in_and_open_after_it(desk: DeskOffice) -> None:
    desk.take(4)
    stranger, clerk = desk.client(), desk.client(Role.CLERK)

    for path in OFFICE_PAGES:
        asked, opened = stranger.get(path), clerk.get(path)

        assert asked.status_code == 302, path
        assert "/login" in asked.headers["Location"], path
        assert opened.status_code == 200, path
        assert "Traceback" not in opened.text, path


@on_sqlite_alone
def test_an_auditor_reads_everything_and_changes_nothing(desk: DeskOffice) -> None:
    desk.take(4)
    auditor = desk.client(Role.AUDITOR)

    read = [auditor.get(path).status_code for path in OFFICE_PAGES]
    changed = [
        auditor.post(path).status_code
        for path in (
            "/office/print",
            "/office/products/new",
            "/office/products/1/recognitions",
            "/office/import",
            "/office/batches/2026-001/cancel",
            "/office/imports/1/undo",
            "/office/accounts/invitations",
            "/office/stamp-orders/1/approved",
        )
    ]

    assert set(read) == {200}
    assert set(changed) == {403}


@on_sqlite_alone
def test_a_producer_finds_nothing_of_the_office_or_of_another_producer(desk: DeskOffice) -> None:
    desk.take(8)
    own = printable(desk)
    producer_id = desk.services.product_lists.producer_of(own)
    desk.add("chuthe@htx.vn", Role.PRODUCER, producer_id)
    others = [
        one.id for one in desk.services.products.all() if desk.services.product_lists.producer_of(one.id) != producer_id
    ]
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/print?product={own}")
    name = clerk.post("/office/print", product=own, quantity=2, design="tem-25x35", stock="a4").headers["Location"]
    batch = name.rpartition("/")[2]
    producer = desk.client("chuthe@htx.vn")

    assert producer.get(f"/producer/products/{own}").status_code == 200
    for path in (
        *OFFICE_PAGES[:-1],
        f"/producer/products/{others[0]}",
        f"/producer/products/{others[0]}/labels/tem-25x35.png",
        f"/producer/labels/{batch}",
        f"/producer/labels/{batch}/all.zip",
        f"/producer/labels/{batch}/forms/qr-svg.zip",
        f"/producer/labels/{batch}/files/labels-001.pdf",
        f"/office/batches/{batch}/files/labels-001.pdf",
    ):
        assert producer.get(path).status_code == 404, path
    assert producer.post(f"/producer/products/{others[0]}/labels", quantity=1).status_code == 404
    assert producer.post(f"/producer/products/{others[0]}/orders", quantity=1).status_code == 404


@on_sqlite_alone
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(desk: DeskOffice) -> None:
    client = desk.client()

    wrong = client.post("/login", email=ADDRESSES[Role.CLERK], password="không phải mật khẩu này")
    unknown = client.post("/login", email="ai@do.vn", password="không phải mật khẩu này")

    assert wrong.status_code == unknown.status_code == 401
    assert "không đúng" in wrong.text
    assert _without(wrong.text, ADDRESSES[Role.CLERK]) == _without(unknown.text, "ai@do.vn")


def _without(page: str, address: str) -> str:
    """Return what a page says, without the address that was typed, the form's token and the passkey's challenge."""
    drawn_anew = r'name="csrf_token" value="[^"]+"|&#34;challenge&#34;: &#34;[^&]+&#34;'
    return re.sub(drawn_anew, "", page.replace(address, "")).split("<main")[1]


def test_a_one_time_password_is_taken_once(desk: DeskOffice) -> None:
    account = desk.services.accounts.credentials(ADDRESSES[Role.ADMINISTRATOR])
    assert account
    secret = pyotp.random_base32()
    desk.services.accounts.set_second_factor(account.account.id, secret, 0, ChangeContext("cli", desk.now))
    form = {"email": ADDRESSES[Role.ADMINISTRATOR], "password": PASSWORD}
    code = pyotp.TOTP(secret).at(desk.now)

    without = desk.client().post("/login", **form)
    first = desk.client().post("/login", **form, code=code)
    again = desk.client().post("/login", **form, code=code)

    assert "xác thực hai bước" in without.text
    assert first.status_code == 302
    assert again.status_code == 401


@on_sqlite_alone
def test_administrators_need_a_second_factor_before_anything_else(desk: DeskOffice) -> None:
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    desk.second_factor(ADDRESSES[Role.ADMINISTRATOR], "")

    for path in ("/office", "/office/accounts", "/account", "/office/kit"):
        answer = admin.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/second-factor"), path
    assert admin.get("/account/second-factor").status_code == 200
    assert clerk.get("/office").status_code == 200
    assert admin.post("/office/kit/artwork/retire").headers["Location"] == "/account/second-factor"
    assert admin.post("/logout").headers["Location"] == "/login"


def test_a_session_ends_when_it_is_ended_elsewhere_or_left_alone(desk: DeskOffice) -> None:
    here, there = desk.client(Role.CLERK), desk.client(Role.CLERK)

    here.get("/account")
    here.post("/account/sessions/end")
    ended = there.get("/office").status_code
    desk.now += timedelta(hours=13)
    left = here.get("/office").status_code

    assert (ended, left) == (302, 302)


@on_sqlite_alone
def test_a_post_without_the_pages_token_is_refused(desk: DeskOffice) -> None:
    client = desk.client(Role.ADMINISTRATOR)

    answer = client.http.post("/office/accounts/invitations", data={"email": "a@b.vn", "role": "clerk"})

    assert answer.status_code == 400
    assert not desk.services.invitations.waiting(desk.now)


def test_an_invitation_creates_one_account_and_then_ends(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    admin.post("/office/accounts/invitations", email="moi@vanphong.vn", role="clerk")
    page = admin.get("/office/accounts").text
    path = "/invitation/" + page.split("/invitation/")[1].split("<")[0]
    guest = desk.client()
    guest.get(path)

    weak = guest.post(path, name="Mới", password="123456789012345678")
    made = guest.post(path, name="Mới", password="trời hôm nay xanh quá nhỉ")
    again = desk.client().get(path)

    assert weak.status_code == 422
    assert "dễ đoán" in weak.text
    assert made.status_code == 302
    assert again.status_code == 404


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


def test_the_office_extends_suspends_withdraws_and_renews_with_reasons(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1]
    base = f"/office/products/{product}/recognitions"
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/products/{product}")
    until = recognition.recognition.last_day_by_decision

    later = {"until": (until + timedelta(days=180)).strftime("%d/%m/%Y"), "reason": "chờ"}
    by_law = clerk.post(f"{base}/{recognition.id}/extend", **later)
    extended = clerk.post(f"{base}/{recognition.id}/override", **later)
    suspended = clerk.post(
        f"{base}/{recognition.id}/suspend", since="01/01/2020", until="", decision="5/QĐ", reason="kiểm tra"
    )
    withdrawing = {"since": desk.now.strftime("%d/%m/%Y"), "decision": "6/QĐ", "reason": "vi phạm"}
    groundless = clerk.post(f"{base}/{recognition.id}/withdraw", **withdrawing, ground="")
    withdrawn = clerk.post(f"{base}/{recognition.id}/withdraw", **withdrawing, ground="misuse_of_mark")
    renewed = clerk.post(base, stars="5", decision_date=(desk.now - timedelta(days=1)).strftime("%d/%m/%Y"))
    page = clerk.get(f"/office/products/{product}").text
    changes, _ = desk.services.changes.page(subject="recognition", subject_id=recognition.id)

    assert (by_law.status_code, groundless.status_code) == (422, 422)
    assert "Không quy định nào cho gia hạn" in by_law.text
    assert "theo quyết định của Văn phòng (không phải gia hạn theo quy định)" in page
    assert "hiểu lầm · vi phạm" in page
    assert [each.status_code for each in (extended, suspended, withdrawn, renewed)] == [302] * 4
    assert "6/QĐ" in page
    assert {"extended_until", "suspended_since", "withdrawn_since"} <= {change.field for change in changes}
    assert {change.who for change in changes if change.reason in ("chờ", "vi phạm")} == {ADDRESSES[Role.CLERK]}


def test_a_producers_download_keeps_its_serials_and_takes_its_quota_once(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(product))
    producer = desk.client("chuthe@htx.vn")
    producer.get(f"/producer/products/{product}")
    form = {"quantity": 3, "design": "tem-25x35", "nonce": "n"}

    first = producer.post(f"/producer/products/{product}/labels", **form).headers["Location"]
    again = producer.post(f"/producer/products/{product}/labels", **form).headers["Location"]
    desk.work()
    codes = [producer.get(f"{first}/forms/qr-svg.zip").data for _ in range(2)]
    picture = producer.get(f"{first}/forms/labels-300dpi-png.zip")
    drawing = producer.get(f"{first}/forms/labels-svg.zip")
    stored = desk.services.products.get(product)
    recognition = current_recognition(stored.history, desk.now.date())
    assert recognition
    quota = desk.services.quotas.for_recognitions([stored.id_of(recognition)])[stored.id_of(recognition)]

    assert first == again
    assert codes[0] == codes[1]
    assert len(zipfile.ZipFile(io.BytesIO(codes[0])).namelist()) == 3
    assert picture.status_code == 200
    assert all(name.endswith(".svg") for name in zipfile.ZipFile(io.BytesIO(drawing.data)).namelist())
    assert quota.used == 3


def test_an_import_is_previewed_applied_and_undone_exactly(desk: DeskOffice) -> None:
    desk.take(3)
    before = desk.services.products.all()
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định,Nhãn hiệu\n"
    known = before[0]
    newest = known.history[-1]
    same = f"{known.product.name},{known.product.producer},{newest.stars},{newest.decision_date:%d/%m/%Y}"
    rows += f"{same},Nhãn mới\n"
    rows += "Trà hoàn toàn mới,HTX Mới,4,05/03/2026,\nSai,HTX Mới,9,05/03/2026,\n"
    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(rows.encode()), "nhap.csv")},
        content_type="multipart/form-data",
    )
    path = upload.headers["Location"]

    preview = clerk.get(path)
    unwritten = desk.services.products.all()
    applied = clerk.post(path)
    after = desk.services.products.all()
    past, _ = desk.services.past_imports.page()
    undone = clerk.post(f"/office/imports/{past[0].id}/undo")

    assert "Nhãn mới" in preview.text
    assert "Trà hoàn toàn mới" in preview.text
    assert "«9»" in preview.text
    assert unwritten == before
    assert applied.status_code == undone.status_code == 302
    assert len(after) == len(before) + 1
    assert desk.services.products.all() == before


def test_an_import_of_which_something_was_printed_stays(desk: DeskOffice) -> None:
    desk.take(3)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    clerk.post("/office/print", product=product, quantity=1, design="tem-25x35", stock="a4", nonce="p")
    past, _ = desk.services.past_imports.page()

    clerk.post(f"/office/imports/{past[-1].id}/undo")
    page = clerk.get("/office/import").text

    assert "Không hoàn tác được" in page
    assert desk.services.past_imports.page()[0][-1].undone_at is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.csv", b""),
        ("a.exe", b"MZ"),
        ("../../etc/passwd.csv", b"\xff\xfe\x00"),
        ("a.xlsx", b"%PDF-1.7"),
        ("a.ods", b"\0" * 5000),
        ("a.csv", "=cmd|' /C calc'!A0,\x01,😈".encode()),
    ],
)
def test_a_hostile_upload_gets_a_sentence(empty_desk: DeskOffice, name: str, content: bytes) -> None:
    clerk = empty_desk.client(Role.CLERK)
    clerk.get("/office/import")

    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    page = clerk.get(upload.headers["Location"]) if upload.status_code == 302 else upload

    assert page.status_code in (200, 422)
    assert "Traceback" not in page.text
    assert not empty_desk.services.products.all()


def test_the_register_lists_valid_products_and_its_csv_has_no_formulas(desk: DeskOffice) -> None:
    desk.take_records(make_records(10, day=desk.office.today))
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/new")
    made = clerk.post(
        "/office/products/new",
        name="=1+1",
        producer="@HTX",
        stars="4",
        decision_date=(desk.now - timedelta(days=3)).strftime("%d/%m/%Y"),
    )
    guest = desk.client()

    page, table, facts = (
        guest.get(path) for path in ("/register", "/register/register.csv", "/register/register.json")
    )
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))

    assert made.status_code == 302
    assert page.status_code == 200
    assert any(row[0] == "'=1+1" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert len(json.loads(facts.data)["products"]) == len(rows) - 1


def test_a_stamp_order_goes_from_asked_to_delivered(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    desk.add("chuthe@htx.vn", Role.PRODUCER, desk.services.product_lists.producer_of(product))
    producer, clerk = desk.client("chuthe@htx.vn"), desk.client(Role.CLERK)
    producer.get(f"/producer/products/{product}")
    producer.post(f"/producer/products/{product}/orders", quantity=40, design="tem-25x35", note="gấp")
    order = desk.services.stamp_orders.page()[0][0]
    clerk.get("/office/stamp-orders")

    too_early = clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    clerk.post(f"/office/stamp-orders/{order.id}/approved", answer="được")
    clerk.post(
        "/office/print", product=product, quantity=40, design="tem-25x35", stock="a4", nonce="o", order_id=order.id
    )
    desk.work()
    clerk.post(f"/office/stamp-orders/{order.id}/delivered")
    done = desk.services.stamp_orders.get(order.id)

    assert too_early.status_code == 409
    assert (done.state, done.answer, done.batch) == ("delivered", "được", desk.services.batches.last().name)


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


@on_sqlite_alone
def test_every_answer_has_the_headers_that_keep_a_page_safe(desk: DeskOffice) -> None:
    answer = desk.client().get("/login")

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert " style=" not in answer.text
    assert "onclick" not in answer.text


@on_sqlite_alone
def test_guessing_is_bounded_for_one_account_and_locks_nobody_else_out(desk: DeskOffice) -> None:
    client = desk.client()

    tries = [client.post("/login", email=ADDRESSES[Role.CLERK], password="đoán").status_code for _ in range(11)]
    other = client.post("/login", email=ADDRESSES[Role.AUDITOR], password=PASSWORD).status_code
    elsewhere = desk.app.test_client().get("/login").status_code

    assert tries == [401] * 10 + [429]
    assert (other, elsewhere) == (302, 200)


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


def test_one_and_two_stars_are_not_registered_or_in_force(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    day = f"{desk.office.today - timedelta(days=300):%d/%m/%Y}"
    rows = f"Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nTest A,HTX A,2,{day}\nTest B,HTX A,3,{day}\n"
    upload = clerk.http.post(
        "/office/import",
        data={"csrf_token": clerk.csrf, "files": (io.BytesIO(rows.encode()), "nhap.csv")},
        content_type="multipart/form-data",
    )
    clerk.post(upload.headers["Location"])
    lists, today = desk.services.product_lists, desk.now.date()

    page = desk.client().get("/register").text
    facts = desk.client().get("/register/register.json").get_json()
    api = desk.app.test_client().get("/api/v1/register").get_json()
    overview, (producers, _) = lists.overview(today, (9_000,)), lists.producers("", today)
    own_page = clerk.get("/office/products?words=test+a").text

    assert "Test A" not in page
    assert [one["name"] for one in facts["products"]] == [one["name"] for one in api["items"]] == ["Test B"]
    assert (overview.in_force, overview.total, overview.ends_within) == (1, 2, {9_000: 1})
    assert [(one.products, one.in_force) for one in producers] == [(2, 1)]
    assert "Chưa được chứng nhận" in own_page


@on_sqlite_alone
def test_a_second_look_without_scripts_orders_nothing(desk: DeskOffice) -> None:
    desk.take(4)
    product = printable(desk)
    clerk = desk.client(Role.CLERK)
    page = clerk.get(f"/office/print?product={product}").text
    form = {"product": product, "quantity": 7, "design": "tem-25x35", "stock": "a4", "nonce": "n"}

    looked = clerk.post("/office/print", **form, look="1")

    assert 'method="get"' not in page.split('id="order"')[1].split("</form>")[0]
    assert "<noscript" in page
    assert looked.status_code == 200
    assert 'name="quantity" type="text" value="7"' in looked.text
    assert not re.search(r"(csrf_token|nonce|look)=", looked.text)
    assert desk.services.batches.last() is None


@on_sqlite_alone
def test_stocks_too_small_for_a_design_are_refused_with_alternatives(desk: DeskOffice) -> None:
    desk.take(4)
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/print?product={printable(desk)}&design=nhan-60x90&stock=avery-l7160").text
    clerk.get("/language/en")
    english = clerk.get(f"/office/print?product={printable(desk)}&design=nhan-60x90&stock=avery-l7160").text

    notice = page[page.index('<div class="notice refused" role="alert">') :]
    assert "Khổ «Avery L7160: 21 nhãn 63,5 × 38,1 mm trên A4» không đủ chiều cao" in notice
    assert "Khổ giấy in được mẫu này:" in notice
    assert "Avery L7169: 4 nhãn 99,1 × 139 mm trên A4" in notice[notice.index("in được mẫu này") :][:400]
    assert "Round stamp Ø 32 mm" in english


def stock_options(page: str) -> dict[str, tuple[str, str]]:
    """Each stock of the print form: the heading of its group, and its words."""
    select = page[page.index('<select id="f-stock"') :].partition("</select>")[0]
    groups = re.findall(r'<optgroup label="(.+?)">(.*?)</optgroup>', select, re.DOTALL) or [("", select)]
    options = [(group, *option) for group, inner in groups for option in re.findall(OPTION, inner)]
    return {name: (group, " ".join((said + state).split())) for group, name, state, said in options}


OPTION = r'<option value="(.+?)"([^>]*)>(.*?)</option>'


@on_sqlite_alone
def test_unsuitable_stocks_are_listed_separately_with_the_reason(desk: DeskOffice) -> None:
    desk.take(4)
    clerk, product = desk.client(Role.CLERK), printable(desk)

    large = clerk.get(f"/office/print?product={product}&design=nhan-60x90&stock=avery-l7160").text
    stamp = clerk.get(f"/office/print?product={product}&design=tem-25x35").text
    changed = clerk.get(
        f"/office/print?product={product}&design=nhan-60x90&stock=a4", headers={"HX-Request": "true"}
    ).text

    options = stock_options(large)
    assert options["a4"] == ("Xếp được mẫu này", "Tờ A4 210 × 297 mm")
    assert options["avery-3427"][0] == "Không xếp được mẫu này"
    assert options["avery-3427"][1].endswith("– thiếu 16 mm bề cao disabled")
    assert options["avery-l7160"][1].endswith("– thiếu 51,9 mm bề cao selected")
    unsuitable = {name for name, (group, _) in stock_options(stamp).items() if group == "Không xếp được mẫu này"}
    assert all(name.startswith("thermal-") for name in unsuitable)
    assert '<div id="stock-choice" hx-swap-oob="true">' in changed
    assert stock_options(changed) == options | {
        "a4": (options["a4"][0], f"{options['a4'][1]} selected"),
        "avery-l7160": (options["avery-l7160"][0], options["avery-l7160"][1].replace("selected", "disabled")),
    }


@on_sqlite_alone
def test_floating_labels_are_warned_of_on_the_print_page(desk: DeskOffice) -> None:
    desk.take(4)
    address = f"/office/print?product={printable(desk)}&design=tem-25x35"

    page = desk.client(Role.CLERK).get(f"{address}&stock=avery-l7160").text
    exact = desk.client(Role.CLERK).get(f"{address}&stock=a4").text

    warned = page[page.index('<div class="notice warned">') :].partition("</div>")[0]
    assert "Nhãn 25 × 35 mm nhỏ hơn ô bế sẵn 63,5 × 38,1 mm của khổ «Avery L7160" in warned
    assert "viền trắng 19,25 mm mỗi bên, 1,55 mm trên và dưới" in warned
    assert "viền trắng" not in exact


@on_sqlite_alone
def test_print_page_says_the_dots_of_a_thermal_printer(desk: DeskOffice) -> None:
    desk.take(4)
    address, clerk = f"/office/print?product={printable(desk)}", desk.client(Role.CLERK)

    black = clerk.get(f"{address}&design=tem-nhiet-50x30&stock=thermal-50x30-203").text
    coloured = clerk.get(f"{address}&design=tem-25x35&stock=thermal-60x40-203").text

    assert "Máy in nhiệt 203 dpi: mã QR phiên bản 3" in black
    assert "(4 điểm in)" in black
    assert "chỉ màu đen, 203 dpi" in black
    assert "máy in nhiệt chỉ in mẫu một màu đen" in coloured
    assert "máy in nhiệt chỉ in đen. Dùng #17231C" in coloured


@on_sqlite_alone
def test_the_print_form_forbids_to_turn_labels(desk: DeskOffice) -> None:
    desk.take(4)
    clerk, product = desk.client(Role.CLERK), printable(desk)
    form = {"product": product, "quantity": 8, "design": "nhan-60x90", "stock": "a4"}

    page = clerk.get(f"/office/print?product={product}&turn=never").text
    clerk.post("/office/print", **form, nonce="t")
    clerk.post("/office/print", **form, turn="never", nonce="n")

    upright, turned = desk.services.batch_lists.page()[0][:2]
    assert '<option value="never" selected>Không bao giờ</option>' in page
    assert [(batch.sheets, desk.services.batches.get(batch.name).options.may_turn) for batch in (turned, upright)] == [
        (1, True),
        (2, False),
    ]


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

    assert all("Tem tròn Ø 32 mm" in page for page in pages)
    assert [re.findall(r">[^<]*(?:tem-tron-32|avery-l7160)[^<]*", page) for page in pages] == [[]] * 4


@on_sqlite_alone
def test_print_page_mistakes_are_shown_beside_the_judgement(desk: DeskOffice) -> None:
    desk.take(4)
    clerk = desk.client(Role.CLERK)

    answers = [
        clerk.get(f"/office/print?product={printable(desk)}&{typed}", headers={"HX-Request": "true"}).text
        for typed in ("quantity=abc", "skip=-3")
    ]

    assert all("Cần một số nguyên từ" in text for text in answers)
    assert "Số tem nhãn mỗi sản phẩm" in answers[0]
    assert "Bỏ qua số ô đã dùng" in answers[1]


@on_sqlite_alone
def test_refused_products_are_grouped_with_links_and_suggestions(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    path = f"/office/print?product={product}&quantity=90.000&stock=a4"

    refused, granting = clerk.get(path).text, admin.get(path).text
    query = re.search(r'href="/office/print(\?[^"]*suggested=1)"', refused)
    assert query
    lowered = clerk.get("/office/print" + query[1].replace("&amp;", "&")).text
    ordered = clerk.post("/office/print", product=product, quantity="90.000", stock="a4", suggested="1")

    assert "Vượt hạn mức (1)" in refused
    assert f'href="/office/products/{product}"' in refused
    assert "dòng lệnh" not in refused
    link = re.search(r'href="(/office/products/[^"#]*opened=(grant-quota-\d+))#\2"', granting)
    assert link
    assert f'<details id="{link[2]}" open>' in admin.get(link[1]).text
    assert "Cấp ngoại lệ" in granting
    assert "Cấp ngoại lệ" not in refused
    assert "Đã giảm số lượng của 1 sản phẩm" in lowered
    assert "Vượt hạn mức" not in lowered
    assert ordered.status_code == 302
    assert desk.services.batch_lists.page()[0][0].pieces <= 2_000


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


def test_communes_are_those_of_the_district_chosen(desk: DeskOffice) -> None:
    desk.take(40)
    clerk = desk.client(Role.CLERK)
    places = desk.services.product_lists.places()
    district, commune = next(place for place in places if all(place))
    elsewhere = next(other for of, other in places if other and of != district)

    rows = clerk.get(f"/office/products?district={district}&commune={elsewhere}", headers={"HX-Request": "true"}).text

    assert 'id="communes" hx-swap-oob="true"' in rows
    assert f'<option value="{commune}"' in rows
    assert f'<option value="{elsewhere}"' not in rows
    assert "Không tìm thấy gì" not in rows


@on_sqlite_alone
def test_the_desk_in_english_calls_designs_and_fields_in_english(desk: DeskOffice) -> None:
    desk.take(8)
    clerk = desk.client(Role.CLERK)
    clerk.post("/language/en")
    clerk.get("/language/en")

    pages = clerk.get(f"/office/print?product={printable(desk)}&quantity=1", headers={"Accept-Language": "en"}).text
    gallery = clerk.get("/office/designs", headers={"Accept-Language": "en"}).text
    large = clerk.get("/office/designs/tem-25x35", headers={"Accept-Language": "en"}).text

    assert "Stamp 25 × 35 mm" in pages
    assert "Print 1 label · 1 sheet<" in pages
    assert "In 1 PDF file," in pages
    assert "QR code version 3, level Q, modules of 0.4" in pages
    assert "QR code version 3, level Q, modules of" in large
    assert "Round stamp" in gallery
    assert "Biển kệ hàng" not in gallery


@on_sqlite_alone
def test_an_administrator_grants_what_an_order_lacks_on_the_print_page(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    admin = desk.client(Role.ADMINISTRATOR)
    page = admin.get(f"/office/print?product={product}&quantity=2500").text
    path, form = f"/office/print/grant/quota/{recognition}", {"product": product, "quantity": 2500}

    unreasoned = admin.post(path, **form)
    granted = admin.post(path, **form, **{f"grant_reason-quota-{recognition}": "hội chợ xuân"})
    again = admin.post(path, **form, **{f"grant_reason-quota-{recognition}": "hội chợ xuân"})

    assert f'formaction="{path}"' in page
    assert "nhờ quản trị viên" not in page
    assert (unreasoned.status_code, granted.status_code, again.status_code) == (422, 200, 422)
    assert 'value="2500"' in granted.text
    assert "In 2.500 tem" in granted.text
    assert desk.services.quotas.for_recognitions([recognition])[recognition].left == 2500


@on_sqlite_alone
def test_a_clerk_is_sent_to_an_administrator_and_cannot_grant(desk: DeskOffice) -> None:
    desk.take(12)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/print?product={product}&quantity=2500").text

    assert "nhờ quản trị viên" in page
    assert "/print/grant/" not in page
    assert clerk.post(f"/office/print/grant/quota/{recognition}", product=product).status_code == 403


@on_sqlite_alone
def test_print_the_chosen_ones_says_why_nothing_is_there(desk: DeskOffice) -> None:
    desk.take(3)
    clerk = desk.client(Role.CLERK)

    assert 'name="chosen" value="1"' in clerk.get("/office/products").text
    assert "Chưa chọn sản phẩm nào" in clerk.get("/office/print?chosen=1").text
    assert "Chưa chọn sản phẩm nào" not in clerk.get("/office/print").text


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
