"""S3 servers that hang, answer nonsense, are too slow, or keep half: bounded in time, and never said to be done."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import fsspec.config
import pytest
from s3fs import S3FileSystem

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files import object_file_system
from labelsvc.storage.files.object_puts import PIECE
from labelsvc.storage.files.output_folder import OutputFolder
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder

ANSWER_SECONDS = 0.2
BOUND_SECONDS = 15
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>later</Message></Error>"
ANSWERS = {
    "hangs": None,
    "busy": b"HTTP/1.1 503 Slow Down\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
    % (len(SLOW_DOWN), SLOW_DOWN),
    "broken": b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc",
    "nonsense": b"@@@@\r\n\r\n",
    "closed": b"",
    "short": b'HTTP/1.1 200 OK\r\nETag: "0123"\r\nContent-Length: 3\r\nConnection: close\r\n\r\n',
}
"""What a server answers to each request; None: nothing, and the connection stays open."""


@contextmanager
def server(answer: bytes | None) -> Iterator[str]:
    """Answer each connection's first request; provide the server's address."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                head = b""
                while b"\r\n\r\n" not in head and (more := connection.recv(65_536)):
                    head += more
                if answer is None:
                    kept.append(connection)
                    continue
                with suppress(OSError):
                    connection.sendall(answer + (b"abc" if b"3\r\n" in answer and head.startswith(b"GET") else b""))
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in kept:
            connection.close()


@pytest.fixture
def folder_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], StoredFolder]]:
    options = object_file_system._OPTIONS["s3"]
    tries = {"mode": "standard", "total_max_attempts": 2}
    times = {"connect_timeout": ANSWER_SECONDS, "read_timeout": ANSWER_SECONDS, "retries": tries}

    def make(url: str) -> StoredFolder:
        monkeypatch.setitem(
            object_file_system._OPTIONS,
            "s3",
            {
                **options,
                "config_kwargs": options["config_kwargs"] | times,
                "endpoint_url": url,
                "key": "a",
                "secret": "b",
            },
        )
        return folder_at("s3://tem/output")

    yield make
    S3FileSystem.clear_instance_cache()


def test_time_outs_of_the_office_leave_our_other_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fsspec.config.conf, "s3", {"key": "a", "secret": "b", "config_kwargs": {"read_timeout": 7}})

    options = object_file_system.file_system("s3").config_kwargs

    ours = object_file_system._OPTIONS["s3"]["config_kwargs"]
    assert {name: options[name] for name in ours} == {**ours, "read_timeout": 7}


def put(folder: StoredFolder) -> None:
    with folder.write("labels-001.pdf") as file:
        file.write(b"%PDF-1.7 all of it")


@pytest.mark.faults
@pytest.mark.parametrize("kind", ANSWERS)
def test_a_bad_store_never_says_that_a_file_is_there(folder_on: Callable[[str], StoredFolder], kind: str) -> None:
    with server(ANSWERS[kind]) as url:
        folder, began = folder_on(url), time.monotonic()
        with pytest.raises(OutputRefused):
            put(folder)
        took = time.monotonic() - began

    assert took < BOUND_SECONDS


@pytest.mark.faults
def test_a_store_that_stops_taking_bytes_is_given_up(folder_on: Callable[[str], StoredFolder]) -> None:
    with server(ANSWERS["hangs"]) as url:
        folder, began = folder_on(url), time.monotonic()
        with pytest.raises(OutputRefused), folder.write("labels-001.pdf") as file:
            file.write(bytes(PIECE))  # more than the sockets hold
        took = time.monotonic() - began

    assert took < BOUND_SECONDS


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["hangs", "cut", "nonsense", "short"])
def test_a_file_that_a_bad_store_gives_in_part_is_refused(folder_on: Callable[[str], StoredFolder], kind: str) -> None:
    with server(ANSWERS[kind]) as url:
        folder, began = folder_on(url), time.monotonic()
        with pytest.raises(OutputRefused):
            list(folder.read_range("labels-001.pdf", 0, 1_000))
        took = time.monotonic() - began

    assert took < BOUND_SECONDS


@dataclass
class KeepingStore:
    """Takes and gives single objects; ``kept``: what it keeps of what it gets, ``etag``: what it answers of that."""

    kept: Callable[[bytes], bytes] = bytes
    etag: Callable[[bytes], str] = lambda content: md5(content).hexdigest()
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator[str]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": self}))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: ClassVar[KeepingStore]

    def handle_one_request(self) -> None:
        super().handle_one_request()
        self.close_connection = True

    def do_PUT(self) -> None:
        content = self.store.kept(self.rfile.read(int(self.headers["Content-Length"])))
        self.store.objects[self.path] = content
        self.answer(200, b"", self.store.etag(content))

    def do_GET(self) -> None:
        content = self.store.objects.get(self.path)
        if content is None:
            self.answer(404, b"", "")
            return
        first, _, last = (self.headers["Range"] or "=0-").partition("=")[2].partition("-")
        self.answer(200, content[int(first) : int(last or len(content)) + 1], self.store.etag(content))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.store.objects.pop(self.path, None)
        self.answer(204, b"", "")

    def answer(self, status: int, content: bytes, etag: str) -> None:
        self.store.asked.append(self.command)
        self.send_response(status)
        self.send_header("ETag", f'"{etag}"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


FOREIGN = "0" * 32
SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "changed": lambda content: content[:-1] + b"?",
    "half": lambda content: content[: len(content) // 2],
    "longer": lambda content: content + b"?",
    "nothing": lambda content: b"",
}


def test_an_etag_of_the_bytes_needs_no_second_request(folder_on: Callable[[str], StoredFolder]) -> None:
    store = KeepingStore()
    with store.serving() as url:
        put(folder_on(url))

    assert store.asked == ["PUT"]


def test_a_store_with_etags_of_its_own_is_read_back(folder_on: Callable[[str], StoredFolder]) -> None:
    store = KeepingStore(etag=lambda content: FOREIGN)
    with store.serving() as url:
        put(folder_on(url))

    assert store.asked == ["PUT", "HEAD", "GET"]
    assert len(store.objects) == 1


@pytest.mark.parametrize("etag", ["of what it keeps", "foreign"])
def test_a_store_that_keeps_other_bytes_is_refused(folder_on: Callable[[str], StoredFolder], etag: str) -> None:
    store = KeepingStore() if etag == "of what it keeps" else KeepingStore(etag=lambda content: FOREIGN)
    with store.serving() as url:
        folder = folder_on(url)
        for spoil in SPOILED.values():
            store.kept = spoil
            with pytest.raises(OutputRefused, match="store_failed"):
                put(folder)

    assert store.objects == {}


LISTED = b"""<ListMultipartUploadsResult><Bucket>tem</Bucket>
<Upload><Key>output/a</Key><UploadId>one</UploadId></Upload>
<Upload><Key>output/b</Key><UploadId>two</UploadId></Upload></ListMultipartUploadsResult>"""
PIECES = b"""<ListPartsResult><Part><PartNumber>1</PartNumber><LastModified>2026-11-05T02:00:00Z</LastModified>
<ETag>"0"</ETag><Size>9</Size></Part></ListPartsResult>"""
NO_PIECES = b"<ListPartsResult></ListPartsResult>"


def test_pieces_are_given_up_where_no_store_says_since_when(
    folder_on: Callable[[str], StoredFolder],
) -> None:
    """SeaweedFS lists uploads without the moment that they began at."""
    store = KeepingStore(
        objects={
            "/tem?uploads": LISTED,
            "/tem/output/a?uploadId=one": PIECES,
            "/tem/output/b?uploadId=two": NO_PIECES,
        }
    )
    with store.serving() as url:
        output = OutputFolder(folder_on(url))
        given_up = [output.give_up_unfinished(datetime(2026, 11, day, 3, tzinfo=UTC)) for day in (5, 6)]

    assert given_up == [0, 1]
    assert store.objects.keys() == {"/tem?uploads", "/tem/output/b?uploadId=two"}
