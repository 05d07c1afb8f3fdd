"""Options that many commands have."""

from __future__ import annotations

import click

from labelsvc.cli.messages import say
from labelsvc.cli.values import WholeNumber

AS_JSON = click.option("--json", "as_json", is_flag=True, help=say("help.json"))
QUIET = click.option("--quiet", is_flag=True, help=say("help.quiet"))
SURE = click.option("--yes", "sure", is_flag=True, help=say("help.yes"))
PROCESSES = click.option("--processes", type=WholeNumber(1, 256), metavar="N", help=say("help.print_processes"))
TAKE_OUTPUT = click.option("--take-output", is_flag=True, help=say("help.take_output"))
