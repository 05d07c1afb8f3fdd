"""What does the office say about this very stamp? The straight line of a scan.

1. read the code as it was scanned or typed
2. open it with the epochs' keys; a forged one stops here, and where a key is not at hand nobody can say that it is one
3. find its line: the product, and the recognition that it was printed under
   where the database is away, the code is genuine all the same, and what the records say has to wait
4. record the scan, in the same breath: the first one's time, their number, how many devices a day, nothing more
5. judge
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.label_code import OpenedCode
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.typed_code import read_typed
from labelsvc.domain.verification.judging import judge, judge_unopened, judge_without_records
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord
from labelsvc.domain.verification.verdict import Verdict

LOG = logging.getLogger("labelsvc.scans")
ALARM = logging.getLogger("labelsvc.alarm")
"""Says in the service's log that the key sealed a code without a record; the office sees it at its desk."""

Found = tuple[StampRecord | None, ScanHistory | None]


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a scan needs, put together by the wiring.

    ``open_code(code)``: what a code names by the keys at hand. ``scan(epoch, line, serial, now, device)`` counts a scan
    and returns the stamp's record with the scans, this one included; ``look(epoch, line, serial)`` returns them and
    counts nothing. Both return no record where no such line or serial was issued, with the scans of its alarm or None,
    and raise StorageRefused if the database says nothing.
    """

    open_code: Callable[[str], OpenedCode]
    scan: Callable[[str, int, int, datetime, str], Found]
    look: Callable[[str, int, int], Found]

    def verify(self, typed: str, now: datetime, *, is_scan: bool, device: str = "") -> Verdict:
        """Return the verdict on a code in any spelling, or on a printed URL. ``now`` is a moment with its offset.

        ``is_scan`` False only looks (the command line, the API): nothing is recorded. ``device``: what a phone shows
        of itself, so that it counts once within the hour; every scan counts where it is empty. What is no code in any
        spelling is answered as one that is not ours; ask :func:`read_typed` first for what is wrong with it.
        """
        today = now.astimezone(VIETNAM).date()
        code = read_typed(typed).code  # 1
        opened = self.open_code(code) if code else OpenedCode()  # 2
        stamp = opened.stamp
        if stamp is None:
            return judge_unopened(opened, today)
        name = opened.epoch, stamp.line, stamp.serial
        try:
            record, scans = self.scan(*name, now, device) if is_scan else self.look(*name)  # 3 and 4
        except StorageRefused as error:
            LOG.warning("step 3: the records cannot be read: %s", error)
            return judge_without_records(stamp, today)
        if record is None or not record.issued(stamp.serial):
            ALARM.error("step 3: no record of epoch %s, line %d, serial %d", *name)
        if scans and scans.first and (scans.first > now or (scans.most_day and scans.most_day > today)):
            scans = scans.until(now)
        if record and (void := record.void_of(stamp.serial)) and void.at > now:
            record = replace(record, voids=tuple(replace(each, at=min(each.at, now)) for each in record.voids))
        return judge(stamp, record, scans, today)  # 5
