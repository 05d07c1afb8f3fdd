"""The log of changes: every act leaves a row, nobody changes one, and it speaks as people do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS
from labelsvc.web.desk.words.change_words import DAYS, FLAGS, SUBJECTS
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice, printable, printed_batch, upload
from tests.offices.prepared_databases import on_sqlite_alone
from tests.offices.visible_text import visible

WORDING = Wording(CHECKOUT / "templates" / "wording", "vi")
ADMIN, CLERK = ADDRESSES[Role.ADMINISTRATOR], ADDRESSES[Role.CLERK]


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url)


def logged(desk: DeskOffice, who: str | None = None) -> set[tuple[str, str]]:
    """Return what the log holds: subject and field of every row, of one person where one is named."""
    rows, _ = desk.services.changes.page(per_page=10_000)
    return {(row.subject, row.field) for row in rows if who in (None, row.who)}


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
