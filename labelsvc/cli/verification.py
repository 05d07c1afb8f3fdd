"""``labelsvc verify``: the verdict that a scan would get, without counting one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click

from labelsvc.cli.speech import say, tell, warn, wording, workshop
from labelsvc.domain.typed_code import read_typed
from labelsvc.domain.verdict import Case, Colour

EXIT_IN_FORCE, EXIT_NOT_OURS, EXIT_NO_CODE, EXIT_NOT_IN_FORCE = 0, 1, 2, 3


@click.command(help=say("help.verify"))
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def verify(code: str, as_json: bool) -> int:
    """Say what the office says about a stamp."""
    from labelsvc.web.verdict_json import verdict_json
    from labelsvc.web.verdict_words import stamp_words, verdict_words

    typed = read_typed(code)
    if typed.code is None:
        warn(say("cli.no_code", value=code, count=typed.count))
        return EXIT_NO_CODE
    verdict = workshop().verifier.verify(code, datetime.now(UTC), is_scan=False)
    if as_json:
        tell(json.dumps(verdict_json(verdict, typed.code, wording()), ensure_ascii=False, indent=1))
    else:
        words = verdict_words(verdict, wording())
        for banner in words.banners:
            tell(f"[{banner}]")
        tell(f"{words.sign} · {words.title}" if words.sign else words.title)
        for line in (*stamp_words(verdict, wording()), *words.sentences):
            tell(line)
        for label, value in words.rows:
            tell(f"  {label}: {value}")
        for note in words.notes:
            tell(note)
    if verdict.case is Case.NOT_OURS:
        return EXIT_NOT_OURS
    return EXIT_IN_FORCE if verdict.colour is Colour.GREEN else EXIT_NOT_IN_FORCE
