"""What time it is for a command that reads or changes records: the clock of the database that all machines share."""

from __future__ import annotations

from datetime import UTC, date, datetime

from labelsvc.cli.messages import open_services
from labelsvc.domain.time_zone import VIETNAM


def shared_now() -> datetime:
    """Return the present moment, in UTC: PostgreSQL's, or this machine's with SQLite, which is not opened for it.

    Raises StorageRefused.
    """
    services = open_services()
    return datetime.now(UTC) if services.settings.database.startswith("sqlite") else services.shared_now()


def shared_today() -> date:
    """Return the present day in Vietnam; StorageRefused."""
    return shared_now().astimezone(VIETNAM).date()
