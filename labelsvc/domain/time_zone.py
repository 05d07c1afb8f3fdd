"""The time zone of "today" and of displayed times."""

from __future__ import annotations

from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""No daylight saving time since 1975."""
