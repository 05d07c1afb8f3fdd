"""Classifies visitors of a stamp's page: a person, whose scan counts, or a program.

Link previews of chat apps, search engines and libraries are known by ``templates/web/fetchers.toml``; browsers say by
fetch metadata (https://www.w3.org/TR/fetch-metadata/) and ``Sec-Purpose`` when they fetch a page that nobody opened.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from flask import Request

AGENTS_KEPT = 2_048
"""Judged agents that a process remembers; there are some hundred of them in a day."""
LONGEST_AGENT = 1_000
"""Letters that are looked at; a browser's agent has about 150."""

_UNOPENED = ("prefetch", "prerender", "preview")
"""What Sec-Purpose, and the older Purpose and X-Purpose, say of a page that nobody opened yet."""


class RequestPurpose(Enum):
    """The purpose of a request for a stamp's page: only scans are counted, and only fetches get no verdict."""

    SCAN = "scan"
    LOOK = "look"
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class AgentPattern:
    """A word of a User-Agent in small letters; with ``starts`` it begins with it."""

    agent: str
    starts: bool = False

    def shows_in(self, agent: str) -> bool:
        """Return whether it is there."""
        return agent.startswith(self.agent) if self.starts else self.agent in agent


class Visitors:
    """Classifies requests."""

    def __init__(
        self, fetchers: tuple[AgentPattern, ...], people: tuple[AgentPattern, ...], signs: tuple[AgentPattern, ...]
    ) -> None:
        self._fetchers, self._people, self._signs = fetchers, people, signs
        self.is_fetcher = lru_cache(AGENTS_KEPT)(self._is_fetcher)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the table of agents."""
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(*(tuple(map(_sign, table[kind])) for kind in ("fetcher", "person", "sign")))

    def purpose(self, request: Request, *, wants_json: bool) -> RequestPurpose:
        """Return what a stamp's page is asked for.

        A machine that asks for JSON is told the verdict, whatever its name; its scan counts unless it is a fetcher's
        or a script's. The page in the other language (``seen``) and a HEAD are looks.
        """
        environ = request.environ
        if _nobody_opened(environ):
            return RequestPurpose.FETCH
        if self.is_fetcher(environ.get("HTTP_USER_AGENT", "")):
            return RequestPurpose.LOOK if wants_json else RequestPurpose.FETCH
        if request.method != "GET" or (request.query_string and "seen" in request.args):
            return RequestPurpose.LOOK
        if environ.get("HTTP_SEC_FETCH_DEST", "document") != "document":
            return RequestPurpose.LOOK if wants_json else RequestPurpose.FETCH
        return RequestPurpose.SCAN

    def _is_fetcher(self, agent: str) -> bool:
        agent = agent[:LONGEST_AGENT].lower()
        if any(each.shows_in(agent) for each in self._fetchers):
            return True
        if any(each.shows_in(agent) for each in self._people):
            return False
        return any(each.shows_in(agent) for each in self._signs)


def device_of(request: Request, *, behind_tls: bool) -> str:
    """Return what a phone shows of itself: its address, as one proxy names it behind TLS, and its agent."""
    route = request.access_route if behind_tls else ()
    address = route[-1] if route else request.environ.get("REMOTE_ADDR", "")
    return f"{address}\n{request.environ.get('HTTP_USER_AGENT', '')}"


def _nobody_opened(environ: dict[str, Any]) -> bool:
    purpose = environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or environ.get("HTTP_X_PURPOSE")
    if purpose and any(word in purpose.lower() for word in _UNOPENED):
        return True
    return bool(environ.get("HTTP_X_MOZ") == "prefetch")


def _sign(row: dict[str, Any]) -> AgentPattern:
    return AgentPattern(row["agent"].lower(), row.get("starts", False))
