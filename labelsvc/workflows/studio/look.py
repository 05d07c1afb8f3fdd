"""Ask for a look at a design in the making: one at a time for each account, a newer one ends the older."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from time import monotonic
from typing import Any

from labelsvc.domain.errors import Problem, read_problem
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS, DesignSession, NurseryKey
from labelsvc.workflows.designs.try_design import LARGEST_SOURCE
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look_findings import LookFinding, of_the_source
from labelsvc.workflows.studio.look_job import LookJob

_NEWEST: dict[int, int] = {}
"""The number of the newest look of each account, in this process."""
_NUMBERS = count(1)


GRACE_SECONDS = 0.25
"""That a look has to come to its end once a newer one waits: most do, and what their child remembers stays."""
MOST_SESSIONS = 12
SessionKey = tuple[int, str, NurseryKey, bool]
"""An account, a design's name, what it is drawn with, and whether it is judged: pictures do not wait for findings."""


@dataclass(frozen=True, slots=True)
class DesignLook:
    """What a look says: ``said`` as ``look_job`` answers, without ``findings``; pictures empty where there is none.

    ``over``: a newer look of the same account ended it.
    """

    said: dict[str, Any] = field(default_factory=dict)
    picture: bytes = b""
    sheet: bytes = b""
    findings: Sequence[LookFinding] = ()
    over: bool = False

    @property
    def drawn(self) -> bool:
        """Return whether the source could be read as a design."""
        return "items" in self.said

    @property
    def layout_problems(self) -> list[Problem]:
        """Why the stock does not hold the label."""
        return list(map(read_problem, self.said.get("layout", {}).get("problems", ())))


def look(question: LookQuestion, assets: PrintAssets, account: int) -> DesignLook:
    """Look at a design within the limits of ``design_nursery``."""
    if len(question.source) > LARGEST_SOURCE:
        return _refused(Problem("looks.too_large", {"most": LARGEST_SOURCE // 1000}))
    number = _NEWEST[account] = next(_NUMBERS)
    looks = assets.templates, assets.fonts_folder, question.host
    key = account, question.name, looks, question.findings
    answer = _SESSIONS.ask(key, LookJob(assets, question), _Superseded(account, number))
    if _NEWEST.get(account) != number:
        return DesignLook(over=True)
    if not answer:
        return _refused(Problem("looks.too_costly", {"seconds": CPU_SECONDS}))
    head, _, pictures = answer.partition(b"\n")
    said = json.loads(head)
    first, second = said.pop("sizes")
    findings = [LookFinding.from_json(each) for each in said.pop("findings")]
    return DesignLook(said, pictures[:first], pictures[first : first + second], findings)


class _Superseded:
    """Says whether a newer look of the account has waited for long enough."""

    def __init__(self, account: int, number: int) -> None:
        self._account, self._number = account, number
        self._since: float | None = None

    def __call__(self) -> bool:
        if _NEWEST.get(self._account) == self._number:
            return False
        self._since = self._since or monotonic()
        return monotonic() - self._since > GRACE_SECONDS


class _Sessions:
    """The latest children: for each account and design its own, so that a design meets nothing of another one."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._open: dict[SessionKey, tuple[Lock, list[DesignSession]]] = {}

    def ask(self, key: SessionKey, job: LookJob, is_over: _Superseded) -> bytes:
        """Return what the child answers; nothing where it was ended, or a newer look is waiting."""
        turn, kept = self._of(key)
        with turn:
            for _ in range(2):  # one that waited for long has ended
                if is_over():
                    return b""
                session = kept.pop() if kept else DesignSession(key[2])
                answer = session.ask(job, is_over)
                if answer:
                    kept.append(session)
                    return answer
                session.close()
                if answer is not None:
                    break
        return b""

    def _of(self, key: SessionKey) -> tuple[Lock, list[DesignSession]]:
        with self._turn:
            found = self._open.pop(key, (Lock(), []))
            self._open[key] = found
            while len(self._open) > MOST_SESSIONS:
                _, dropped = self._open.pop(next(iter(self._open)))
                for session in dropped:
                    session.close()
            return found


_SESSIONS = _Sessions()


def _refused(problem: Problem) -> DesignLook:
    return DesignLook(findings=of_the_source([problem]))
