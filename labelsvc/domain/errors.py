"""What can go wrong, as facts.

    LabelsvcError
    ├── InvalidValue       a value that no product, recognition, sheet … can have; ``field`` names it
    │   └── Conflict       a valid value that conflicts with what is stored
    │       └── ChangedMeanwhile  the record is no longer what was seen
    ├── RecordsUnreadable  a records file that cannot be read at all
    ├── RecordsRefused     a change to records that cannot be made
    ├── FileUnreadable     a PDF that cannot be opened
    ├── LawRefused         rules of label law with faults in their files; carries all of them
    ├── DesignRefused      a design with faults; carries all of them
    ├── StockRefused       a stock with faults
    │   └── StockTooSmall  a stock that does not hold the design
    ├── PrintRefused       an order that may not be printed
    ├── KeyRefused         an epoch's key is missing, wrong, or must not be replaced
    │   └── DatabaseStrange  a database that is not the one of these keys
    ├── NotFound           nothing of that name
    │   ├── FilesGone      files of a batch that are no longer in its folder
    │   └── InvitationOver a link that was an invitation and holds no more
    ├── StorageRefused     a database that cannot be opened or does not take what is written
    │   ├── DatabaseMoved  it was moved elsewhere: to ask again is in vain
    │   └── ConnectionLost its server closed the connection in the midst of something
    │       └── CommitUnanswered  … when it was told to commit: nobody knows whether it did
    ├── OutputRefused      a folder or disk that does not take the files
    │   ├── FolderInUse    another run holds the folder
    │   └── OutputAway     an output that does not answer now: what wanted it may try again
    ├── BackupRefused      a backup that cannot be made, opened or restored
    ├── ServingRefused     the web service cannot open its port
    └── ServiceBusy        more is asked for at once than there is room for; ``retry_seconds`` says when to ask again
        └── TooManyAtOnce  more than one account may have at once

    Problem
    ├── OverQuota          more pieces than the quota has left
    └── BlankField         a legal field that the record lacks: a line to write on

An error or a problem is a code and facts, never a sentence: the sentence is made in the reader's language
by ``labelsvc.wording`` from ``templates/wording/<area>.toml``, where ``code`` is ``<area>.<name>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: ``code`` names its sentence in templates/wording, ``facts`` fill the placeholders."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


def problem_json(value: object) -> Any:
    """Return a problem or a fact in values that JSON has; what it does not know becomes text."""
    match value:
        case Problem():
            return {"code": value.code, "facts": {name: problem_json(fact) for name, fact in value.facts.items()}}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case list() | tuple():
            return list(map(problem_json, value))
        case int() | float() | str() | None:
            return value
        case _:
            return str(value)


def read_problem(value: Any) -> Any:
    """Return the problem or fact that was written."""
    match value:
        case {"code": code, "facts": facts}:
            return Problem(str(code), {name: read_problem(fact) for name, fact in facts.items()})
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case list():
            return list(map(read_problem, value))
        case _:
            return value


@dataclass(frozen=True, slots=True)
class OverQuota(Problem):
    """More pieces than a recognition's quota has left."""


@dataclass(frozen=True, slots=True)
class BlankField(Problem):
    """A legally required field that the record lacks."""


class LabelsvcError(Exception):
    """Root of every error that a user may meet; carries one or more :class:`Problem`."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems

    @classmethod
    def from_code(cls, code: str, **facts: object) -> Self:
        """Make the error with a single problem: ``raise KeyRefused.from_code("keys.lost", epoch=name)``."""
        return cls(Problem(code, facts))


class InvalidValue(LabelsvcError, ValueError):
    """A value that is not valid."""

    @property
    def field(self) -> str:
        """The name of the field, as in forms and the API; empty if the value belongs to no field."""
        return next((str(name) for each in self.problems if (name := each.facts.get("field"))), "")


class Conflict(InvalidValue):
    """A valid value that conflicts with what is stored."""


class ChangedMeanwhile(Conflict):
    """The record is no longer what whoever changes it saw."""


class RecordsUnreadable(LabelsvcError):
    """A records file that cannot be read at all."""


class RecordsRefused(LabelsvcError):
    """A change to records that cannot be made."""


class FileUnreadable(LabelsvcError):
    """A PDF that cannot be opened."""


class LawRefused(LabelsvcError):
    """Rules of label law with faults in their files."""


class DesignRefused(LabelsvcError):
    """A design with faults."""


class StockRefused(LabelsvcError):
    """A stock with faults."""


class StockTooSmall(StockRefused):
    """A stock that does not hold the design."""


class PrintRefused(LabelsvcError):
    """An order that may not be printed."""


class KeyRefused(LabelsvcError):
    """An epoch's key is missing, wrong, or must not be replaced."""


class DatabaseStrange(KeyRefused):
    """A database that names no epoch, although keys or marks of issued lines are there: it is not the one of these."""


class NotFound(LabelsvcError):
    """Nothing of that name."""


class FilesGone(NotFound):
    """Files of a batch that are no longer in its folder."""


class InvitationOver(NotFound):
    """An invitation that was used, replaced, withdrawn, or is too old."""


class StorageRefused(LabelsvcError):
    """A database that cannot be opened or written."""


class DatabaseMoved(StorageRefused):
    """The database was moved elsewhere: it takes no changes any more, and to ask again is in vain."""


class ConnectionLost(StorageRefused):
    """The database's server closed the connection: what was not committed was not done."""


class CommitUnanswered(ConnectionLost):
    """The connection was lost while it committed a change: whether the change was made nobody knows."""


class OutputRefused(LabelsvcError):
    """A folder or disk that cannot be written."""


class FolderInUse(OutputRefused):
    """Another run holds the folder."""


class OutputAway(OutputRefused):
    """An output that does not answer now: what wanted it may try again."""


class BackupRefused(LabelsvcError):
    """A backup that cannot be made, opened or restored."""


class ServingRefused(LabelsvcError):
    """The web service cannot open its port."""


class ServiceBusy(LabelsvcError):
    """Too many requests at once."""

    retry_seconds = 5
    """Seconds to wait before the next attempt."""


class TooManyAtOnce(ServiceBusy):
    """More than one account may have at once."""
