"""Which goods do these stamps stand on? A lot is entered for the stamps from a first to a last one.

1. read both codes, as they were scanned or typed
2. open them: both are stamps with a number of one line of one batch, in order
3. the line is of the product, so that a producer says nothing of others' stamps
4. enter the lot; where some of the stamps have one, a reason to replace it is needed
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import OpenedCode, StampIdentity
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.domain.typed_code import read_typed
from labelsvc.storage.batches.lots import Lots

OpenCode = Callable[[str], OpenedCode]


@dataclass(frozen=True, slots=True)
class LotEntry:
    """The codes of the first and the last stamp, as typed, and their lot."""

    first: str
    last: str
    lot: Lot


def enter_lot(
    entry: LotEntry, product_id: int | None, open_code: OpenCode, lots: Lots, context: ChangeContext
) -> LotRange:
    """Enter a lot of a product (None: of whichever the stamps are); return it with its serials.

    InvalidValue names the field, Conflict an older lot.
    """
    first, last = (_opened(text, field, open_code) for field, text in (("first", entry.first), ("last", entry.last)))
    line = lots.find_line(first[0], first[1].line)
    if line is None or product_id not in (None, line.product_id) or first[1].serial > line.last_serial:
        raise InvalidValue.from_code("lot.other_product", field="first")
    if (first[0], first[1].line) != (last[0], last[1].line) or last[1].serial > line.last_serial:
        raise InvalidValue.from_code("lot.other_line", field="last")
    if last[1].serial < first[1].serial:
        raise InvalidValue.from_code("lot.wrong_order", field="last")
    made = LotRange(first[1].serial, last[1].serial, entry.lot)
    lots.add(line, made, context)
    return made


def _opened(text: str, field: str, open_code: OpenCode) -> tuple[str, StampIdentity]:
    """Return the epoch and the stamp of a code; InvalidValue with what is wrong with it."""
    typed = read_typed(text)
    if typed.code is None:
        raise InvalidValue.from_code("lot.no_code", field=field, count=typed.count)
    opened = open_code(typed.code)
    if opened.stamp is None:
        code = "lot.not_ours" if opened.certain else "lot.key_away"
        raise InvalidValue.from_code(code, field=field)
    if not opened.stamp.serial:
        raise InvalidValue.from_code("lot.uncounted", field=field)
    return opened.epoch, opened.stamp
