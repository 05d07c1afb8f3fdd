"""``labelsvc audit``: whether the log of changes is what it was."""

from __future__ import annotations

import json
import re

import click

from labelsvc.cli.messages import open_services, print_line, say, warn
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedCommand, TranslatedGroup
from labelsvc.domain.errors import InvalidValue

_HEAD = re.compile(r"([0-9]+):([0-9a-f]{20})")
EXIT_BROKEN = 1


@click.group(cls=TranslatedGroup, help=say("help.audit"))
def audit() -> None:
    """The log of changes."""


@audit.command(cls=TranslatedCommand, help=say("help.audit_verify"))
@click.option("--head", default="", metavar=say("usage.audit_head"), help=say("help.audit_head"))
@AS_JSON
def verify(head: str, as_json: bool) -> int:
    """Look through the whole chain."""
    asked = "".join(head.split()).lower()
    if asked and not _HEAD.fullmatch(asked):
        raise InvalidValue.from_code("cli.audit_no_head", field="head", value=head)
    found = open_services().changes.verify(asked)
    if as_json:
        facts = {"whole": found.whole, "rows": found.head.row, "head": found.head.short, "broken": found.broken}
        print_line(json.dumps(facts | ({"asked": asked, "has_asked": found.has_asked} if asked else {})))
    else:
        print_line(say("cli.audit_head", head=found.head.short))
        for row in found.broken:
            warn(say("cli.audit_broken", row=row))
        if not found.has_asked:
            warn(say("cli.audit_lacks", head=asked))
        if found.whole:
            print_line(say("cli.audit_whole"))
    return 0 if found.whole else EXIT_BROKEN
