"""A small office in memory: a line for every case of a verdict, and the service that shows them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from random import Random

from flask.testing import FlaskClient
from PIL import Image

from labelsvc.domain.errors import NotFound
from labelsvc.domain.label_code import EpochKey, OpenedCode, StampIdentity, open_with
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.domain.trace.product_details import OtherProduct, ProductDetails, PublicProduct
from labelsvc.domain.trace.profile import (
    MOST_CERTIFICATES,
    MOST_EVENTS,
    Certificate,
    KeyEvent,
    ProductPicture,
    ProductProfile,
)
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord, VoidedRange
from labelsvc.web.public.app import create_app
from labelsvc.web.public.products import PublicCatalogue
from labelsvc.web.public.site import PublicSite
from labelsvc.web.server.gunicorn_server import Apps, serve
from labelsvc.workflows.law_files import read_law
from labelsvc.workflows.sign_verdict import VerdictSigner
from labelsvc.workflows.verify_label import Found, Verifier
from tests import CHECKOUT

TEMPLATES = CHECKOUT / "templates"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ADDRESS = "https://ocop.hanoi.example"
KEY = EpochKey(bytes(range(32)))

PLAIN = Product(
    name="Củ cải trắng Đông Cao",
    producer="Hợp tác xã Dịch vụ tổng hợp Đông Cao",
    brand="Đông Cao",
    commune="Tráng Việt",
    district="Mê Linh",
    gtin="8934567890120",
)
LONG = Product(
    name="Bộ bát đĩa gốm sứ rồng phượng vẽ tay men lam cổ truyền thống làng nghề Bát Tràng Gia Lâm",
    producer="Công ty Trách nhiệm hữu hạn một thành viên Đầu tư Sản xuất và Thương mại Gốm sứ Quang Vinh",
    brand="Gốm sứ Quang Vinh",
    address="Số 155, xóm 5, đường Giang Cao",
    commune="Bát Tràng",
    district="Gia Lâm",
)


def rated(stars: int = 4, decided: date = date(2025, 12, 30), **facts: object) -> Recognition:
    number, issuer = "6789/QĐ-UBND", "UBND thành phố Hà Nội"
    return Recognition(stars=stars, decision_date=decided, decision_number=number, issuer=issuer, **facts)


def line(printed: Recognition, *others: Recognition, product: Product = PLAIN, **facts: object) -> StampRecord:
    history = (printed, *others)
    return StampRecord(product=product, recognition=printed, history=history, quantity=2_000, **facts)


LONGER = Extension(date(2027, 3, 1), "Chờ Hội đồng", by_office=True)
PICTURE_SIZES = ((960, 720), (720, 960), (960, 540), (600, 600), (960, 300), (400, 960))
PICTURES = {sha256(repr(size).encode()).hexdigest(): size for size in PICTURE_SIZES}
STORY = "\n".join(
    f"Đoạn {i}. Từ đời ông bà, người Đông Cao đã trồng củ cải trên bãi bồi sông Hồng, ngâm hạt trong nước ấm rồi gieo "
    f"theo luống {i * 7} bước; vụ {2000 + i} được mùa, cả làng cùng phơi lát trên giàn tre, mùi thơm bay sang bên đê. "
    "Mỗi sáng các cô chú trong hợp tác xã ghi nhật ký đồng ruộng, đo độ ẩm, và chọn từng củ không rỗ, không xơ."
    for i in range(1, 19)
)
PROFILE = ProductProfile(
    story=STORY[:6_000].rpartition("\n")[0],
    story_en="For generations the people of Đông Cao have grown radish on the river’s flats.\nEach is chosen by hand.",
    pictures=tuple(ProductPicture(each, *size, caption=f"Ảnh {each[:2]}") for each, size in PICTURES.items()),
    certificates=(
        Certificate("VietGAP", "VG-01-26", "Trung tâm Chứng nhận Hà Nội", date(2027, 6, 30), "f" * 64),
        Certificate("TCVN 5603:2023 (HACCP)", "HC 123", "", date(2026, 1, 31)),
        Certificate("Cơ sở đủ điều kiện an toàn thực phẩm"),
    ),
    events=(
        KeyEvent("Thu hoạch", "Bãi bồi Đông Cao", date(2026, 11, 2)),
        KeyEvent("Sơ chế, đóng gói", "Xưởng hợp tác xã", date(2026, 11, 3)),
    ),
)
OTHERS = (
    *(OtherProduct(f"{n:010}", f"Cà rốt Đông Cao số {n}", (rated(3 + n % 3),)) for n in range(15)),
    OtherProduct("0000000999", "Dưa hết hạn", (rated(4, date(2020, 1, 1)),)),
    OtherProduct("0000000998", "Dưa hai sao", (rated(2),)),
)
DETAILS = ProductDetails("7k3qx9zt4m", PROFILE, OTHERS)
HOSTILE_TEXT = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"]]>--><!--\u2028{{7*7}}'
HOSTILE_DETAILS = ProductDetails(
    "hhhhhhhhhh".replace("h", "x"),
    ProductProfile(
        story=HOSTILE_TEXT.replace("\u2028", ""),
        certificates=(Certificate(HOSTILE_TEXT.replace("\u2028", ""), HOSTILE_TEXT.replace("\u2028", "")),),
    ),
    (OtherProduct("0000000001", HOSTILE_TEXT, (rated(),)),),
)


def unlike(length: int, chance: Random) -> str:
    """Text that compresses as little as text can: letters of all of Vietnamese, by chance."""
    letters = "".join(
        chance.choices("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợ", k=length)
    )
    return " ".join(letters[at : at + 5] for at in range(0, length, 6)).strip()[:length]


def largest_details() -> ProductDetails:
    """As much as a profile may hold."""
    chance = Random(1)
    pictures = [ProductPicture(each, *size, caption=unlike(190, chance)) for each, size in PICTURES.items()]
    return ProductDetails(
        "6666666666",
        ProductProfile(
            story="\n".join(unlike(580, chance) for _ in range(10)),
            story_en="\n".join(unlike(580, chance) for _ in range(10)),
            pictures=tuple(pictures),
            certificates=tuple(
                Certificate(unlike(190, chance), unlike(190, chance), unlike(190, chance), date(2027, 1, 1))
                for _ in range(MOST_CERTIFICATES)
            ),
            events=tuple(
                KeyEvent(unlike(190, chance), unlike(190, chance), date(2026, 1, 1)) for _ in range(MOST_EVENTS)
            ),
        ),
        tuple(OtherProduct(f"{n:010}", unlike(190, chance), (rated(),)) for n in range(60)),
    )


LINES = {
    "in_force": line(rated()),
    "ends_soon": line(rated(decided=date(2023, 12, 31))),
    "extended": line(rated(decided=date(2023, 10, 1), extension=LONGER)),
    "renewed": line(rated(3, date(2024, 1, 5)), rated(5, date(2026, 10, 1))),
    "lowered": line(rated(4, date(2024, 1, 5)), rated(3, date(2026, 10, 1))),
    "not_yet": line(rated(valid_from=date(2026, 12, 31))),
    "expired": line(rated(decided=date(2023, 6, 30))),
    "suspended": line(rated(5, suspension=Suspension(date(2026, 11, 1), "Kiểm nghiệm lại", date(2027, 1, 31)))),
    "withdrawn": line(rated(withdrawal=Withdrawal(date(2026, 9, 15), "Vi phạm", "6120/QĐ-UBND"))),
    "long": line(rated(5), product=LONG, specimen=True, trial=True),
    "key_leaked": line(rated(), key_leaked=True),
    "uncounted": line(rated(), counted=False),
    "hostile": line(rated(), product=Product(name='<script>alert("1")</script>', producer="A & B {{ 7*7 }} {0} %s")),
    "told": line(rated(), rated(3, date(2022, 10, 1)), details=DETAILS),
    "traced": line(rated(), product=replace(PLAIN, origin="Việt Nam", shelf_life="6 tháng"), details=DETAILS),
    "lot_traced": line(
        rated(),
        product=replace(PLAIN, origin="Việt Nam"),
        details=DETAILS,
        lots=(LotRange(400, 420, Lot("L01", date(2026, 11, 2), date(2026, 11, 23))),),
    ),
    "hostile_told": line(rated(), product=Product(name="Tên <b>", producer="A & B"), details=HOSTILE_DETAILS),
    "largest": line(
        rated(),
        *(rated(decided=date(2018 + n % 7, 1 + n % 12, 9)) for n in range(20)),
        product=replace(LONG, brand="N" * 200, origin="X" * 200, address="Đ" * 200),
        trial=True,
        details=largest_details(),
    ),
    "reported_lost": line(rated(), voids=(VoidedRange(400, 420, NOW - timedelta(days=3), "Mất ở kho <Mê Linh>"),)),
}
BESIDES_VERDICTS = ("long", "uncounted", "hostile", "told", "traced", "lot_traced", "hostile_told", "largest")
"""Lines that are there for something else than a case of a verdict."""
NUMBERS = {name: number for number, name in enumerate(LINES, 1)}
CODES = {name: KEY.seal(StampIdentity(n, 0 if name == "uncounted" else 417)) for name, n in NUMBERS.items()}
CODES |= {"unknown_record": KEY.seal(StampIdentity(999, 1)), "not_ours": "7K3QX9ZT4M2B8RVC5WHD"}
CODE = CODES["in_force"]
BY_NUMBER = {n: LINES[name] for name, n in NUMBERS.items()}


def of_line(name: str, details: ProductDetails = DETAILS, **facts: bool) -> PublicProduct:
    """The product of a line."""
    return PublicProduct(product=LINES[name].product, history=LINES[name].history, details=details, **facts)


PRODUCTS = {
    "7k3qx9zt4m": of_line("told"),
    "xxxxxxxxxx": of_line("hostile_told", HOSTILE_DETAILS),
    "0000000000": of_line("not_yet", ProductDetails("0000000000")),
    "1111111111": of_line("in_force", ProductDetails("1111111111")),
    "2222222222": of_line("in_force", ProductDetails("2222222222"), demonstration=True),
    "6666666666": of_line("largest", largest_details()),
    "3333333333": of_line("expired", ProductDetails("3333333333")),
    "4444444444": of_line("suspended", ProductDetails("4444444444")),
    "5555555555": of_line("withdrawn", ProductDetails("5555555555")),
    "aaaaaaaaaa": of_line("renewed", ProductDetails("aaaaaaaaaa")),
    "bbbbbbbbbb": PublicProduct(
        product=PLAIN, history=(rated(4, date(2025, 1, 5)), rated(2)), details=ProductDetails("bbbbbbbbbb")
    ),
    "8888888888": PublicProduct(product=PLAIN, history=(rated(2),), details=ProductDetails("8888888888")),
    "9999999999": PublicProduct(
        product=PLAIN, history=(rated(3, date(2020, 1, 5)), rated(2)), details=ProductDetails("9999999999")
    ),
}


def picture_of(sha256: str, size: str) -> tuple[bytes, str]:
    if sha256 not in PICTURES:
        raise NotFound.from_code("profile.no_file", file=sha256[:12])
    stream = BytesIO()
    Image.new("RGB", PICTURES[sha256], (90, 140, 60)).save(stream, "JPEG")
    return stream.getvalue(), "image/jpeg"


def file_of(sha256: str) -> tuple[bytes, str]:
    if sha256 != "f" * 64:
        raise NotFound.from_code("profile.no_file", file=sha256[:12])
    return b"%PDF-1.4", "application/pdf"


CATALOGUE = PublicCatalogue(PRODUCTS.get, read_law(TEMPLATES / "law"), picture_of, file_of)


class Office:
    """A service with its records; ``scans`` shows what was counted, ``devices`` of whom.

    ``certain`` False: a key is not at hand.
    """

    def __init__(self, *, certain: bool = True, signer: VerdictSigner | None = None, **options: bool) -> None:
        self.certain = certain
        self.scans: dict[tuple[str, int, int], ScanHistory] = {}
        self.devices: list[str] = []
        verifier = Verifier(open_code=self._open, scan=self._scan, look=self._look)
        site = PublicSite(ADDRESS, **options)
        self.app = create_app(verifier, TEMPLATES, site, CATALOGUE, clock=lambda: NOW, signer=signer)
        self.client: FlaskClient = self.app.test_client()

    def _open(self, code: str) -> OpenedCode:
        opened = open_with((KEY,), code)
        return opened if opened.stamp else OpenedCode(certain=self.certain)

    def _scan(self, epoch: str, number: int, serial: int, now: datetime, device: str) -> Found:
        self.devices.append(device)
        record, before = self._look(epoch, number, serial)
        if record is None:
            return None, None
        self.scans[epoch, number, serial] = ScanHistory(
            before.count + 1 if before else 1, before.first if before else now
        )
        return record, self.scans[epoch, number, serial]

    def _look(self, epoch: str, number: int, serial: int) -> Found:
        record = BY_NUMBER.get(number)
        if record is None or not record.issued(serial):
            return None, None
        return record, self.scans.get((epoch, number, serial))

    @property
    def counted(self) -> int:
        return sum(scans.count for scans in self.scans.values())


@contextmanager
def served_office() -> Iterator[str]:
    """Run the service under gunicorn, as ``labelsvc serve`` does, in a process of its own; gives its address."""
    fork = multiprocessing.get_context("fork")
    hears, tells = fork.Pipe(duplex=False)
    options = {"host": "127.0.0.1", "port": 0, "workers": 1, "announce": tells.send}
    process = fork.Process(target=serve, args=(Apps(lambda: Office().app),), kwargs=options)
    process.start()
    try:
        yield hears.recv() if hears.poll(20) else ""
    finally:
        process.terminate()
        process.join(20)
    assert process.exitcode == 0, "the service stops gracefully"
