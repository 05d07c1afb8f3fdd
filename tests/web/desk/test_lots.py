"""Lots entered at the office and by producers, and what the stamp's page says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.label_code import StampIdentity, in_fives
from labelsvc.domain.permission import may_print
from labelsvc.web.public.app import public_app
from tests.offices.desk_office import DeskClient, DeskOffice

PRODUCER = "chuthe@htx.vn"
LOT = {"lot_number": "L01", "made_on": "02/11/2025", "use_by": "02/12/2025"}


@dataclass
class LotOffice:
    """Two products of two producers, a batch with a line of 5 stamps of each."""

    desk: DeskOffice
    products: list[int]
    producer: DeskClient
    clerk: DeskClient

    def code(self, line: int, serial: int) -> str:
        return self.desk.services.epochs.keys()[0].seal(StampIdentity(line, serial))

    def line_of(self, product: int) -> int:
        epoch = self.desk.services.epochs.keys()[0].name
        found = self.desk.services.lots
        return next(n for n in (1, 2) if (line := found.find_line(epoch, n)) and line.product_id == product)

    def enter(self, who: DeskClient, first: str, last: str, **facts: str) -> Any:
        room = "producer" if who is self.producer else "office"
        path = f"/{room}/products/{self.products[0]}"
        if not who.csrf:
            assert who.get(path).status_code == 200
        return who.post(f"{path}/lots", first=first, last=last, **(LOT | facts))


@pytest.fixture(scope="module")
def lots(tmp_path_factory: pytest.TempPathFactory) -> LotOffice:
    desk = DeskOffice(tmp_path_factory.mktemp("lots"))
    producer_of = desk.services.product_lists.producer_of
    items = [replace(item, quantity=5) for item in desk.take(12)]
    allowed = [item for item in items if may_print(item.stored.history, desk.office.today).granted]
    first = allowed[0]
    second = next(each for each in allowed if producer_of(each.stored.id) != producer_of(first.stored.id))
    desk.office.order(desk.office.plan([first, second]))
    desk.add(PRODUCER, Role.PRODUCER, producer_of(first.stored.id))
    return LotOffice(desk, [first.stored.id, second.stored.id], desk.client(PRODUCER), desk.client(Role.CLERK))


def test_a_producer_enters_a_lot_by_the_first_and_last_stamp(lots: LotOffice) -> None:
    line = lots.line_of(lots.products[0])
    first, last = lots.code(line, 2), f"https://TEM.OCOPHN.VN/{lots.code(line, 3)}"

    answer = lots.enter(lots.producer, in_fives(first).lower(), last)

    page = lots.producer.get(f"/producer/products/{lots.products[0]}").text
    public = public_app(lots.desk.services).test_client()
    inside, outside = (public.get(f"/{lots.code(line, serial)}") for serial in (2, 4))
    facts = public.get(f"/{lots.code(line, 2)}", headers={"Accept": "application/json"}).get_json()
    assert answer.status_code == 302
    assert "02/12/2025" in page
    assert "L01" in inside.text
    assert "02/12/2025: theo lô đã ghi, hàng này đã qua hạn sử dụng" in inside.text
    assert 'class="verdict green"' in inside.text
    assert "L01" not in outside.text
    assert facts["lot"] == {
        "number": "L01",
        "made_on": "2025-11-02",
        "use_by": "2025-12-02",
        "use_by_passed": True,
    }


@pytest.mark.parametrize(
    ("first", "last", "facts", "said"),
    [
        ((0, 5), (0, 4), {}, "Tem cuối có số nhỏ hơn tem đầu"),
        ((0, 1), (1, 5), {}, "Tem cuối không cùng một lượt in"),
        ((1, 1), (1, 2), {}, "Tem này không phải của sản phẩm này"),
        ((0, 9), (0, 9), {}, "Tem này không phải của sản phẩm này"),
        ((0, 4), (0, 9), {}, "Tem cuối không cùng một lượt in"),
        ((0, 4), (0, 4), {"lot_number": "", "made_on": "", "use_by": ""}, "Hãy ghi ít nhất một điều"),
        ((0, 4), (0, 4), {"use_by": "01/11/2025"}, "trước ngày sản xuất"),
        ((0, 4), (0, 4), {"use_by": "31/02/2025"}, "31/02/2025"),
    ],
)
def test_stamps_and_lots_that_do_not_fit_are_explained(
    lots: LotOffice, first: tuple[int, int], last: tuple[int, int], facts: dict[str, str], said: str
) -> None:
    codes = [lots.code(lots.line_of(lots.products[number]), serial) for number, serial in (first, last)]

    answer = lots.enter(lots.producer, *codes, **facts)

    assert answer.status_code == 422
    assert said in answer.text
    assert codes[0] in answer.text, "what was typed stays in the form"


@pytest.mark.parametrize(
    ("typed", "said"), [("7K3QX", "cần 20 ký tự, mới có 5"), ("7K3QX9ZT4M2B8RVC5WHD", "không có trong hệ thống")]
)
def test_what_is_no_code_of_ours_is_explained(lots: LotOffice, typed: str, said: str) -> None:
    assert said in lots.enter(lots.producer, typed, typed).text


def test_the_office_replaces_a_lot_for_a_reason_that_is_kept(lots: LotOffice) -> None:
    line = lots.line_of(lots.products[0])
    codes = lots.code(line, 5), lots.code(line, 5)
    lots.enter(lots.clerk, *codes)

    without = lots.enter(lots.clerk, *codes, lot_number="L02")
    given = lots.enter(lots.clerk, *codes, lot_number="L02", reason="Ghi nhầm số lô")

    page = lots.clerk.get(f"/office/products/{lots.products[0]}").text
    log = lots.clerk.get("/office/audit").text
    assert "Muốn thay thì hãy ghi lý do" in without.text
    assert given.status_code == 302
    assert "Ghi nhầm số lô" in page
    assert "L02" in public_app(lots.desk.services).test_client().get(f"/{codes[0]}").text
    assert "Lô hàng (lượt in:tem" in log


def test_nobody_enters_lots_of_others_products(lots: LotOffice) -> None:
    line = lots.line_of(lots.products[1])
    codes = {"first": lots.code(line, 1), "last": lots.code(line, 2)}
    auditor = lots.desk.client(Role.AUDITOR)
    auditor.get("/account")

    assert lots.producer.post(f"/producer/products/{lots.products[1]}/lots", **codes, **LOT).status_code == 404
    assert auditor.post(f"/office/products/{lots.products[1]}/lots", **codes, **LOT).status_code == 403
    assert lots.desk.services.lots.of_product(lots.products[1]) == []


def test_print_page_takes_a_lot_and_refuses_days_that_cannot_be(lots: LotOffice) -> None:
    asked = f"product={lots.products[0]}&quantity=1&design=nhan-60x90&stock=single&lot_number=L07&made_on=02/11/2025"

    page = lots.clerk.get(f"/office/print?{asked}&use_by=02/05/2026")
    reversed_days = lots.clerk.get(f"/office/print?{asked}&use_by=01/11/2025")
    unknown_day = lots.clerk.get(f"/office/print?{asked}&use_by=31/02/2026")

    assert 'value="L07"' in page.text
    assert "Không có sản phẩm nào in được" not in page.text
    assert "trước ngày sản xuất" in reversed_days.text
    assert "31/02/2026" in unknown_day.text


def test_producer_fills_the_lot_into_labels_of_its_own(lots: LotOffice) -> None:
    product = lots.products[0]
    lots.producer.get(f"/producer/products/{product}")

    answer = lots.producer.post(
        f"/producer/products/{product}/labels", quantity="1", design="nhan-60x90", nonce="lô", **LOT
    )

    (line,) = lots.desk.services.batches.lines(answer.headers["Location"].rpartition("/")[2])
    assert answer.status_code == 302
    assert line.lot is not None
    assert (line.lot.number, line.lot.made_on.isoformat()) == ("L01", "2025-11-02")
