"""What a page says of a trouble of the server names kinds: never where a file lies or a database answers."""

from __future__ import annotations

import re
from pathlib import PurePath

from labelsvc.domain.errors import Problem

_ON_PAGES = {"storage.moved": "fault.moved_text"}
"""What pages say instead of a sentence that is for whoever runs the server."""
_PLACES = frozenset({"path", "home", "folder", "log"})
_PATH = re.compile(r"(?<![\w/:])(?:/[^\s/:,;«»“”\"'()]+){2,}")


def without_places(problem: Problem, in_log: str) -> Problem:
    """Return a problem as a page may say it; ``in_log`` stands for what a database says, with its address in it."""
    if problem.code in _ON_PAGES:
        return Problem(_ON_PAGES[problem.code])
    of_database = problem.code.startswith("storage.")
    facts = {
        name: in_log if of_database and name == "reason" else _fact(name, fact, in_log)
        for name, fact in problem.facts.items()
    }
    return Problem(problem.code, facts)


def _fact(name: str, fact: object, in_log: str) -> object:
    match fact:
        case Problem():
            return without_places(fact, in_log)
        case list() | tuple():
            return [_fact(name, one, in_log) for one in fact]
        case str() if name == "database":
            return "PostgreSQL" if "://" in fact else PurePath(fact).name
        case str() | PurePath() if name in _PLACES:
            return PurePath(fact).name
        case str() if name in ("reason", "message"):
            return _PATH.sub(lambda found: PurePath(found[0]).name, fact)
        case _:
            return fact
