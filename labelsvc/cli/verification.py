"""``labelsvc verify``: the verdict that a scan would get, without counting one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from labelsvc.cli.clock import shared_now
from labelsvc.cli.messages import open_services, print_line, refuse, say, warn, wording
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.typed_code import read_typed
from labelsvc.domain.verification.verdict import VerdictCase, VerdictColour

if TYPE_CHECKING:
    from labelsvc.domain.verification.verdict import Verdict

EXIT_IN_FORCE, EXIT_NOT_OURS, EXIT_NO_ANSWER, EXIT_NOT_IN_FORCE = 0, 1, 2, 3


@click.command(cls=TranslatedCommand, help=say("help.verify"))
@click.argument("code", metavar=say("usage.code"))
@AS_JSON
def verify(code: str, as_json: bool) -> int:
    """Print the office's verdict on a stamp."""
    from labelsvc.web.verdict_json import verdict_json

    typed = read_typed(code)
    if typed.code is None:
        warn(say("cli.no_code", value=code, count=typed.count))
        return EXIT_NO_ANSWER
    try:
        verdict = _verdict(typed.code)
    except LabelsvcError as error:  # must not pass for a code that is not ours
        refuse(error)
        return EXIT_NO_ANSWER
    if as_json:
        services = open_services()
        host = services.settings.host
        facts = verdict_json(verdict, typed.code, wording(), address=host.address, specimen=host.specimen)
        services.verifying_keys.compare()  # it says which key signs
        signed = services.verdict_signer.sign(facts, shared_now())
        print_line(json.dumps(signed, ensure_ascii=False, indent=1))
    else:
        _tell(verdict)
    if verdict.case in (VerdictCase.CANNOT_BE_CHECKED, VerdictCase.RECORDS_AWAY):
        return EXIT_NO_ANSWER
    if verdict.case is VerdictCase.NOT_OURS:
        return EXIT_NOT_OURS
    return EXIT_IN_FORCE if verdict.colour is VerdictColour.GREEN else EXIT_NOT_IN_FORCE


def _verdict(code: str) -> Verdict:
    """Return the verdict. KeyRefused if a key is missing: its stamps would appear as somebody else's."""
    services = open_services()
    services.epochs.check()
    if not services.epochs.keys():
        warn(say("cli.no_keys_to_verify", path=services.epochs.place))
    return services.verifier.verify(code, shared_now(), is_scan=False)


def _tell(verdict: Verdict) -> None:
    from labelsvc.web.verdict_words import stamp_words, verdict_words

    words = verdict_words(verdict, wording())
    for banner in words.banners:
        print_line(f"[{banner}]")
    print_line(f"{words.sign} · {words.title}" if words.sign else words.title)
    for line in (*stamp_words(verdict, wording()), *words.sentences):
        print_line(line)
    if verdict.record:
        print_line(f"  {say('cli.product')}: {verdict.record.product.name}")
    for label, value in words.rows:
        print_line(f"  {label}: {value}")
    for note in words.notes:
        print_line(note)
