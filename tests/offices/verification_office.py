"""A small office in memory: a line for every case of a verdict, and the service that shows them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient

from labelsvc.domain.label_code import EpochKey, OpenedCode, StampIdentity, open_with
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.verdict import ScanHistory, StampRecord, VoidedRange
from labelsvc.web.public.app import create_app
from labelsvc.web.public.site import PublicSite
from labelsvc.web.server.gunicorn_server import Apps, serve
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
    "reported_lost": line(rated(), voids=(VoidedRange(400, 420, NOW - timedelta(days=3), "Mất ở kho <Mê Linh>"),)),
}
NUMBERS = {name: number for number, name in enumerate(LINES, 1)}
CODES = {name: KEY.seal(StampIdentity(n, 0 if name == "uncounted" else 417)) for name, n in NUMBERS.items()}
CODES |= {"unknown_record": KEY.seal(StampIdentity(999, 1)), "not_ours": "7K3QX9ZT4M2B8RVC5WHD"}
CODE = CODES["in_force"]
BY_NUMBER = {n: LINES[name] for name, n in NUMBERS.items()}


class Office:
    """A service with its records; ``scans`` shows what was counted, ``devices`` of whom.

    ``certain`` False: a key is not at hand.
    """

    def __init__(self, *, certain: bool = True, signer: VerdictSigner | None = None, **options: bool) -> None:
        self.certain = certain
        self.scans: dict[tuple[str, int, int], ScanHistory] = {}
        self.devices: list[str] = []
        verifier = Verifier(open_code=self._open, scan=self._scan, look=self._look)
        self.app = create_app(verifier, TEMPLATES, PublicSite(ADDRESS, **options), clock=lambda: NOW, signer=signer)
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
