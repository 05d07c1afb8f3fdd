"""Alarms from scans: codes without a record, and stamps that many devices scanned in a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select, text, tuple_, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.scans import alarms, scans
from labelsvc.storage.scans.device_marks import day_of

RAISE_ALARM = text("""\
INSERT INTO alarms (epoch, line, serial, first_at, last_at, count, kind)
SELECT CAST(:epoch AS TEXT), CAST(:line AS INTEGER), CAST(:serial AS INTEGER),
    CAST(:now AS BIGINT), CAST(:now AS BIGINT), 1, CAST(:kind AS TEXT)
WHERE NOT EXISTS (SELECT 1 FROM epochs WHERE name = :epoch AND leaked) OR :kind = 'many_devices'
ON CONFLICT (epoch, line, serial) DO UPDATE SET
    count = alarms.count + 1, last_at = excluded.last_at, kind = excluded.kind,
    seen_at = CASE WHEN alarms.seen_at > excluded.last_at THEN excluded.last_at - 1 ELSE alarms.seen_at END""")
"""What somebody dealt with later than now was dealt with while a clock ran ahead: it is open again all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something about a stamp that the office should look at.

    ``kind``: ``unknown_record`` (``count`` scans of a code that the office's key sealed, but of which this database
    knows no line or no such serial) or ``many_devices`` (on ``count`` days; the most, ``most_devices``, on
    ``most_day``, of ``scans`` altogether). ``batch``, ``product_id`` and ``product`` are empty if the line is
    unknown. ``seen_at``: when somebody dealt with it, None if nobody did; ``is_open``: it waits, or happened again.
    """

    epoch: str
    line: int
    serial: int
    kind: str
    first: datetime
    last: datetime
    count: int
    scans: int = 0
    most_devices: int = 0
    most_day: date | None = None
    batch: str = ""
    product_id: int | None = None
    product: str = ""
    seen_at: datetime | None = None
    seen_by: str = ""
    note: str = ""

    @property
    def version(self) -> str:
        """Name this state of it: another one when it happens again, or when somebody deals with it."""
        return _version(int(self.last.timestamp()), int(self.seen_at.timestamp()) if self.seen_at else 0)

    @property
    def is_open(self) -> bool:
        """Return whether it waits for somebody, because nobody dealt with it or because it happened again."""
        return self.seen_at is None or self.last > self.seen_at


class Alarms:
    """All alarms of the office."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count_open(self) -> int:
        """Return how many wait for somebody."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(alarms).where(_OPEN)) or 0

    def page(self, *, page: int = 1, per_page: int = 50) -> tuple[list[Alarm], int]:
        """Return a page of alarms and how many there are: open ones first, and of those the newest."""
        stamp = alarms.c.epoch, alarms.c.line, alarms.c.serial
        order = (_OPEN.desc(), alarms.c.last_at.desc(), *stamp)
        cut = select(*stamp).order_by(*order).limit(per_page).offset((page - 1) * per_page)  # before anything is joined
        query = _ALARMS.where(tuple_(*stamp).in_(cut)).order_by(*order)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(alarms)) or 0
            return [_alarm(row) for row in connection.execute(query).mappings()], total

    def find(self, epoch: str, line: int, serial: int) -> Alarm | None:
        """Return one alarm; None if there is none."""
        stamp = alarms.c.epoch == epoch, alarms.c.line == line, alarms.c.serial == serial
        with self._database.reading() as connection:
            row = connection.execute(_ALARMS.where(*stamp)).mappings().first()
        return _alarm(row) if row else None

    def see(self, epoch: str, line: int, serial: int, context: ChangeContext, seen: str = "") -> None:
        """Record that somebody dealt with an alarm, and how (the reason); NotFound if there is none.

        ``seen``: the alarm's ``version`` that whoever deals with it saw; ChangedMeanwhile if somebody else dealt
        with it meanwhile, or where it happened again.
        """
        stamp = alarms.c.epoch == epoch, alarms.c.line == line, alarms.c.serial == serial
        now, last = int(context.now.timestamp()), alarms.c.last_at  # last is later where a clock ran ahead
        dealt_with = {"seen_at": case((last > now, last), else_=now), "seen_by": context.who, "note": context.reason}
        with self._database.writing() as connection:
            known = connection.execute(select(alarms.c.last_at, alarms.c.seen_at).where(*stamp)).first()
            if known and seen not in ("", _version(*known)):
                raise ChangedMeanwhile.from_code("alarm.changed_meanwhile")
            if connection.execute(update(alarms).where(*stamp).values(dealt_with)).rowcount != 1:
                raise NotFound.from_code("storage.no_alarm", line=line, serial=serial)


_AS_STORED = ("epoch", "line", "serial", "kind", "count", "scans", "most_devices", "product_id", "seen_by", "note")
_OPEN = alarms.c.last_at > alarms.c.seen_at

_ALARMS: Select[Any] = select(
    *alarms.c,
    func.coalesce(scans.c.count, 0).label("scans"),
    func.coalesce(scans.c.most_devices, 0).label("most_devices"),
    func.coalesce(scans.c.most_day, 0).label("most_day"),
    batches.c.name.label("batch"),
    products.c.id.label("product_id"),
    products.c.name.label("product"),
).select_from(
    alarms.outerjoin(epochs, epochs.c.name == alarms.c.epoch)
    .outerjoin(lines, (lines.c.epoch_id == epochs.c.id) & (lines.c.number == alarms.c.line))
    .outerjoin(batches, batches.c.id == lines.c.batch_id)
    .outerjoin(products, products.c.id == lines.c.product_id)
    .outerjoin(
        scans,
        (scans.c.epoch_id == epochs.c.id) & (scans.c.line == alarms.c.line) & (scans.c.serial == alarms.c.serial),
    )
)


def _version(last_at: int, seen_at: int) -> str:
    return f"{last_at}-{seen_at}"


def _alarm(row: Any) -> Alarm:
    return Alarm(
        **{name: row[name] for name in _AS_STORED},
        first=_moment(row["first_at"]),
        last=_moment(row["last_at"]),
        most_day=day_of(row["most_day"]) if row["most_day"] else None,
        batch=row["batch"] or "",
        product=row["product"] or "",
        seen_at=_moment(row["seen_at"]) if row["seen_at"] else None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
