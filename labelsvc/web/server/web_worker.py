"""gunicorn's worker with threads, as a process of one kind: it passes connections on, and ends without a reset.

Told to stop (SIGTERM) it goes on taking what was accepted by the kernel already for DRAINING_SECONDS, says in each
answer that the connection ends, and gives whoever is kept alive LINGERING_SECONDS for a request that is on its way.
The desk's processes stop last, as public ones may still pass connections on to them.
"""

from __future__ import annotations

import errno
import gc
import logging
import os
import selectors
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from threading import Timer
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

from labelsvc.log_context import begin_work
from labelsvc.web.metrics import REQUESTS, UNAVAILABLE, take_row
from labelsvc.web.server.lanes import Lane, Lanes, is_for_staff
from labelsvc.web.server.refused_bodies import refusal_of
from labelsvc.web.server.slow_clients import DeadlineSocket

LOG = logging.getLogger("labelsvc.web")
DRAINING_SECONDS, LINGERING_SECONDS = 0.25, 0.5
CLOSING_SECONDS = 1.0
"""How long a thread waits for a client to close after it."""
STAFF_NICENESS = 5
"""The desk lets scans go first where the machine is busy."""
_NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.ECONNRESET, errno.ENOTCONN)
"""Another process was faster, or the client is gone."""
_NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE)
OBJECTS_BEFORE_COLLECTION = 2_000
"""Each request leaves some in cycles; all threads stand still while they are collected, 2 ms for each thousand."""
DESCRIPTORS_SECONDS = 0.1
"""Until a connection is taken again after there was no descriptor for one; those under way give theirs back."""
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 64\r\n\r\n"
    b"Too many requests wait already; please try again in some seconds"
)


class Connection(TConn):  # type: ignore[misc]
    """A connection that its worker may pass on once its request line has arrived."""

    def __init__(self, worker: WebWorker, sock: DeadlineSocket) -> None:
        super().__init__(worker.cfg, sock, sock.getpeername(), sock.getsockname())
        self._worker = worker
        self.data_ready = bool(sock.ahead)

    def init(self) -> None:
        """Make ready to read a request; StopIteration, which ends its handling, where it is another kind's."""
        self.sock.setblocking(True)
        self.put_back()
        lane = self._worker.lane_of(self.sock)
        if lane is None:
            if not self._worker.is_staff:
                self.sock.wait_no_more()
            super().init()
            return
        try:
            lane.send(self.sock)
        except BlockingIOError:
            UNAVAILABLE["connections"].inc()
            self.sock.sendall(_FULL)
        raise StopIteration

    def put_back(self) -> None:
        """Give back to the socket what the parser read of the next request."""
        if self.parser:
            self.sock.ahead = self.parser.unreader.take_buffered() + self.sock.ahead

    def close(self, graceful: bool = False) -> None:
        """Close, where it was not passed on: no answer under way is cut off by what was not read."""
        if self.sock.fileno() >= 0:
            self.sock.setblocking(True)
            util.close_graceful(self.sock, timeout=CLOSING_SECONDS if graceful else 0.0)


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """A process of the public pages, or with ``is_staff`` of the desk; without ``lanes`` there is one kind alone."""

    lanes: Lanes | None = None
    is_staff = False
    row = 0
    """Of the figures that processes count in."""
    sockets: list[Any]
    _ending = False

    def init_process(self) -> None:
        """Take connections from where this kind takes them, and serve."""
        take_row(self.row)
        self._arriving: dict[Any, None] = {}
        self._leaving: dict[Any, None] = {}
        if self.lanes and self.is_staff:
            os.nice(STAFF_NICENESS)
            for listener in self.sockets:
                listener.close()
            self.sockets = [self.lanes.staff.receiver]
        elif self.lanes:
            self.sockets = [*self.sockets, self.lanes.public.receiver]
        super().init_process()

    def init_signals(self) -> None:
        """Listen to signals, also to the one that came before."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def load_wsgi(self) -> None:
        """Make the application of this kind, which garbage collection leaves alone from then on."""
        self.app.is_staff = self.is_staff
        super().load_wsgi()
        gc.freeze()
        gc.set_threshold(OBJECTS_BEFORE_COLLECTION)

    def run(self) -> None:
        """Serve until told to stop; then the application puts away what it holds in memory."""
        super().run()
        if close := getattr(self.wsgi, "close", None):
            close()

    def lane_of(self, sock: DeadlineSocket) -> Lane | None:
        """Return where a connection belongs by its request line, None if it is here."""
        if self.lanes is None or self.is_staff:
            return None
        return self.lanes.staff if is_for_staff(sock.request_line()) else None

    def accept(self, listener: Any) -> None:
        """Take a connection: a new one, or one that the other kind passes on."""
        try:
            if self.lanes and listener is self.lanes.public.receiver:
                self._keep(Connection(self, self.lanes.public.receive()))
            elif self.lanes and listener is self.lanes.staff.receiver:
                self._begin(Connection(self, self.lanes.staff.receive()))
            else:
                accepted, _ = listener.accept()
                self._begin(Connection(self, DeadlineSocket(fileno=accepted.detach())))
        except OSError as error:
            if error.errno in _NO_DESCRIPTOR:
                LOG.error("a connection was not taken: %s", error)
                time.sleep(DESCRIPTORS_SECONDS)
            elif error.errno not in _NOBODY_THERE:
                raise

    def _begin(self, conn: Connection) -> None:
        self.nr_conns += 1
        self.enqueue_req(conn)

    def _keep(self, conn: Connection) -> None:
        """Wait for the next request of a connection that the desk has answered; it may be here already."""
        self.nr_conns += 1
        if conn.sock.ahead:
            self.enqueue_req(conn)
            return
        conn.set_timeout()
        self.keepalived_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def enqueue_req(self, conn: Any) -> None:
        """Collect a request that has begun, and give it to a thread once it has arrived."""
        conn.put_back()
        conn.sock.begin()
        if conn.sock.collect():
            self._answer(conn)
            return
        self._arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._collect, conn))

    def _collect(self, conn: Any, _sock: Any) -> None:
        if conn.sock.collect():
            self._take_from_arriving(conn)

    def _take_from_arriving(self, conn: Any) -> None:
        del self._arriving[conn]
        self.poller.unregister(conn.sock)
        self._answer(conn)

    def _answer(self, conn: Any) -> None:
        refusal = b"" if self.is_staff else refusal_of(conn.sock.ahead)
        if refusal and self.lane_of(conn.sock) is None:
            self._refuse(conn, refusal)
            return
        conn.data_ready = True
        super().enqueue_req(conn)

    def _refuse(self, conn: Any, answer: bytes) -> None:
        """Answer without a thread, and let go of the client once it has closed, or was given time to."""
        REQUESTS["public", "4xx"].inc()
        conn.sock.refuse(answer, CLOSING_SECONDS)
        self._leaving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._see_off, conn))

    def _see_off(self, conn: Any, _sock: Any = None) -> None:
        if conn.sock.is_left() or conn.sock.is_late:
            del self._leaving[conn]
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.sock.close()

    def murder_pending(self) -> None:
        """Give up requests that have taken their time: a thread finds what is there of them wanting, and closes."""
        super().murder_pending()
        for conn in [each for each in self._arriving if each.sock.is_late]:
            self._take_from_arriving(conn)
        for conn in list(self._leaving):
            if conn.sock.is_late:
                self._see_off(conn)

    def handle(self, conn: Any) -> Any:
        """Answer a request in a thread, where the connection is given back or closed too: that may take a while."""
        begin_work()  # a request names itself; what is wrong with one that cannot be read bears no other's id
        kept = super().handle(conn)
        if kept is True and self.lanes and self.is_staff and not self._ending:
            conn.put_back()
            with suppress(BlockingIOError):
                self.lanes.public.send(conn.sock)
            kept = False
        if kept is False:
            conn.close(graceful=True)
        return kept

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to end: connections that the kernel accepted are served before this process takes no more."""
        if not self.booted:  # nobody is connected yet
            sys.exit(0)
        if not self._ending:
            self._ending, self.max_keepalived = True, 0
            last = DRAINING_SECONDS + (LINGERING_SECONDS + 0.1 if self.is_staff else 0.0)
            timer = Timer(last, super().handle_exit, (sig, frame))
            timer.daemon = True
            timer.start()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take connections or not; at the end the port is given up at once, so that others may have it."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(min(deadline, time.monotonic() + LINGERING_SECONDS))
        for conn in self._arriving:
            conn.sock.hurry(LINGERING_SECONDS)
