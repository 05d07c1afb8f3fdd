"""Which part is printed next, and whether anything is to be done at all."""

from __future__ import annotations

from sqlalchemy import String, case, cast, func, literal, select

from labelsvc.storage.batches.output_waits import KEPT_FOLDER
from labelsvc.storage.db.tables.batches import batches, parts

SMALL_PIECES = 2_000
"""Up to here a batch is a small one, and goes first."""

_OPEN = batches.c.queued, batches.c.state.in_(("ordered", "running"))
_ACCOUNT = case(
    (batches.c.producer_id.is_not(None), literal("producer ") + cast(batches.c.producer_id, String)),
    else_=batches.c.who,
)
"""Whose batch it is: all accounts of a producer count as one."""
_SIZES = (
    select(parts.c.batch_id, func.sum(parts.c.pieces).label("pieces"))
    .join(batches)
    .where(*_OPEN)
    .group_by(parts.c.batch_id)
    .subquery("sizes")
)
_BUSY = (
    select(_ACCOUNT.label("account"), func.count().label("running"))
    .select_from(parts.join(batches))
    .where(batches.c.queued, parts.c.state == "running")
    .group_by(_ACCOUNT)
    .subquery("busy")
)
WAITING = select(parts.c.number).join(batches).where(*_OPEN, parts.c.state == "waiting")
"""The parts that wait for the worker."""
NEXT = (
    select(batches.c.id, batches.c.name, batches.c.state, KEPT_FOLDER.label("folder"), parts.c.number)
    .select_from(parts.join(batches).join(_SIZES, _SIZES.c.batch_id == batches.c.id))
    .outerjoin(_BUSY, _BUSY.c.account == _ACCOUNT)
    .where(*_OPEN, parts.c.state == "waiting")
    .order_by(
        _SIZES.c.pieces > SMALL_PIECES,
        func.coalesce(_BUSY.c.running, 0),
        batches.c.id,
        parts.c.tries + parts.c.losses,
        parts.c.number,
    )
    .limit(1)
)
"""The part whose turn it is."""
OF_SMALL = _SIZES.c.pieces <= SMALL_PIECES
"""Of :data:`NEXT` the parts of small batches alone."""
SETTLED = select(batches.c.name, KEPT_FOLDER.label("folder")).where(
    batches.c.queued,
    batches.c.state == "running",
    batches.c.holder == "",
    ~select(parts.c.number).where(parts.c.batch_id == batches.c.id, parts.c.state.in_(("waiting", "running"))).exists(),
)
"""Batches that nobody holds and whose parts are all done or failed."""
UNTRIED = batches.c.tries + batches.c.losses == 0
"""Of these: those whose end was not tried yet."""
