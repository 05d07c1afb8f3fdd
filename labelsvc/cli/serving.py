"""``labelsvc serve``: the web service."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from labelsvc.cli.messages import explain, open_services, print_line, say, warn
from labelsvc.cli.missing_keys import has_all_keys
from labelsvc.cli.usage import TranslatedCommand
from labelsvc.cli.values import WholeNumber
from labelsvc.domain.errors import OutputRefused
from labelsvc.services import Services

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


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
    from labelsvc.web.server.front import front_of_settings, public_of_settings
    from labelsvc.web.server.gunicorn_server import Apps
    from labelsvc.web.server.gunicorn_server import serve as serve_web

    services = open_services()
    check_storage(services.settings.limits)
    if public:
        services.home  # noqa: B018  closed to others
        services = Services(services.settings, is_current=True)
        services.check_verifiable()
    has_keys = has_all_keys(services)
    if not public:
        look_at_output(services, has_keys=has_keys)
    if not public and has_keys:
        seal_second_factors(services)
    keys = services.verifying_keys.all()
    workers, no_worker = workers or services.settings.processes, no_worker or public
    check_connections(services, workers if public else 2 * workers, prints=not no_worker)

    def announce(address: str) -> None:
        print_line(say("cli.serving", address=address))
        if services.settings.host.specimen:
            print_line(say("cli.serving_specimen", host=services.settings.host))

    def make_public_app() -> WSGIApplication:
        return public_of_settings(keys, only_verifies=public)

    def make_staff_app() -> WSGIApplication:
        from labelsvc.web.desk.context import WorkerHints
        from labelsvc.worker.print_queue import PrintQueue

        def hints_of(services: Services) -> WorkerHints:
            queue = PrintQueue(services)
            return WorkerHints(queue.enqueue, queue.enqueue_order)

        return front_of_settings(hints_of, keys)

    services.close()
    with nullcontext(lambda: None) if no_worker else kept_running("worker", "--child") as end_worker:
        serve_web(
            Apps(make_public_app, None if public else make_staff_app),
            host=bind,
            port=port,
            workers=workers,
            announce=announce,
            stopping=end_worker,
        )


def seal_second_factors(services: Services) -> None:
    """Seal the secrets of second factors with the key that issues now, where an older version or epoch left them."""
    from labelsvc.workflows.factor_secrets import seal_anew

    services.verifying_keys.compare()
    if count := seal_anew(services.accounts, services.factor_secrets):
        print_line(say("keys.factors_sealed", count=count))


def look_at_output(services: Services, *, has_keys: bool) -> None:
    """Make an epoch ready to print, with all keys; warn where the output is bad, as scans are answered all the same.

    One that does not answer is left alone. KeyRefused if the keys or the home's marks do not fit the database.
    """
    try:
        services.output_identity.check_answers()
    except OutputRefused as error:
        warn(explain(error.problems[0]))
        return
    said = set()
    looks: list[Callable[[], object]] = [services.output_identity.check]
    if has_keys:
        looks.append(lambda: services.epochs.ready(datetime.now(UTC)))
    for look in looks:
        try:
            look()
        except OutputRefused as error:
            said.add(explain(error.problems[0]))
    for sentence in said:
        warn(sentence)
