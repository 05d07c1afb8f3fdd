"""``labelsvc serve``: the web service."""

from __future__ import annotations

import click

from labelsvc.cli.speech import say, tell, workshop
from labelsvc.cli.usage import SpokenCommand
from labelsvc.cli.values import Number


@click.command(cls=SpokenCommand, help=say("help.serve"))
@click.option("--port", type=Number(0, 65_535), default=8000, metavar="N", help=say("help.serve_port"))
@click.option("--bind", default="127.0.0.1", metavar=say("usage.address"), help=say("help.serve_bind"))
@click.option("--workers", type=Number(1, 64), metavar="N", help=say("help.serve_workers"))
@click.option("--no-worker", is_flag=True, help=say("help.serve_no_worker"))
def serve(port: int, bind: str, workers: int | None, no_worker: bool) -> None:
    """Serve until stopped. There is no print worker yet, so --no-worker changes nothing."""
    from labelsvc.web.app import app_of_settings
    from labelsvc.web.serving import serve as serve_web

    shop = workshop()
    shop.epochs.check()

    def announce(address: str) -> None:
        tell(say("cli.serving", address=address))
        if shop.settings.host.specimen:
            tell(say("cli.serving_specimen", host=shop.settings.host))

    serve_web(app_of_settings, host=bind, port=port, workers=workers or shop.settings.processes, announce=announce)
