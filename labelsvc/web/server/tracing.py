"""OpenTelemetry where ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set: a span of each request, with its id.

Endpoint, headers and sampling are set by OpenTelemetry's own variables. Nothing of it is imported otherwise. A span
says what the log may say: no codes, addresses, devices, queries; and no stranger's ``traceparent`` has it sampled.

The instrumentation of Flask begins where routing does, behind what answers scans; that of SQLAlchemy takes 2.0 alone,
not 2.1; both would send addresses and whole codes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from labelsvc import __version__
from labelsvc.log_context import work_at_hand
from labelsvc.web.server.log_redaction import redact

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from opentelemetry.trace import Tracer

LOG = logging.getLogger("labelsvc.web")
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
REQUEST_ID = "labelsvc.request_id"


class Front(Protocol):
    """An application that puts away what it holds at the end."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it."""

    def close(self) -> None:
        """Put away what is held in memory."""


class TracedFront:
    """An application whose requests are spans."""

    def __init__(self, front: Front, tracer: Tracer) -> None:
        self._front, self._tracer = front, tracer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it; the span ends when the answer is ready to be sent."""
        method, path = environ["REQUEST_METHOD"], redact(environ.get("PATH_INFO", ""))
        with self._tracer.start_as_current_span(f"{method} {path}", attributes=_asked(method, path)) as span:

            def noted_start(
                status: str, headers: list[tuple[str, str]], error: Any = None
            ) -> Callable[[bytes], object]:
                span.set_attribute("http.response.status_code", int(status[:3]))
                span.set_attribute(REQUEST_ID, str(work_at_hand().get("request", "")))
                return start_response(status, headers, error) if error else start_response(status, headers)

            return self._front(environ, noted_start)

    def close(self) -> None:
        """Leave nothing behind in memory."""
        self._front.close()


def _asked(method: str, path: str) -> dict[str, str]:
    return {"http.request.method": method, "url.path": path}


def traced(front: Front, environment: Mapping[str, str] = os.environ) -> Front:
    """Return an application whose requests are traced, or the same one where no endpoint is set."""
    if not environment.get(ENDPOINT):
        return front
    try:
        return TracedFront(front, _tracer())
    except ImportError as error:
        LOG.warning("%s is set, but OpenTelemetry is not installed (the extra telemetry): %s", ENDPOINT, error)
        return front


def _tracer() -> Tracer:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": "labelsvc", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("labelsvc.web")
