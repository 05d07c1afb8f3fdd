"""``labelsvc worker``: prints web orders in the background."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import click

from labelsvc.cli.messages import open_services, print_line, say, warn_of_untried_store
from labelsvc.cli.missing_keys import has_all_keys
from labelsvc.cli.options import TAKE_OUTPUT
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import WholeNumber

LOG = logging.getLogger("labelsvc.worker")
BEFORE_ANEW_SECONDS = 1.0
LOOKED_AFTER_SECONDS = 0.2
STOPPING_SECONDS = 10
_COMMAND = (sys.executable, "-c", "from labelsvc.cli import run; run()")
_STARTED_BY = "STARTED_BY_PROCESS"


@click.command(cls=TranslatedCommand, help=say("help.worker"))
@click.option("--processes", type=WholeNumber(1, 256), metavar="N", help=say("help.worker_processes"))
@TAKE_OUTPUT
@click.option("--child", is_flag=True, hidden=True)
def worker(processes: int | None, take_output: bool, child: bool) -> None:
    """Print until stopped; ``child``: ends with its parent server; ``take_output``: this is the output from now on."""
    from labelsvc.web.server.log import set_up_log
    from labelsvc.worker.print_queue import PrintQueue
    from labelsvc.worker.processes import end_with_parent, work

    services = open_services()
    if child:
        end_with_parent(parent=int(os.environ.get(_STARTED_BY, 0)))
    set_up_log(services.settings)
    if not child:
        warn_of_untried_store()
        services.output_identity.check_answers()
    if take_output:
        services.output_identity.take()
    if not child:  # a server's worker waits until the disk is mounted, and says so each minute
        services.output_identity.check()
    has_all_keys(services)  # without one it waits, and prints once it is there
    print_line(say("cli.working", home=services.settings.home), quiet=child)
    work(PrintQueue(services), processes or services.settings.processes)
    print_line(say("cli.interrupted"), quiet=child)


@contextmanager
def kept_running(*arguments: str) -> Iterator[Callable[[], None]]:
    """Keep a command of ours running beside this process: one that was killed is started anew, until the block ends.

    Gives what ends it sooner, and does not wait.
    A process that is forked inside of the block leaves the command alone when it ends. The system ends the command with
    the thread that started it, so that one thread does all of it and lives as long as the block.
    """
    owner, started, stopping = os.getpid(), threading.Event(), threading.Event()

    def look_after() -> None:
        while not stopping.is_set():
            child = _begun(arguments, owner)
            started.set()
            while child and child.poll() is None and not stopping.wait(LOOKED_AFTER_SECONDS):
                pass
            if child:
                _end(child)
            stopping.wait(BEFORE_ANEW_SECONDS)

    keeper = threading.Thread(target=look_after, daemon=True, name="look-after-worker")
    keeper.start()
    started.wait(STOPPING_SECONDS)
    try:
        yield stopping.set
    finally:
        if os.getpid() == owner:
            stopping.set()
            keeper.join()


def _begun(arguments: Sequence[str], owner: int) -> subprocess.Popen[bytes] | None:
    """Start a command of ours for a process; None, which the log says, where the system has no room for it just now."""
    environment = os.environ | {_STARTED_BY: str(owner)}
    try:
        return subprocess.Popen((*_COMMAND, *arguments), env=environment)  # noqa: S603  our own command
    except OSError as error:
        LOG.error("labelsvc %s cannot be started, and is tried again: %s", " ".join(arguments), error)
        return None


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        with suppress(subprocess.TimeoutExpired):  # the kernel waits for a network folder that hangs
            child.wait(STOPPING_SECONDS)
