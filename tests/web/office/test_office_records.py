"""The office's records: every act leaves a row in the log, and the log speaks as people do."""

from __future__ import annotations

import ast
import html
import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS
from labelsvc.web.desk.change_words import DAYS, FLAGS, SUBJECTS
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice, printable, upload
from tests.offices.prepared_databases import on_sqlite_alone
from tests.samples.generator import make_records
from tests.samples.records_files import BOWL, HEADINGS, TEA, xlsx_of

WORDING = Wording(CHECKOUT / "templates" / "wording", "vi")
ADMIN, CLERK = ADDRESSES[Role.ADMINISTRATOR], ADDRESSES[Role.CLERK]
PNG = CHECKOUT / "docs" / "office.png"


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def logged(desk: DeskOffice, who: str | None = None) -> set[tuple[str, str]]:
    """Return what the log holds: subject and field of every row, of one person where one is named."""
    rows, _ = desk.services.changes.page(per_page=10_000)
    return {(row.subject, row.field) for row in rows if who in (None, row.who)}


def printed_batch(desk: DeskOffice, quantity: int = 30) -> str:
    """Print a batch and return its name."""
    desk.take(6)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    product = printable(desk)
    order = clerk.post("/office/print", product=product, quantity=quantity, design="tem-25x35", stock="a4", nonce="x")
    desk.work()
    return str(order.headers["Location"].rpartition("/")[2])


def visible(page: str) -> str:
    """Return what a page shows, without marks and addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]))


def test_every_act_on_the_web_records_who_did_it(desk: DeskOffice) -> None:
    name = printed_batch(desk)
    line = desk.services.batches.lines(name)[0].line.number
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    desk.client(Role.ADMINISTRATOR)
    admin, clerk = desk.client(Role.ADMINISTRATOR), desk.client(Role.CLERK)
    for client in (admin, clerk):
        client.get("/account")
    records = f"/office/products/{product}/recognitions/{recognition}"
    acts = {
        ("batch", "ordered"): lambda: None,
        ("account", "token"): lambda: admin.post("/account/tokens", name="kho", scopes="products:read"),
        ("account", "sessions"): lambda: admin.post("/account/sessions/end"),
        ("invitation", "invited"): lambda: admin.post(
            "/office/accounts/invitations", email="moi@vanphong.vn", role="clerk"
        ),
        ("recognition", "exception_quota"): lambda: admin.post(
            f"{records}/exceptions", kind="quota", pieces=500, reason="hội chợ"
        ),
        ("recognition", "exception_law"): lambda: admin.post(f"{records}/exceptions", kind="law", reason="hội chợ"),
        ("product", "product"): lambda: clerk.post("/office/products/new", name="Trà mới", producer="HTX"),
        ("import", "import"): lambda: clerk.post(
            upload(
                clerk,
                "/office/import",
                "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nA,B,4,05/03/2026\n".encode(),
                "a.csv",
            )
        ),
        ("batch", "void"): lambda: clerk.post(
            f"/office/batches/{name}/replace", serials=f"{line}:1", reason="mất", sure=f" {line}:1"
        ),
        ("batch", "reprint"): lambda: clerk.post(
            f"/office/batches/{name}/reprint", serials=f"{line}:2", reason="hỏng", sure=f" {line}:2"
        ),
        ("batch", "state"): lambda: clerk.post(
            f"/office/batches/{desk.services.batches.last().name}/cancel", reason="nhầm"
        ),
    }
    missing = []
    for row, act in acts.items():
        act()
        if row not in logged(desk, ADMIN) | logged(desk, CLERK):
            missing.append(row)

    assert not missing


def test_second_factors_passwords_and_revoked_tokens_are_audited(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/account")
    clerk.post("/account/tokens", name="kho", scopes="products:read")
    account = desk.services.accounts.credentials(CLERK)
    assert account
    (token,) = desk.services.sign_ins.tokens_of(account.account.id)
    clerk.post(f"/account/tokens/{token.id}/revoke")
    secret = re.search(r'id="secret">([A-Z2-7]+)<', clerk.get("/account/second-factor").text)
    assert secret
    clerk.post("/account/second-factor", password=PASSWORD, code=pyotp.TOTP(secret[1]).at(desk.now))
    clerk.post("/account/second-factor/off", password=PASSWORD)
    clerk.post("/account/password", old=PASSWORD, password="năm con vịt vàng bơi lội")

    rows, _ = desk.services.changes.page(subject="account", subject_id=account.account.id)
    told = [(row.field, row.before, row.after) for row in reversed(rows) if row.who == CLERK]

    assert told == [
        ("token", "", "kho (products:read)"),
        ("token", "kho", ""),
        ("second_factor", "False", "True"),
        ("second_factor", "True", "False"),
        ("password", "", "…"),
    ]


def test_invitations_keys_and_design_versions_leave_their_rows(desk: DeskOffice) -> None:
    desk.take(2)
    context, shelf = ChangeContext(ADMIN, desk.now), desk.services.design_shelf
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    admin.post("/office/accounts/invitations", email="moi@vanphong.vn", role="clerk")
    waiting = desk.services.invitations.waiting(desk.now)[0]
    admin.post(f"/office/accounts/invitations/{waiting.id}/withdraw")
    for _ in range(2):
        shelf.publish("tem-tet", shelf.add("tem-tet", b"<svg/>", context), context)
    desk.services.epochs.ready(desk.now)
    desk.services.epochs.rotate(desk.now)

    rows = [(row.subject, row.field, row.before, row.after) for row in desk.services.changes.page(per_page=100)[0]]

    assert ("invitation", "invited", "moi@vanphong.vn (clerk)", "") in rows
    assert ("design", "design", "", "tem-tet") in rows
    assert ("design", "state", "published", "retired") in rows
    assert sum(row[:2] == ("key", "issuing_key") for row in rows) == 2


def test_a_producer_with_many_open_batches_gets_429(desk: DeskOffice) -> None:
    desk.services.batches = Batches(desk.services.database, desk.services.epochs, most_open=1)
    product = desk.take(1)[0].stored
    producer = desk.services.product_lists.producer_of(product.id)
    desk.add("chu@coso.vn", Role.PRODUCER, producer)
    headers, http = desk.token("chu@coso.vn", "batches:write"), desk.app.test_client()
    body = {"products": [{"product_id": product.id, "quantity": 2}], "stock": "single"}

    answers = [http.post("/api/v1/batches", json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert "1 đợt in chưa xong" in answers[1].get_data(as_text=True)
    assert int(answers[1].headers["Retry-After"]) > 0


@on_sqlite_alone
def test_the_list_of_batches_is_live_until_all_are_done(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    printed_batch(desk)
    done = clerk.get("/office/batches").text
    form = {"product": printable(desk), "quantity": 3, "design": "tem-25x35", "stock": "a4", "nonce": "z"}
    clerk.get("/office/print")
    clerk.post("/office/print", **form)
    waiting = clerk.get("/office/batches?state=ordered").text

    assert 'hx-trigger="every 2s"' not in done
    assert 'hx-get="/office/batches?state=ordered' in waiting
    assert 'hx-select="#batches"' in waiting


def test_the_api_and_the_command_line_leave_their_rows_too(desk: DeskOffice) -> None:
    desk.take(4)
    headers = desk.token(Role.CLERK, "batches:write", "batches:read")
    body = {"products": [{"product_id": printable(desk), "quantity": 5}], "stock": "a4"}
    http = desk.app.test_client()

    name = http.post("/api/v1/batches", json=body, headers=headers).get_json()["batch"]
    http.post(f"/api/v1/batches/{name}/cancel", headers=headers)

    assert {("batch", "ordered"), ("batch", "state")} <= logged(desk, CLERK)
    assert ("import", "import") in logged(desk)


def test_nobody_changes_or_removes_what_the_log_holds(desk: DeskOffice) -> None:
    desk.take(2)

    for statement in ("UPDATE audit SET who = 'ai đó'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="audit only grows"), desk.services.database.writing() as connection:
            connection.execute(text(statement))


def test_every_field_and_subject_that_can_be_recorded_has_a_word() -> None:
    fields, subjects = set(PRODUCT_COLUMNS) | set(RECOGNITION_COLUMNS), set()
    for path in (CHECKOUT / "labelsvc" / "storage").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Difference":
                fields |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}  # type: ignore[misc]
            if isinstance(node, ast.Tuple) and len(node.elts) == 3 and isinstance(node.elts[0], ast.Constant):
                subjects |= {node.elts[0].value} if "ifference" in ast.unparse(node.elts[2]) else set()
    fields |= {"exception_quota", "exception_law"}

    without = {one for one in fields if not (WORDING.has(f"product.field_{one}") or WORDING.has(f"change.field_{one}"))}

    assert not without
    assert len(subjects) >= 8
    assert subjects <= set(SUBJECTS)
    assert all(WORDING.has(f"people.subject_{one}") for one in SUBJECTS)


def test_days_and_flags_are_known_as_such() -> None:
    columns = [
        table.c[name]
        for table, names in ((products, PRODUCT_COLUMNS), (recognitions, RECOGNITION_COLUMNS))
        for name in names
    ]

    kinds = {kind: {one.name for one in columns if one.type.__visit_name__ == kind} for kind in ("date", "boolean")}

    assert kinds["date"] == DAYS
    assert kinds["boolean"] <= FLAGS


@on_sqlite_alone
def test_the_log_speaks_as_people_do_and_links_what_it_names(desk: DeskOffice) -> None:
    name = printed_batch(desk)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1]
    clerk, admin = desk.client(Role.CLERK), desk.client(Role.ADMINISTRATOR)
    clerk.get(f"/office/products/{product}")
    clerk.post(
        f"/office/products/{product}/recognitions/{recognition.id}/withdraw",
        since=desk.now.strftime("%d/%m/%Y"),
        decision="6/QĐ",
        reason="vi phạm nặng",
    )
    admin.get("/office/accounts")
    admin.post("/office/accounts/invitations", email="moi@vanphong.vn", role="clerk")

    log, history = admin.get("/office/audit").text, clerk.get(f"/office/products/{product}").text

    for page in (log, history):
        said = visible(page)
        assert f"Thu hồi từ: (trống) → {desk.now:%d/%m/%Y}" in said
        assert not re.search(r"withdrawn_since|\bTrue\b|\bFalse\b|\(clerk\)|\d{4}-\d\d-\d\d|\bcli\b", said)
    assert visible(log).count("vi phạm nặng") == 1
    assert f'href="/office/batches/{name}">{name}</a>' in log
    assert f'href="/office/products/{product}"' in log
    assert "moi@vanphong.vn (Cán bộ)" in visible(log)
    assert "dòng lệnh" in log


def test_the_audit_page_opens_after_brand_kit_and_unknown_entries(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    desk.services.brand_kit.add(b"%PDF-1.7", "application/pdf", "", ChangeContext(ADMIN, desk.now))
    with desk.services.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO audit (at, who, subject, subject_id, field, chain) VALUES (:at, 'ai', 'moon', 1, 'x', '-')"
            ),
            {"at": "2026-01-02 03:04:05.000000"},
        )

    pages = [admin.get(path) for path in ("/office/audit", "/office/audit?subject=official_artwork")]

    assert [page.status_code for page in pages] == [200, 200]
    assert "moon" in pages[0].text
    assert "Biểu trưng" in visible(pages[1].text)


@on_sqlite_alone
def test_an_import_with_refused_rows_ends_on_a_report(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nTrà mới,HTX,4,05/03/2026\nSai,HTX,9,05/03/2026\n"
    path = upload(clerk, "/office/import", rows.encode(), "a.csv")

    done = clerk.post(path)
    page = clerk.get(done.headers["Location"]).text

    assert done.headers["Location"].startswith("/office/imports/")
    assert "Đã nhập: 1 mới" in page
    assert "Xem trước" not in page
    assert ">Trà mới</a>" in page
    assert clerk.get(f"{path}/refused.csv").status_code == 200
    kept = done.headers["Location"] + "/refused.csv"
    assert kept in page
    assert "Sai,HTX,9" in clerk.get(kept).text


@on_sqlite_alone
def test_colleagues_find_rows_of_an_unread_sheet_with_the_import(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    unread = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày công bố QĐ")
    content = xlsx_of(("Ba Vì", [HEADINGS, TEA]), ("Gia Lâm", [unread, BOWL, TEA]))
    path = upload(clerk, "/office/import", content, "a.xlsx")
    preview = clerk.get(path).text

    done = clerk.post(path).headers["Location"]

    assert "D «Ngày công bố QĐ»" in preview
    colleague = desk.client(Role.CLERK)
    assert "<strong>2</strong>" in colleague.get(done).text
    assert BOWL[0] in colleague.get(f"{done}/refused.csv").text


@on_sqlite_alone
def test_garbled_text_is_shown_before_and_after_and_converted_on_request(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định\nGèm ViÖt,Hîp t¸c x· B¸t Trµng,4,05/03/2026\n"
    path = upload(clerk, "/office/import", rows.encode(), "a.csv")

    asked, converted = clerk.get(path).text, clerk.get(f"{path}?convert=1").text
    done = clerk.get(clerk.post(f"{path}?convert=1").headers["Location"]).text

    assert "Gèm ViÖt" in asked
    assert "Gốm Việt" in asked
    assert f"{path}?convert=1" in asked
    assert "Áp dụng" in converted
    assert ">Gốm Việt</a>" in done


def test_a_printed_import_offers_no_undo_and_counts_products_once(desk: DeskOffice) -> None:
    printed_batch(desk)
    clerk = desk.client(Role.CLERK)
    past, _ = desk.services.past_imports.page()

    (why,) = desk.services.past_imports.hindrances(past[-1].id)
    page = clerk.get(f"/office/imports/{past[-1].id}").text

    assert why.facts["count"] == 1
    assert "Không hoàn tác được" in page
    assert "/undo" not in page
    assert "/undo" not in clerk.get("/office/import").text


@on_sqlite_alone
def test_a_preview_says_that_a_field_was_empty(desk: DeskOffice) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/import")
    rows = "Tên sản phẩm,Chủ thể,Hạng sao,Ngày quyết định,Địa chỉ\nTrà,HTX,4,05/03/2026,"
    clerk.post(upload(clerk, "/office/import", f"{rows}\n".encode(), "a.csv"))

    page = clerk.get(upload(clerk, "/office/import", f"{rows}12 phố Mới\n".encode(), "b.csv")).text

    assert "Địa chỉ: (trống) → 12 phố Mới" in visible(page)


@pytest.mark.parametrize("act", ["reprint", "replace"])
def test_spoiled_stamps_are_requested_by_name_and_input_is_kept(desk: DeskOffice, act: str) -> None:
    name = printed_batch(desk)
    line = desk.services.batches.lines(name)[0].line.number
    clerk = desk.client(Role.CLERK)
    clerk.get(f"/office/batches/{name}")
    path, form = f"/office/batches/{name}/{act}", {"serials": f"{line}:1-3", "reason": "rơi xuống sông"}

    wrong = clerk.post(path, **form | {"serials": f"{line}:1-999"})
    no_reason = clerk.post(path, serials=f"{line}:1-3", reason=" ")
    asked = clerk.post(path, **form)
    other = clerk.post(path, **form, sure=f" {line}:1-2")
    unchanged = desk.services.reprints.for_batch(name), desk.services.voids.for_batch(name)
    done = clerk.post(path, **form, sure=f" {line}:1-3")

    assert (wrong.status_code, no_reason.status_code, asked.status_code, other.status_code) == (422, 422, 200, 200)
    assert f'value="{line}:1-999"' in wrong.text
    assert 'value="rơi xuống sông"' in wrong.text
    assert "field wrong" in wrong.text
    assert f"3 tem {line}:1-3" in visible(asked.text)
    assert unchanged == ([], [])
    assert done.status_code == 302
    assert desk.services.reprints.for_batch(name) or desk.services.voids.for_batch(name)


@on_sqlite_alone
def test_progress_omits_forms_and_shows_the_time_left(desk: DeskOffice) -> None:
    printed_batch(desk)
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    form = {"product": printable(desk), "quantity": 900, "design": "tem-25x35", "stock": "a4", "nonce": "y"}
    path = clerk.post("/office/print", **form).headers["Location"]
    waiting = clerk.get(path, headers={"HX-Request": "true"}).text
    desk.services.claims.next_part(desk.now)
    desk.now += timedelta(seconds=1)

    page, progress = clerk.get(path).text, clerk.get(path, headers={"HX-Request": "true"}).text

    assert "Chờ đến lượt in" in waiting
    assert "tem/giây" not in waiting
    assert "<form" not in progress
    assert "tem/giây" in progress
    assert "còn " in progress
    assert "ước tính" in progress
    assert page.index('id="progress"') < page.index("/cancel")


def test_invitations_find_producers_by_name_and_keep_the_input(desk: DeskOffice) -> None:
    desk.take(8)
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    known = desk.services.producer_names.having("", 1)[0]
    path, form = "/office/accounts/invitations", {"email": "chuthe@htx.vn", "role": "producer"}

    unknown = admin.post(path, **form, producer="99999")
    nobody = admin.post(path, **form, producer="Không Có Ai")
    preset = admin.get(f"/office/accounts?producer={known.id}").text
    made = admin.post(path, **form, producer=known.name)

    assert (unknown.status_code, nobody.status_code, made.status_code) == (422, 422, 302)
    assert 'value="chuthe@htx.vn"' in unknown.text
    assert "Không có chủ thể mã" in unknown.text
    assert 'value="producer" selected' in preset
    assert desk.services.invitations.waiting(desk.now)[0].producer_id == known.id


@on_sqlite_alone
def test_a_refused_form_switches_language_on_its_own_page(desk: DeskOffice) -> None:
    admin = desk.client(Role.ADMINISTRATOR)
    admin.get("/office/accounts")
    headers = {"Referer": "http://localhost/office/accounts?producer="}

    refused = admin.http.post(
        "/office/accounts/invitations", data={"csrf_token": admin.csrf, "email": "x"}, headers=headers
    )
    switch = re.search(r'href="(/language/en[^"]*)"', refused.text)
    assert switch
    back = admin.get(switch[1].replace("&amp;", "&")).headers["Location"]

    assert refused.status_code == 422
    assert back == "/office/accounts?producer="
    assert admin.get(back).status_code == 200
    assert admin.get("/language/vi?next=/logout").headers["Location"] == "/register"


def test_every_step_that_loses_something_asks_without_a_script() -> None:
    templates = {path: path.read_text(encoding="utf-8") for path in (CHECKOUT / "templates" / "web").rglob("*.html")}

    assert not [path.name for path, page in templates.items() if "data-ask" in page]
    for name, act in (
        ("office/import_done", "undo_import"),
        ("office/accounts", '"stop"'),
        ("office/designs", '"retire"'),
        ("login/profile", "revoke_token"),
        ("login/profile", "end_sessions"),
        ("login/profile", "second_factor_off"),
        ("office/accounts", "withdraw_invitation"),
        ("office/accounts", '"second-factor"'),
        ("office/brand_kit", "retire_artwork"),
        ("office/batch", "office.cancel"),
        ("producer/orders", "producer.cancel"),
    ):
        page = next(page for path, page in templates.items() if path.match(f"*/{name}.html"))
        assert re.search(r"parts\.ask\(url_for\([^%]*" + re.escape(act), page), (name, act)


@on_sqlite_alone
def test_unprintable_products_say_so_once_beside_their_labels(desk: DeskOffice) -> None:
    desk.take(6)
    product = printable(desk)
    recognition = desk.services.products.get(product).recognitions[-1].id
    clerk = desk.client(Role.CLERK)
    before = clerk.get(f"/office/products/{product}").text
    clerk.post(
        f"/office/products/{product}/recognitions/{recognition}/withdraw",
        since=desk.now.strftime("%d/%m/%Y"),
        decision="6/QĐ",
        reason="vi phạm",
    )
    after = clerk.get(f"/office/products/{product}").text

    shown_once = (after.count('class="badge red">Bị thu hồi'), before.count('class="badge green">Còn hiệu lực'))
    assert len(desk.services.products.get(product).recognitions) > 1 or shown_once == (1, 1)
    assert "ảnh chỉ để xem" not in before
    assert "ảnh chỉ để xem" in after
    assert "tem đã đặt in: ai quét sẽ thấy sản phẩm bị tạm dừng" not in before


@on_sqlite_alone
@pytest.mark.parametrize(("typed", "said"), [("123", "8, 12, 13 hoặc 14 chữ số"), ("8938505974195", "số kiểm tra")])
def test_an_invalid_gtin_is_refused_with_its_fault(desk: DeskOffice, typed: str, said: str) -> None:
    clerk = desk.client(Role.CLERK)
    clerk.get("/office/products/new")

    page = clerk.post("/office/products/new", name="Trà", producer="HTX", gtin=typed)

    assert page.status_code == 422
    assert said in page.text
    assert 'href="#f-gtin"' in page.text


def test_tokens_have_ticked_scopes_only_and_sessions_name_browsers(desk: DeskOffice) -> None:
    clerk = desk.client()
    clerk.http.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    )
    clerk.post("/login", email=CLERK, password=PASSWORD)

    page = clerk.get("/account").text

    assert "Chrome trên Linux" in page
    assert "AppleWebKit" not in page
    assert 'name="scopes" value="products:read">' in page


def test_renaming_a_printed_product_shows_what_was_printed_and_asks(desk: DeskOffice) -> None:
    items = desk.take_records(make_records(1, 5, day=desk.now.date()))
    batch = desk.office.order(desk.office.plan(items))
    stored = items[0].stored
    clerk = desk.client(Role.CLERK)
    path = f"/office/products/{stored.id}/edit"
    clerk.get(path)
    form = {name: getattr(stored.product, name) for name in PRODUCT_TEXTS} | {"name": "Tên khác"}

    asked = clerk.post(path, **form)
    done = clerk.post(path, **form, reason="Theo quyết định đổi tên", rename_confirmed="1")

    assert asked.status_code == 422
    for said in (f"Đã in 5 tem mang tên «{stored.product.name}»", batch, 'name="rename_confirmed"', "cần ghi lý do"):
        assert said in html.unescape(asked.text)
    assert done.status_code == 302
    assert desk.services.products.get(stored.id).product.name == "Tên khác"
