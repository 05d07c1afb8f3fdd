"""OpenTelemetry: spans of requests and statements reach a collector, without codes, addresses and devices."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from werkzeug.test import Client

from labelsvc.domain.label_code import StampIdentity
from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor
from labelsvc.web.server.tracing import ENDPOINT, REQUEST_ID, traced
from tests.offices.stored_office import Stores
from tests.offices.watched_service import services_at

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile", "Accept": "text/html"}
ADDRESS = "203.0.113.77"


class Collector(HTTPServer):
    """Takes what is sent to /v1/traces of a free port of this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.bodies: list[bytes] = []
        self.came = threading.Condition()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def wait_for(self, attribute: str) -> None:
        """Wait until a span with an attribute came."""
        with self.came:
            assert self.came.wait_for(lambda: any(attribute in attributes for _, attributes in self.spans), 10)

    @property
    def spans(self) -> list[tuple[str, dict[str, str]]]:
        """Name and attributes of each span that came."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            (span.name, {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes})
            for request in requests
            for of_resource in request.resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        if self.path == "/v1/traces":
            with self.server.came:
                self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.server.came.notify_all()
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector = Collector()
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{collector.server_port}")
    yield collector
    collector.shutdown()
    collector.server_close()


def test_a_scan_is_a_span_without_its_code_address_or_device(collector: Collector, tmp_path: Path) -> None:
    services = services_at(tmp_path)
    stores = Stores(services.database, tmp_path, output=tmp_path / "output")
    stores.order(10)
    code = stores.key_file.read()[0].seal(StampIdentity(1, 1))
    public = public_app(services)
    front = traced(FrontDoor(public, public, services))
    asked = {"REMOTE_ADDR": ADDRESS, "HTTP_TRACEPARENT": f"00-{'ab' * 16}-{'cd' * 8}-01"}

    with Client(front).get(f"/{code}?from={ADDRESS}", headers=PHONE, environ_base=asked) as answer:
        request_id = answer.headers["X-Request-ID"]
    collector.wait_for(REQUEST_ID)
    front.close()

    [(name, attributes)] = collector.spans
    sent = b"".join(collector.bodies)
    assert answer.status_code == 200
    assert attributes[REQUEST_ID] == request_id
    assert name == f"GET /{code[:4]}…"
    assert (attributes["http.request.method"], attributes["http.response.status_code"]) == ("GET", "200")
    for secret in (code, code.lower(), ADDRESS, "Android"):
        assert secret.encode() not in sent
    assert bytes.fromhex("ab" * 16) not in sent


def test_nothing_of_it_is_imported_without_an_endpoint() -> None:
    program = (
        "import sys; from labelsvc.web.server.tracing import traced; traced(None, {});"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_missing_packages_cost_a_warning_and_no_service(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    app = object()

    assert traced(app, {ENDPOINT: "http://127.0.0.1:4318"}) is app
    assert "the extra telemetry" in caplog.text
