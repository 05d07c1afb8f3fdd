"""``labelsvc serve``: the web service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import click

from labelsvc.cli.messages import explain, open_services, print_line, say, warn, warn_of_untried_store
from labelsvc.cli.missing_keys import has_all_keys
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import WholeNumber
from labelsvc.domain.errors import DatabaseStrange, KeyRefused, OutputRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import EpochKey
from labelsvc.services import Services

if TYPE_CHECKING:
    from labelsvc.web.desk.context import WorkerHints
    from labelsvc.web.server.gunicorn_server import Apps


@click.command(cls=TranslatedCommand, help=say("help.serve"))
@click.option("--port", type=WholeNumber(0, 65_535), default=8000, metavar="N", help=say("help.serve_port"))
@click.option("--bind", default="127.0.0.1", metavar=say("usage.address"), help=say("help.serve_bind"))
@click.option("--workers", type=WholeNumber(1, 64), metavar="N", help=say("help.serve_workers"))
@click.option("--no-worker", is_flag=True, help=say("help.serve_no_worker"))
@click.option("--public", is_flag=True, help=say("help.serve_public"))
def serve(port: int, bind: str, workers: int | None, no_worker: bool, public: bool) -> None:
    """Serve until stopped, with a print worker beside the web server."""
    from labelsvc.cli.connections import check_connections
    from labelsvc.cli.working import kept_running
    from labelsvc.web.public.entry_limit import check_storage
    from labelsvc.web.server.gunicorn_server import serve as serve_web

    check_storage(open_services().settings.limits)
    if not public:
        warn_of_untried_store()
    services = _services_of_verifying() if public else _services_of_all()
    apps = _apps(services.verifying_keys.all(), public=public)
    workers, no_worker = workers or services.settings.processes, no_worker or public
    check_connections(services, workers if public else 2 * workers, prints=not no_worker)
    services.close()
    with nullcontext(lambda: None) if no_worker else kept_running("worker", "--child") as end_worker:
        serve_web(
            apps,
            host=bind,
            port=port,
            workers=workers,
            announce=partial(_announce, services.settings.host),
            stopping=end_worker,
        )


def _services_of_verifying() -> Services:
    """Return what a machine that only verifies has, which may do nothing but read (StorageRefused)."""
    opened = open_services()
    opened.home  # noqa: B018  closed to others
    services = Services(opened.settings, is_current=True)
    services.check_verifiable()
    has_all_keys(services)
    return services


def _services_of_all() -> Services:
    """Return what the whole service has; its epoch is ready and its second factors sealed, where the keys allow it.

    Raises StorageRefused and DatabaseStrange.
    """
    services = open_services()
    if look_at_output(services, has_keys=has_all_keys(services)):
        seal_second_factors(services)
    return services


def _apps(keys: Sequence[EpochKey], *, public: bool) -> Apps:
    """Return what makes the applications of each process; ``public``: none but the pages of scans."""
    from labelsvc.web.server.front import front_of_settings, public_of_settings
    from labelsvc.web.server.gunicorn_server import Apps
    from labelsvc.web.server.preload import preload_desk

    make_public_app = partial(public_of_settings, keys, only_verifies=public)
    if public:
        return Apps(make_public_app)
    return Apps(make_public_app, partial(front_of_settings, _hints_of, keys), preload_desk)


def _hints_of(services: Services) -> WorkerHints:
    """Return what tells the worker that something waits; each process of the desk makes its own."""
    from labelsvc.web.desk.context import WorkerHints
    from labelsvc.worker.print_queue import PrintQueue

    queue = PrintQueue(services)
    return WorkerHints(queue.enqueue, queue.enqueue_order)


def _announce(host: Host, address: str) -> None:
    print_line(say("cli.serving", address=address))
    if host.specimen:
        print_line(say("cli.serving_specimen", host=host))


def seal_second_factors(services: Services) -> None:
    """Seal the secrets of second factors with the key that issues now, where an older version or epoch left them."""
    from labelsvc.workflows.factor_secrets import seal_anew

    services.verifying_keys.compare()
    if count := seal_anew(services.accounts, services.factor_secrets):
        print_line(say("keys.factors_sealed", count=count))


def look_at_output(services: Services, *, has_keys: bool) -> bool:
    """Make an epoch ready to print, with all keys; warn where output or keys are bad, as scans are answered anyway.

    An output that does not answer is left alone. Returns whether the keys may be used, as far as could be seen. Raises
    DatabaseStrange.
    """
    try:
        services.output_identity.check_answers()
    except OutputRefused as error:
        warn(explain(error.problems[0]))
        return has_keys
    said = set()
    looks: list[Callable[[], object]] = [services.output_identity.check]
    if has_keys:
        looks.append(lambda: services.epochs.ready(services.shared_now()))
    for look in looks:
        try:
            look()
        except DatabaseStrange:
            raise
        except KeyRefused as error:
            has_keys = False
            if has_all_keys(services):  # says it where one is missing that only the output remembers
                said.add(explain(error.problems[0]))
        except OutputRefused as error:
            said.add(explain(error.problems[0]))
    for sentence in said:
        warn(sentence)
    return has_keys
