"""A request's id: the same in header, log and on the page; a proxy's where there is one, nothing else from outside."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from labelsvc.log_context import work_at_hand
from labelsvc.services import Services
from labelsvc.web.public.app import public_app
from labelsvc.web.request_ids import begin_request, shown_request_id
from labelsvc.web.server.front import FrontDoor
from tests.offices.watched_service import services_at

NGINX = "f3a09c7d5e214b6688aa01bc23de45f6"
UUID = "F3A09C7D-5E21-4B66-88AA-01BC23DE45F6"
CODE = "7K3QX9ZT4M2B8RVC5WHD"


@pytest.mark.parametrize("given", [NGINX, UUID])
def test_the_id_of_a_proxy_is_taken_over(given: str) -> None:
    assert begin_request({"HTTP_X_REQUEST_ID": given}, behind_proxy=True) == NGINX
    assert work_at_hand() == {"request": NGINX}
    assert shown_request_id() == NGINX[:8]


@pytest.mark.parametrize(
    "given", ["", CODE, NGINX[1:], NGINX + "0", f"{NGINX}\n", "203.0.113.7", "<b>", NGINX[1:] + "ａ"]
)
def test_anything_else_is_replaced_by_an_id_of_ours(given: str) -> None:
    made = begin_request({"HTTP_X_REQUEST_ID": given}, behind_proxy=True)

    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made != given


def test_without_a_proxy_nobody_chooses_an_id() -> None:
    assert begin_request({"HTTP_X_REQUEST_ID": NGINX}, behind_proxy=False) != NGINX


def failing_app(services: Services) -> Flask:
    """Return the public pages with one that fails."""
    app = public_app(services)

    def fail() -> str:
        raise RuntimeError("something unforeseen")

    app.add_url_rule("/register/fails", view_func=fail)
    return app


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "Số hiệu để báo cho Văn phòng"), ("en", "Number to tell the office")]
)
def test_header_page_and_log_of_a_failure_bear_the_same_id(
    language: str, said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = services_at(tmp_path, BEHIND_TLS="yes")
    app = failing_app(services)
    noted: list[object] = []
    handler = logging.Handler()
    handler.emit = lambda record: noted.append(work_at_hand().get("request"))  # type: ignore[method-assign]
    logging.getLogger("labelsvc.web").addHandler(handler)

    with Client(FrontDoor(app, app, services)).get(
        f"/register/fails?lang={language}", headers={"X-Request-ID": NGINX}
    ) as answer:
        page = answer.get_data(as_text=True)
    logging.getLogger("labelsvc.web").removeHandler(handler)
    services.close()

    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == NGINX
    assert f"{said}: {NGINX[:8]}" in page
    assert noted == [NGINX]
