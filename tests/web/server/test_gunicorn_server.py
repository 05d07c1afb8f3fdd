"""The service over the wire: its weight on a first visit, its stop, and what it does with nonsense."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import time
import unicodedata
from collections.abc import Iterator

import pytest
from fontTools.ttLib import TTFont

from labelsvc.domain.errors import ServingRefused
from labelsvc.web.server import slow_clients
from labelsvc.web.server.gunicorn_server import THREADS, open_port
from labelsvc.web.server.slow_clients import DEADLINE_SECONDS, SLOWEST_RATE, DeadlineSocket
from labelsvc.wording import Wording
from tests.offices.verification_office import CODES, TEMPLATES, served_office

BUDGET = 14_000
"""Bytes over the wire on the first visit, headers, stylesheet and font included (PRODUCT.md §8)."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served_office() as address:
        yield address


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2].strip("/"))


def fetch(address: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes, int]:
    """Return the answer, its body as sent, and all bytes that came over the wire."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(address), timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len("HTTP/1.1 200 OK\r\n\r\n")
    return answer, body, head + len(body)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["/", *(f"/{code}" for code in CODES.values())])
def test_the_first_visit_takes_less_than_14_kb(address: str, path: str, language: str) -> None:
    answer, body, total = fetch(address, path, **{"Accept-Language": language})
    page = gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body

    for asset in set(re.findall(r'"(/style/[^"]+)"', page.decode())):
        total += fetch(address, asset)[2]

    assert total < BUDGET


def test_style_and_font_are_kept_by_the_browser_for_ever(address: str) -> None:
    page = fetch(address, "/", **{"Accept-Encoding": "identity"})[1].decode()

    for asset in set(re.findall(r'"(/style/[^"]+)"', page)):
        answer, body, _ = fetch(address, asset)
        assert answer.status == 200
        assert body
        assert "immutable" in answer.headers["Cache-Control"]
    assert fetch(address, "/style/verification.0000000000.css")[0].status == 404


def test_non_http_requests_are_refused_and_the_service_survives(address: str) -> None:
    with socket.create_connection(("127.0.0.1", port_of(address)), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 not http\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")

    assert fetch(address, "/" + "A" * 9_000)[0].status in (400, 404, 414)
    assert fetch(address, "//example.org/")[0].status == 404
    assert fetch(address, "/")[0].status == 200


UNFINISHED = (
    b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na=b",
    b"GET / HTTP/1.1\r\nHost: x\r\n",
    b"POST /office/import HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
)


@pytest.fixture
def hasty_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(slow_clients, "DEADLINE_SECONDS", 1.0)
    with served_office() as address:
        yield address


def test_unfinished_requests_hold_the_service_no_longer_than_its_patience(hasty_address: str) -> None:
    held = [socket.create_connection(("127.0.0.1", port_of(hasty_address)), timeout=30) for _ in range(4 * THREADS)]
    for number, connection in enumerate(held):
        connection.sendall(UNFINISHED[number % len(UNFINISHED)])

    with socket.create_connection(("127.0.0.1", port_of(hasty_address)), timeout=90) as scan:
        scan.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = scan.recv(15)

    assert answer == b"HTTP/1.1 200 OK"
    for connection in held:
        connection.close()


def test_connections_that_say_nothing_take_no_thread(address: str) -> None:
    held = [socket.create_connection(("127.0.0.1", port_of(address)), timeout=30) for _ in range(3 * THREADS)]
    begun = time.monotonic()

    status = fetch(address, "/")[0].status

    assert status == 200
    assert time.monotonic() - begun < DEADLINE_SECONDS
    for connection in held:
        connection.close()


def test_many_slow_requests_do_not_make_a_scan_wait(address: str) -> None:
    slow = (UNFINISHED[1], b"GET", b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=b")
    held = [socket.create_connection(("127.0.0.1", port_of(address)), timeout=30) for _ in range(4 * THREADS)]
    for number, connection in enumerate(held):
        connection.sendall(slow[number % len(slow)])
    begun = time.monotonic()

    status = fetch(address, "/")[0].status

    assert status == 200
    assert time.monotonic() - begun < DEADLINE_SECONDS / 2
    for connection in held:
        connection.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", b"411"),
        (b"Content-Length: 100000\r\n\r\na=b", b"413"),
        (b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", b"417"),
    ],
)
def test_bodies_that_no_scan_has_are_refused_without_a_thread(address: str, head: bytes, status: bytes) -> None:
    held = [socket.create_connection(("127.0.0.1", port_of(address)), timeout=5) for _ in range(2 * THREADS)]
    for connection in held:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + head)
    begun = time.monotonic()

    page = fetch(address, "/")[0].status
    answers = {connection.recv(12) for connection in held}

    assert (page, answers) == (200, {b"HTTP/1.1 " + status})
    assert time.monotonic() - begun < DEADLINE_SECONDS / 2
    for connection in held:
        while connection.recv(1_000):
            pass
        connection.close()


def test_a_small_form_is_answered_as_ever(address: str) -> None:
    with socket.create_connection(("127.0.0.1", port_of(address)), timeout=5) as phone:
        phone.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b")
        answer = phone.recv(12)

    assert answer not in (b"HTTP/1.1 411", b"HTTP/1.1 413", b"HTTP/1.1 417")


@pytest.mark.parametrize(
    ("arrived", "is_collected"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET /", False),
        (b"\x16\x03\x01\r\n", True),  # no HTTP: refused at once
        (b"POST / HTTP/1.1\r\ncontent-LENGTH: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\nContent-Length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", True),  # a thread reads it
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, True),
    ],
)
def test_a_request_is_collected_until_it_is_whole(arrived: bytes, is_collected: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours, DeadlineSocket(fileno=theirs.detach()) as collecting:
        collecting.begin()
        ours.sendall(arrived)

        found = collecting.collect()

        assert (found, collecting.ahead) == (is_collected, arrived[: len(collecting.ahead)])


@pytest.mark.parametrize(
    "slow",
    [
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 11_500,
    ],
)
def test_requests_too_large_to_collect_make_no_scan_wait(address: str, slow: bytes) -> None:
    held = [socket.create_connection(("127.0.0.1", port_of(address)), timeout=30) for _ in range(2 * THREADS)]
    for connection in held:
        connection.sendall(slow)
    begun = time.monotonic()

    status = fetch(address, "/")[0].status

    assert status == 200
    assert time.monotonic() - begun < DEADLINE_SECONDS / 2
    for connection in held:
        connection.close()


def test_an_upload_over_a_slow_line_arrives_whole() -> None:
    ours, theirs = socket.socketpair()
    patient = DeadlineSocket(fileno=theirs.detach())
    patient.begin()
    patient._until = time.monotonic() + 0.3

    for _ in range(6):
        ours.sendall(bytes(SLOWEST_RATE // 4))
        time.sleep(0.1)
        assert len(patient.recv(SLOWEST_RATE)) == SLOWEST_RATE // 4
    with pytest.raises(ConnectionResetError):
        patient.recv(1)
    ours.close()
    patient.close()


def test_a_busy_port_is_refused_in_words() -> None:
    with open_port("127.0.0.1", 0) as taken, pytest.raises(ServingRefused) as refusal:
        open_port("127.0.0.1", taken.getsockname()[1])

    for language in ("vi", "en"):
        sentence = Wording(TEMPLATES / "wording", language).explain(refusal.value.problems[0])
        assert "labelsvc serve --port" in sentence


def test_the_font_holds_every_letter_of_vietnamese() -> None:
    letters = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    wanted = {unicodedata.normalize("NFC", letter + tone) for letter in letters for tone in tones}
    wanted |= set("bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVXfjwzFJWZ0123456789.,:;!?'()/-&%·–“”«»…×®° ")

    covered = set(TTFont(TEMPLATES / "web" / "style" / "be-vietnam-pro-bold.woff2").getBestCmap())

    assert not {letter for letter in wanted if ord(letter) not in covered}
