"""Who changes something, when and why: recorded with every change to the office's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChangeContext:
    """Who changes something, when and why; ``import_id`` is set if an import does."""

    who: str
    now: datetime
    reason: str = ""
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangesMade:
    """Filters changes by author (part of a name) and time; empty fields do not filter, ``until`` is exclusive."""

    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
