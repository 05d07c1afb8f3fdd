"""The log: lines on standard error, as text or as JSON, without codes and addresses.

``LABELSVC_LOG`` sets the level, ``LABELSVC_LOG_FORMAT`` the form. What the thread works on (request, or batch and part)
and a record's ``facts`` (step, seconds, pieces …) are keys of their own in JSON; text ends with the former.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from labelsvc.config import Settings
from labelsvc.log_context import work_at_hand
from labelsvc.web.server.log_redaction import RedactingFormatter, redact
from labelsvc.web.server.log_sentences import LogSentences

NAME = "labelsvc"
TEXT = "%(asctime)s [%(process)d] [%(levelname)s] %(message)s%(work)s"


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON: time, level, logger, process, message, facts, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be kept."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": redact(record.getMessage()),
            **work_at_hand(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def log_formatter(settings: Settings) -> logging.Formatter:
    """Return what writes lines in the form that is set."""
    return JsonFormatter() if settings.log_format == "json" else RedactingFormatter(TEXT)


def set_up_log(settings: Settings) -> None:
    """Let this process, and those that it forks, write their log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(log_formatter(settings))
    handler.addFilter(LogSentences())
    ours = logging.getLogger(NAME)
    ours.handlers = [handler]
    ours.setLevel(settings.log.upper())
    ours.propagate = False
