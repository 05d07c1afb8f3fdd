"""Preflight in a program of its own, so that a stranger's PDF is never near a key.

The command that was asked has keys, in its memory or its environment; its forked children would inherit them. The
program begins with neither, is confined to the file, and makes its pool itself: what the pool answers is unpickled
there, and the command reads lines of JSON alone. It asks the command which codes may be on several labels, as only a
key tells.

Lines that come: ``{"progress": [done, pages]}``, ``{"codes": […]}``, answered by a list of booleans, and last
``{"pages": n, "results": […]}`` or ``{"refused": problem}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, cast

from labelsvc.domain.errors import FileUnreadable, problem_json, read_problem
from labelsvc.domain.label_code import EpochKey, parse_code
from labelsvc.limited_process import end_session, start_child
from labelsvc.preflight.findings import Fault as Fault
from labelsvc.preflight.findings import PreflightReport as PreflightReport
from labelsvc.preflight.findings import RuleResult as RuleResult
from labelsvc.preflight.rules import RULES

_PROGRAM = "from labelsvc.workflows.preflight_apart import main; main(*sys.argv[1:])"
_SEMAPHORES = "/dev/shm"  # noqa: S108  where a pool of processes makes them
_RULES = {rule.name: rule for rule in RULES}
TellPages = Callable[[int, int], None]
AskKeys = Callable[[], Sequence[EpochKey]]


def preflight_apart(path: Path, processes: int, progress: TellPages | None, keys: AskKeys) -> PreflightReport:
    """Check a PDF as :func:`labelsvc.workflows.preflight_file.preflight_file` does, and refuse what it refuses."""
    path = path.absolute()
    with start_child(_PROGRAM, path, str(processes), readable=(path,), writable=(_SEMAPHORES,)) as child:
        try:
            answer, asked = cast(IO[bytes], child.stdout), cast(IO[bytes], child.stdin)
            for line in answer:
                said = json.loads(line)
                if "progress" in said and progress:
                    progress(*said["progress"])
                elif "codes" in said:
                    asked.write(json.dumps(_uncounted(said["codes"], keys())).encode() + b"\n")
                    asked.flush()
                elif "refused" in said:
                    raise FileUnreadable(read_problem(said["refused"]))
                elif "results" in said:
                    return PreflightReport(said["pages"], tuple(map(_read_result, said["results"])))
        finally:
            end_session(child)
    raise FileUnreadable.from_code("preflight.too_heavy", path=path)


def _uncounted(codes: Sequence[str], keys: Sequence[EpochKey]) -> list[bool]:
    """Return of each code whether all labels of a line share it."""
    opened = [[key.open(own) for key in keys] if (own := parse_code(code.rpartition("/")[2])) else [] for code in codes]
    return [any(name is not None and name.serial == 0 for name in names) for names in opened]


def main(path: str, processes: str) -> None:
    """Inspect a file, and say what was found: the program's side."""
    from labelsvc.preflight.qr.codes import check_codes
    from labelsvc.workflows.preflight_file import inspect_whole

    try:
        pages, found = inspect_whole(Path(path), int(processes), lambda *done: _say({"progress": done}))
    except FileUnreadable as error:
        _say({"refused": problem_json(error.problems[0])})
        return
    twice: list[str] = []
    check_codes(found, lambda code: not twice.append(code))  # type: ignore[func-returns-value]
    shared = set(_asked(sorted(set(twice))))
    check_codes(found, lambda code: code in shared)
    _say({"pages": pages, "results": list(map(_result_json, found.results()))})


def _asked(codes: list[str]) -> list[str]:
    """Ask which of these codes may be on several labels."""
    if not codes:
        return []
    _say({"codes": codes})
    answers: list[bool] = json.loads(sys.stdin.readline())
    return [code for code, may_repeat in zip(codes, answers, strict=True) if may_repeat]


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def _result_json(result: RuleResult) -> dict[str, Any]:
    faults = [
        [fault.rule, problem_json(fault.problem), fault.page, fault.place, fault.object_number, fault.times]
        for fault in result.faults
    ]
    return {
        "rule": result.rule.name,
        "status": result.status,
        "faults": faults,
        "remark": problem_json(result.remark),
    }


def _read_result(said: dict[str, Any]) -> RuleResult:
    faults = tuple(
        Fault(rule, read_problem(problem), page, (place[0], place[1]) if place else None, number, times)
        for rule, problem, page, place, number, times in said["faults"]
    )
    return RuleResult(_RULES[said["rule"]], said["status"], faults, read_problem(said["remark"]))
