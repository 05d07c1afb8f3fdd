"""``labelsvc print --resume``: which batch goes on, and what may be said with it."""

from __future__ import annotations

import click

from labelsvc.cli.messages import open_services, say
from labelsvc.domain.errors import PrintRefused

LAST = "last"
OF_RESUMING = {"resume", "take_output", "out", "processes", "quiet", "as_json"}


def check_resuming_alone() -> None:
    """Refuse options that belong to the order: a batch resumes as it was ordered."""
    context = click.get_current_context()
    given = [
        param.opts[0]
        for param in context.command.params
        if param.name not in OF_RESUMING
        and context.get_parameter_source(str(param.name)) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(say("usage.resume_alone", options=given))


def batch_to_resume(name: str) -> str:
    batch = open_services().batches.last() if name == LAST else open_services().batches.get(name)
    if batch is None:
        raise PrintRefused.from_code("cli.no_batch")
    return batch.name
