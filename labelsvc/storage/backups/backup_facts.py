"""What a backup says of itself: the first member of its archive, and the last, which has the hashes of all others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from labelsvc.domain.errors import BackupRefused

FORMAT = 1
"""Of the archive. A program reads this one and all before it."""
ABOUT, CONTENTS = "about.json", "contents.json"
_GARBAGE = (ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""What reading raises of JSON that this program did not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """A backup in short; nothing of it is secret.

    ``revision``: of the database's tables. ``rows`` by table, of the same snapshot as the copy. ``audit``: the head of
    the log of changes. ``epochs``: names of those that the database has; ``keys``: of those whose keys are in the
    backup. ``output``: where batches' files were; ``output_files``: how many small ones of them are in it.
    """

    made_at: datetime
    program: str
    dialect: str
    database: str
    revision: str
    rows: Mapping[str, int]
    audit: str
    epochs: tuple[str, ...]
    keys: tuple[str, ...]
    output: str
    output_files: int = 0
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Return them as they are kept."""
        facts = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(facts, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read them; what a newer program adds is left out. Raises BackupRefused: damaged, or of a newer format."""
        try:
            facts: dict[str, Any] = json.loads(content)
            if facts["format"] > FORMAT:
                raise BackupRefused.from_code("backup.newer", program=str(facts.get("program", "?")))
            facts = {"output_files": 0} | facts
            facts = {each.name: facts[each.name] for each in fields(cls)}
            facts["made_at"] = datetime.fromisoformat(facts["made_at"])
            facts["rows"] = {str(name): int(count) for name, count in facts["rows"].items()}
            return cls(**facts | {name: tuple(map(str, facts[name])) for name in ("epochs", "keys")})
        except (*_GARBAGE, AttributeError) as error:
            raise BackupRefused.from_code("backup.not_ours") from error


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup."""

    name: str
    size: int
    sha256: str


def members_to_json(members: list[Member]) -> bytes:
    """Return the list of members as the archive ends with it."""
    return json.dumps([asdict(member) for member in members], indent=1).encode()


def members_from_json(content: bytes) -> list[Member]:
    """Read it; BackupRefused if it is none."""
    try:
        return [Member(str(each["name"]), int(each["size"]), str(each["sha256"])) for each in json.loads(content)]
    except _GARBAGE as error:
        raise BackupRefused.from_code("backup.not_ours") from error
