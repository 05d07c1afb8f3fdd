"""The command line. Commands are loaded when they are called, so that ``labelsvc --help`` answers at once."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module

import click

from labelsvc import __version__
from labelsvc.cli.messages import OutputClosed, close_services, refuse, say, warn
from labelsvc.cli.usage import EXIT_USAGE, TranslatedGroup, show_fault
from labelsvc.domain.errors import InvalidValue, LabelsvcError, NotFound

EXIT_ALL_DONE, EXIT_NOTHING = 0, 1
EXIT_INTERRUPTED, EXIT_NOBODY_READS = 130, 141
"""As shells report a process that SIGINT or SIGPIPE ended."""

COMMANDS = {
    "import": "records:import_records",
    "recognition": "decisions.recognitions:recognition",
    "places": "places:places",
    "print": "batches.printing:print_labels",
    "reprint": "batches.reprinting:reprint",
    "replace": "batches.replacing:replace",
    "void": "voiding:void",
    "lot": "voiding:lot",
    "verify": "verification:verify",
    "preflight": "preflight:preflight",
    "law": "law:law",
    "design": "designs:design",
    "stock": "stocks:stock",
    "keys": "key_commands.keys:keys",
    "audit": "auditing:audit",
    "backup": "backups.backing_up:backup",
    "restore": "backups.restoring:restore",
    "db": "upkeep.databases:db",
    "serve": "serving:serve",
    "worker": "working:worker",
    "user": "users:user",
    "config": "settings:config",
}


OBJECTS_BEFORE_COLLECTION = 1_000_000
"""Importing makes many objects and no garbage: looking for it after each 700, as by default, takes 50 ms of a start,
and after each 100,000 a tenth of an import of 20,000 rows."""


class _LazyGroup(TranslatedGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"labelsvc.cli.{module}"), attribute)
        return command


@click.group(cls=_LazyGroup, help=say("help.labelsvc"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="labelsvc", help=say("usage.version"))
def labelsvc() -> None:
    """Everything is in the commands."""


def run() -> None:
    """Run the command line as a process, and exit immediately.

    Tearing down the interpreter would take a fifth of the time of a small print; what must be closed is closed here.
    """
    status: object = EXIT_NOTHING
    try:
        main()
    except SystemExit as left:
        status = left.code
    with suppress(OSError):  # the reader of our output may be gone
        close_services()
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    os._exit(status if isinstance(status, int) else EXIT_ALL_DONE)


def main() -> None:
    """Run the command line; users see messages and an exit status, never a traceback."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    try:
        status = labelsvc.main(prog_name="labelsvc", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except LabelsvcError as error:
        refuse(error)
        status = EXIT_USAGE if isinstance(error, InvalidValue | NotFound) else EXIT_NOTHING
    except click.ClickException as error:
        show_fault(error)
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        warn(say("cli.interrupted"))
        status = EXIT_INTERRUPTED
    except (BrokenPipeError, OutputClosed):  # nobody is left to tell
        for stream in filter(None, (sys.stdout, sys.stderr)):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        status = EXIT_NOBODY_READS
    except Exception as error:  # noqa: BLE001  the last door: the traceback goes to the log, not to the user
        status = _unexpected(error)
    sys.exit(status if isinstance(status, int) else EXIT_ALL_DONE)


def _unexpected(error: Exception) -> int:
    from labelsvc.config import Settings

    kind = type(error).__name__
    try:
        log = Settings.read().home / "labelsvc.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(log, "a", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
            traceback.print_exception(error, file=stream)
    except (OSError, LabelsvcError):
        warn(say("cli.unexpected_unlogged", kind=kind, what=error))
    else:
        warn(say("cli.unexpected", kind=kind, log=log))
    return EXIT_NOTHING
