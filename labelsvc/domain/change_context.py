"""Who changes something, when and why: recorded with every change to the office's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from labelsvc.domain.errors import ChangedMeanwhile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChangeContext:
    """Who changes something, when and why; ``import_id`` is set if an import does.

    ``as_seen``: the change is refused if the record is no longer what was seen.
    """

    who: str
    now: datetime
    reason: str = ""
    import_id: int | None = None
    as_seen: bool = False

    def seen(self, seen: T, current: T) -> T:
        """Return what is to be changed as it is now; ChangedMeanwhile if it has to be as seen, and is not."""
        if self.as_seen and current != seen:
            raise ChangedMeanwhile.from_code("form.changed_meanwhile")
        return current


@dataclass(frozen=True, slots=True)
class ChangesMade:
    """Filters changes by author (part of a name) and time; empty fields do not filter, ``until`` is exclusive."""

    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
