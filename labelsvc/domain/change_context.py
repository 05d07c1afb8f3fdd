"""Who changes something, when and why: every change of the office's records is recorded with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChangeContext:
    """Who changes something, when and why; ``import_id`` where an import does."""

    who: str
    now: datetime
    reason: str = ""
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangesMade:
    """By whom (a part of the name) and when changes were made: what is empty is not asked; ``until`` is excluded."""

    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
