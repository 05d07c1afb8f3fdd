"""The claims there are at a moment, as a sweep looks at them, and what becomes of those whose holders are gone."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Update, and_, select, update

from labelsvc.storage.batches.claims import PartClaim, claimed_at_all
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, parts


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part that is being rendered.

    ``losses``: claims before this one that went down with their whole worker. ``line``: which line of its batch was
    being drawn when that was last told.
    """

    claim: PartClaim
    holder: str
    beats: int
    losses: int
    line: int | None

    @property
    def key(self) -> Hashable:
        """What tells it from all other claims."""
        return self.claim.batch_id, self.claim.number

    @property
    def looks(self) -> Hashable:
        """What changes while its holder works."""
        return self.claim.token, self.beats


@dataclass(frozen=True, slots=True)
class HeldBatch:
    """A batch that somebody prints as a whole, or joins: ``ends``, the ``tries`` and ``losses`` are of that."""

    name: str
    holder: str
    token: int
    beats: int
    tries: int
    losses: int
    ends: bool

    @property
    def key(self) -> Hashable:
        """What tells it from all other claims."""
        return self.name

    @property
    def looks(self) -> Hashable:
        """What changes while its holder works."""
        return self.token, self.beats


MOST_WAIT_SECONDS = 1.0
"""Where a sweep waited longer for its turn to write, hearts may have waited too: it takes nothing away."""


_ENDS = and_(batches.c.queued, batches.c.state == "running").label("ends")
"""The worker's batches are claimed as a whole for nothing else while they run."""


class LostClaims:
    """Looks at all claims, and takes those away whose holders are gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held_parts(self) -> list[HeldPart]:
        """Return the parts that workers render; those of a batch that somebody prints as a whole go with its claim."""
        columns = ("number", "token", "holder", "beats", "tries", "losses", "line")
        query = (
            select(batches.c.name, batches.c.id, *(parts.c[name] for name in columns))
            .join(batches)
            .where(parts.c.state == "running", batches.c.queued)
        )
        with self._database.reading() as connection:
            return [
                HeldPart(
                    PartClaim(row.name, row.id, row.number, row.token, row.tries + row.losses, row.tries),
                    *(row.holder, row.beats, row.losses, row.line),
                )
                for row in connection.execute(query)
            ]

    def held_batches(self) -> list[HeldBatch]:
        """Return the batches that somebody holds."""
        columns = *(batches.c[name] for name in ("name", "holder", "token", "beats", "tries", "losses")), _ENDS
        with self._database.reading() as connection:
            return [HeldBatch(*row) for row in connection.execute(select(*columns).where(batches.c.holder != ""))]

    def take_part(self, lost: HeldPart, *, by_own_fault: bool, why_failed: StopReason | None = None) -> bool:
        """Return a part to waiting, one try or loss later, or let it fail; False if its heart has beaten meanwhile."""
        counted = parts.c.tries if by_own_fault else parts.c.losses
        change = update(parts).where(*claimed_at_all(lost.claim), parts.c.beats == lost.beats)
        state, reason = ("failed", str(why_failed)) if why_failed else ("waiting", "")
        return self._take(change.values(state=state, reason=reason, holder="", **{counted.name: counted + 1}))

    def take_batch(self, lost: HeldBatch, *, by_own_fault: bool) -> bool:
        """Let a batch be held by nobody, its end one try or loss later; False if its heart has beaten meanwhile."""
        same = batches.c.name == lost.name, batches.c.token == lost.token, batches.c.beats == lost.beats
        counted = batches.c.tries if by_own_fault else batches.c.losses
        return self._take(update(batches).where(*same).values(holder="", **{counted.name: counted + int(lost.ends)}))

    def _take(self, change: Update) -> bool:
        began = monotonic()
        with self._database.writing() as connection:
            return monotonic() - began < MOST_WAIT_SECONDS and connection.execute(change).rowcount == 1
