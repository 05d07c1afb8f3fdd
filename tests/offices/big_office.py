"""An office of many years: products by the hundred thousand, batches, scans, alarms, and a long audit.

Rows are written as the stores write them, many at once; the same size gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count, islice
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from labelsvc.domain.collation import collation_key
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.product import Product, ProductGroup, name_key
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.trace.profile import NO_PROFILE, Certificate, KeyEvent, ProductProfile
from labelsvc.domain.trace.proposal import ProductContent
from labelsvc.domain.trace.public_id import RANDOM_BYTES, public_id_of
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.storage.db.bulk_insert import insert_rows
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.batches import batches, lines, parts
from labelsvc.storage.db.tables.designs import sources
from labelsvc.storage.db.tables.orders import stamp_orders
from labelsvc.storage.db.tables.products import imports, producers, products, recognitions
from labelsvc.storage.db.tables.profiles import product_profiles, profile_proposals
from labelsvc.storage.db.tables.scans import alarms
from labelsvc.storage.db.tables.serials import voids
from labelsvc.storage.people.audit_chain import linked
from labelsvc.storage.products.rows import decided_until, derived, product_row, recognition_row, snapshot, trace_columns
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT
from tests.samples.generator import KINDS, SORTS, make_records

AT_ONCE = 20_000
PROFILE = ProductProfile(
    story="Làm thủ công từ vụ đầu năm.",
    certificates=(Certificate("VietGAP", number="VG-01"),),
    events=(KeyEvent("Thu hái", "Ba Vì", date(2026, 3, 2)),),
)
GROUPS = {"Thực phẩm": "FOOD", "Đồ uống": "DRINK", "Hàng thủ công mỹ nghệ": "CRAFT", "Sinh vật cảnh": "ORNAMENTAL"}
STATES = ("ready",) * 17 + ("cancelled", "held", "failed")
ORDER_STATES = ("requested", "approved", "refused", "delivered", "delivered", "cancelled")
UNCLAIMED = {"holder": "", "token": 0, "beats": 0, "tries": 0, "losses": 0, "line": None, "refused": False}
SUBJECTS = (("product", "brand"), ("recognition", "stars"), ("batch", "ready"), ("product", "address"))

SCANS = text("""\
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :each)
INSERT INTO scans (epoch_id, line, serial, first_at, count, day, devices, most_devices, most_day)
SELECT epoch_id, number, n, :now - (number * 37 + n * 101) % 40000000, 1 + n % 4, :day, 1, 1 + n % 3, :day
FROM lines CROSS JOIN numbers WHERE batch_id BETWEEN :first AND :last""")
"""Every line's first serials were scanned."""


@dataclass(frozen=True, slots=True)
class OfficeSize:
    """How many rows of each kind; ``scans`` about, as every line has the same number."""

    products: int = 200_000
    producers: int = 2_000
    batches: int = 3_000
    lines_each: int = 15
    scans: int = 10_000_000
    audit: int = 1_000_000
    alarms: int = 20_000
    orders: int = 5_000
    proposals: int = 500


def fill_office(database: Database, epoch_id: int, now: datetime, size: OfficeSize | None = None) -> None:
    """Write the rows of a big office into a database that has none of these yet."""
    _Filling(database, epoch_id, now, size or OfficeSize()).run()


class _Filling:
    def __init__(self, database: Database, epoch_id: int, now: datetime, size: OfficeSize) -> None:
        self._database, self._epoch, self._now, self._size = database, epoch_id, now, size
        self._chance = Random(7)
        self._today = now.astimezone(VIETNAM).date()
        self._printed: list[tuple[int, int, dict[str, Any]]] = []

    def run(self) -> None:
        """Write everything, table by table."""
        with self._database.writing_many_rows() as connection:
            self._import(connection)
            self._products(connection)
            _insert(connection, product_profiles, self._profiles())
            _insert(connection, profile_proposals, self._proposals())
        with self._database.writing_many_rows() as connection:
            self._batches(connection)
            _insert(connection, stamp_orders, self._orders())
            _insert(connection, alarms, self._alarms())
            _insert(connection, voids, self._voids())
        self._scans()
        with self._database.writing_many_rows() as connection:
            _insert(connection, audit, self._audit())

    def _import(self, connection: Connection) -> None:
        names = [f"năm-{number}.xlsx" for number in range(200)]
        _insert(
            connection, imports, ({"id": n, "source": name, **_DONE} for n, name in enumerate(names, 1)), at=self._now
        )

    def _products(self, connection: Connection) -> None:
        firms = self._firms()
        keys = {number: name_key(firm.producer) for number, firm in enumerate(firms, 1)}
        rows = (
            {"id": number, "name": firm.producer, "name_key": keys[number], "sort_key": collation_key(firm.producer)}
            for number, firm in enumerate(firms, 1)
        )
        _insert(connection, producers, rows)
        stamps = {"import_id": 1, "added_at": self._now, "changed_at": self._now}
        recognition_ids = count(1)
        made = enumerate(self._made(firms), 1)
        while some := list(islice(made, AT_ONCE)):
            of_products = (self._product_columns(*each) for each in some)
            shared = {"demonstration": False, **trace_columns(NO_PROFILE)}
            _insert(connection, products, of_products, **shared, **stamps)
            histories = [(number, self._history()) for number, _ in some]
            of_recognitions = [
                {"id": next(recognition_ids), "product_id": number, **_recognition_columns(each)}
                for number, history in histories
                for each in history
            ]
            _insert(connection, recognitions, iter(of_recognitions), **stamps)
            self._note_printed(some, of_recognitions)

    def _note_printed(self, some: Sequence[tuple[int, tuple[int, Product]]], of_recognitions: Sequence[Any]) -> None:
        """Remember some products as they are printed: every twentieth."""
        known = {row["product_id"]: row for row in of_recognitions}
        for number, (_, product) in some[::20]:
            facts = snapshot(product, Recognition(stars=4, decision_date=date(2025, 6, 1)))
            self._printed.append((number, known[number]["id"], facts))

    def _firms(self) -> list[Product]:
        """Return a product of every producer, whose names are all different."""
        known: dict[str, Product] = {}
        for record in make_records(self._size.producers * 2, day=self._today):
            name = record["Chủ thể"]
            number = f" {len(known)}" if name_key(name) in known else ""
            made = Product(
                name="-",
                producer=name + number,
                brand=record["Nhãn hiệu"],
                address=record["Địa chỉ"],
                commune=record["Xã/Phường"],
                district=record["Quận/Huyện"],
            )
            known[name_key(made.producer)] = made
            if len(known) == self._size.producers:
                break
        return list(known.values())

    def _made(self, firms: Sequence[Product]) -> Iterator[tuple[int, Product]]:
        """Yield products, each with its producer's number."""
        for number in range(self._size.products):
            of = number % len(firms)
            firm = firms[of]
            name, group, net, ingredients, storage, shelf_life = self._chance.choice(KINDS)
            named = name.format(self._chance.choice((*SORTS, firm.commune)))
            yield (
                of + 1,
                Product(
                    name=f"{named} mẫu {number}",
                    producer=firm.producer,
                    brand=firm.brand,
                    address=firm.address,
                    commune=firm.commune,
                    district=firm.district,
                    group=ProductGroup[GROUPS.get(group, "HERBAL")],
                    net_content=net,
                    ingredients=ingredients,
                    storage=storage,
                    shelf_life=shelf_life,
                    origin="Việt Nam" if number % 3 else "",
                ),
            )

    def _product_columns(self, number: int, made: tuple[int, Product]) -> dict[str, Any]:
        producer_id, product = made
        row = product_row(product)
        own = {"id": number, "producer_id": producer_id, "name_key": name_key(product.name)}
        return row | derived(row) | own | {"public_id": public_id_of(self._chance.randbytes(RANDOM_BYTES))}

    def _history(self) -> list[Recognition]:
        """Return one to three recognitions: in force, extended, suspended, withdrawn, expired, renewed, to come."""
        chance, today = self._chance, self._today
        decided = today - timedelta(days=chance.randint(1, 1_300))
        facts: dict[str, Any] = {"stars": chance.choices((3, 4, 5, 2), (55, 38, 5, 2))[0], "decision_number": "12/QĐ"}
        kind = chance.random()
        if kind < 0.02:
            facts["suspension"] = Suspension(today - timedelta(days=3), "thiếu hồ sơ")
        elif kind < 0.04:
            facts["withdrawal"] = Withdrawal(today - timedelta(days=9), "không đạt", "99/QĐ")
        elif kind < 0.08:
            facts["extension"] = Extension(decided + timedelta(days=1_200), "chờ đánh giá lại")
        history = [Recognition(decision_date=decided, as_stored=True, **facts)]
        if kind > 0.75:
            history.append(Recognition(stars=3, decision_date=decided - timedelta(days=1_100)))
        if kind > 0.99:
            history.append(
                Recognition(stars=4, decision_date=today, valid_from=today + timedelta(days=40), as_stored=True)
            )
        return history

    def _profiles(self) -> Iterator[dict[str, Any]]:
        shown = PROFILE.to_json()
        for product_id in range(1, self._size.products + 1, 10):
            yield {"product_id": product_id, "number": 1, "profile": shown, "at": self._now, "who": "thu", **_NO_IMPORT}

    def _proposals(self) -> Iterator[dict[str, Any]]:
        content = ProductContent(PROFILE).to_json()
        for number in range(1, self._size.proposals + 1):
            written = {"id": number, "product_id": number, "state": "proposed", "content": content, "begun": content}
            yield {**written, "at": self._now, "who": "htx", "note": "", **_UNDECIDED}

    def _batches(self, connection: Connection) -> None:
        assets = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
        used = [assets.design_source("tem-25x35"), stock_toml(assets.stock("a4"))]
        design, stock = (sha256(each).hexdigest() for each in used)
        _insert(connection, sources, iter([{"sha256": sha256(each).hexdigest(), "content": each} for each in used]))
        numbers = range(1, self._size.batches + 1)
        _insert(
            connection,
            batches,
            ({**self._batch(each), "design_sha256": design, "stock_sha256": stock} for each in numbers),
        )
        _insert(connection, lines, self._lines())
        _insert(connection, parts, self._parts())
        connection.execute(
            text("UPDATE epochs SET next_line = :n"), {"n": self._size.batches * self._size.lines_each + 1}
        )

    def _batch(self, number: int) -> dict[str, Any]:
        ordered = self._now - timedelta(hours=8 * (self._size.batches - number))
        unfinished = number > self._size.batches - 3
        of_producer = number % self._size.producers + 1 if number % 4 == 0 else None
        return {
            "id": number,
            "year": 2000 + number % 26,
            "number": number,
            "name": f"{2000 + number % 26}-{number:03}",
            "order_key": None,
            "ordered_at": ordered,
            "who": "thu",
            "state": "running" if unfinished else STATES[number % len(STATES)],
            "reason": "",
            "epoch_id": self._epoch,
            "design": "tem-25x35",
            "stock": "a4",
            "looks_sha256": "",
            "host": "TEM.OCOPHN.VN",
            "trial": False,
            "mark": "",
            "options": PrintOptions().to_json(),
            "versions": {},
            "folder": f"{2000 + number % 26}-{number:03}",
            "queued": True,
            "producer_id": of_producer,
        }

    def _lines(self) -> Iterator[dict[str, Any]]:
        each, last = self._size.lines_each, self._serials
        for number in range(self._size.batches * each):
            product_id, recognition_id, facts = self._printed[number % len(self._printed)]
            yield {
                "epoch_id": self._epoch,
                "number": number + 1,
                "batch_id": number // each + 1,
                "position": number % each,
                "product_id": product_id,
                "recognition_id": recognition_id,
                "quantity": last,
                "first_serial": 1,
                "last_serial": last,
                "stars": facts["stars"],
                "specimen": False,
                "snapshot": facts,
            }

    @property
    def _serials(self) -> int:
        """How many pieces a line has, all of which were scanned."""
        return max(1, round(self._size.scans / self._size.batches / self._size.lines_each))

    def _parts(self) -> Iterator[dict[str, Any]]:
        for batch_id in range(1, self._size.batches + 1):
            for number in range(1, 11):
                done = batch_id <= self._size.batches - 3
                yield {
                    "batch_id": batch_id,
                    "number": number,
                    "state": "done" if done else "waiting",
                    "first_sheet": number * 10 - 9,
                    "sheets": 10,
                    "first_piece": (number - 1) * 300,
                    "pieces": 300,
                    "skip": 0,
                    "file": f"labels-{number:03}.pdf" if done else "",
                    "sha256": "0" * 64 if done else "",
                    "bytes": 1_000_000,
                    "reason": "",
                    "started_at": self._now - timedelta(hours=5),
                    "ended_at": self._now - timedelta(hours=4),
                    **UNCLAIMED,
                }

    def _orders(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self._size.orders + 1):
            yield {
                "id": number,
                "producer_id": number % self._size.producers + 1,
                "product_id": number % self._size.products + 1,
                "quantity": 100,
                "design": "tem-25x35",
                "note": "",
                "state": ORDER_STATES[number % len(ORDER_STATES)],
                "answer": "",
                "batch_id": number % self._size.batches + 1 if number % 2 else None,
                "asked_at": self._now,
                "asked_by": "htx",
                "changed_at": self._now,
                "changed_by": "htx",
                "request_key": None,
            }

    def _alarms(self) -> Iterator[dict[str, Any]]:
        now = int(self._now.timestamp())
        each, epoch = self._size.lines_each * self._size.batches, self._epoch_name
        for number in range(self._size.alarms):
            kind = "many_devices" if number % 2 else "unknown_record"
            yield {
                "epoch": epoch,
                "line": number % each + 1,
                "serial": number // each + 1,
                "first_at": now - number,
                "count": 1,
                "kind": kind,
                "last_at": now - number,
                "seen_at": 0 if number % 5 == 0 else now,
                "seen_by": "thu",
                "note": "",
            }

    @property
    def _epoch_name(self) -> str:
        with self._database.reading() as connection:
            return str(connection.scalar(text("SELECT name FROM epochs WHERE id = :id"), {"id": self._epoch}))

    def _voids(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self._size.batches):
            lost = {"id": number, "epoch_id": self._epoch, "line": number, "first_serial": 1, "last_serial": 2}
            yield {**lost, "at": self._now, "who": "thu", "reason": "mất", "replaced_by": None, "kind": "lost"}

    def _scans(self) -> None:
        """Write scans batch by batch, so that no transaction is very large."""
        now = int(self._now.timestamp())
        for first in range(1, self._size.batches + 1, 250):
            with self._database.writing_many_rows() as connection:
                told = {"each": self._serials, "now": now, "day": now // 86_400, "first": first, "last": first + 249}
                connection.execute(SCANS, told)

    def _audit(self) -> Iterator[dict[str, Any]]:
        chain = ""
        with self._database.reading() as connection:
            first, chain = connection.execute(
                text("SELECT id + 1, chain FROM audit ORDER BY id DESC LIMIT 1")
            ).first() or (1, "")
        for number in range(self._size.audit):
            subject, field = SUBJECTS[number % len(SUBJECTS)]
            row: dict[str, Any] = {
                "id": first + number,
                "at": self._now - timedelta(seconds=30 * (self._size.audit - number)),
                "who": f"canbo{number % 40}@vanphong.vn",
                "reason": "bổ sung",
                "import_id": None,
                "subject": subject,
                "subject_id": number % self._size.products + 1,
                "field": field,
                "before": "",
                "after": f"giá trị {number}",
            }
            row["chain"] = chain = linked(chain, row)
            yield row


_DONE = {"who": "thu", "undone_at": None, "undone_by": ""}
_NO_IMPORT: dict[str, Any] = {"reason": "", "import_id": None}
_UNDECIDED: dict[str, Any] = {"decided_at": None, "decided_by": "", "answer": ""}


def _recognition_columns(recognition: Recognition) -> dict[str, Any]:
    row = recognition_row(recognition)
    return row | {"decided_until": decided_until(row)}


def _insert(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]], **shared: object) -> None:
    """Insert rows that all have the same columns, some thousands at a time; PostgreSQL takes them by COPY."""
    while some := list(islice(rows, AT_ONCE)):
        if connection.dialect.name != "sqlite":
            _copy(connection, table, some, shared)
        elif any(isinstance(value, dict) for value in some[0].values()):
            connection.execute(insert(table), [{**row, **shared} for row in some])
        else:
            insert_rows(connection, table, some, shared)
    if connection.dialect.name != "sqlite" and "id" in table.c:
        name = {"table": table.name}
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence(:table, 'id'), (SELECT max(id) FROM {table.name}))"), name
        )


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> None:
    from psycopg import sql
    from psycopg.types.json import Jsonb

    names = [*rows[0], *shared]
    driver: Any = connection.connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            values = (*row.values(), *shared.values())
            copy.write_row([Jsonb(value) if isinstance(value, dict) else value for value in values])
