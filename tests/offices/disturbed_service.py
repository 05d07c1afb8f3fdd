"""``labelsvc serve`` over the office of a disturbed batch, with its print worker, and people who keep asking."""

from __future__ import annotations

import http.client
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.keys.key_file import KeyFile
from tests.offices.children import children_of
from tests.offices.disturbed_batch import PATIENCE_SECONDS, DisturbedBatch, until


@dataclass(frozen=True)
class DisturbedService:
    """A running service: its port, its master process, and a code of the batch that it prints."""

    port: int
    process: subprocess.Popen[str]
    code: str

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def status(self, path: str) -> int:
        """Return an answer's status, 0 where there is no answer."""
        with suppress(OSError, http.client.HTTPException), closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Connection": "close", "Accept": "text/html"})
            return connection.getresponse().status
        return 0

    def wait_until_answers(self) -> None:
        until(lambda: self.status(f"/{self.code}") == self.status("/login") == 200)

    @property
    def print_worker(self) -> list[int]:
        """The worker's process, if it is there."""
        return [child for child in children_of(self.process.pid) if b"--child" in _command(child)]

    @property
    def web_processes(self) -> list[int]:
        return [child for child in children_of(self.process.pid) if child not in self.print_worker]


@contextmanager
def disturbed_service(batch: DisturbedBatch, **settings: str) -> Iterator[DisturbedService]:
    """Serve with one web process of each kind and two that print; ``settings`` beside the office's."""
    key = KeyFile(batch.office.folder / "home" / "keys.json").read()[0]
    words = ("serve", "--port", "0", "--workers", "1")
    with batch.process(*words, settings={"LABELSVC_PROCESSES": "2", "PYTHONUNBUFFERED": "1"} | settings) as process:
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found
        yield DisturbedService(int(found[1]), process, key.seal(StampIdentity(1, 1)))


@dataclass
class Asker:
    """Somebody who asks for one page again and again until nobody listens, and who remembers what went wrong."""

    service: DisturbedService
    path: str
    closes: bool
    stopping: Event
    answers: list[int] = field(default_factory=list)
    texts: dict[int, set[str]] = field(default_factory=dict)
    """What was read, by its status."""
    faults: list[str] = field(default_factory=list)

    def until_over(self) -> None:
        """Ask until ``stopping`` is set, each time on a connection of its own, and not so often that it is refused."""
        while not (self.stopping.wait(0.1) or self.faults):
            try:
                with closing(self.service.connect()) as connection:
                    connection.request("GET", self.path, headers={"Accept": "text/html", "Connection": "close"})
                    answer = connection.getresponse()
                    self.texts.setdefault(answer.status, set()).add(answer.read().decode())
                    self.answers.append(answer.status)
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(f"{self.path} {error!r}")

    def __call__(self) -> None:
        headers = {"Accept": "text/html"} | ({"Connection": "close"} if self.closes else {})
        with closing(self.service.connect()) as connection:
            while not self.faults:
                try:
                    if connection.sock is None:
                        connection.connect()
                    connection.request("GET", self.path, headers=headers)
                    answer = connection.getresponse()
                    answer.read()
                    self.answers.append(answer.status)
                    if answer.will_close:
                        connection.close()
                except ConnectionRefusedError:
                    return  # nobody listens any more
                except (OSError, http.client.HTTPException) as error:
                    self.faults.append(f"{self.path} closes={self.closes} {self.stopping.is_set()} {error!r}")


def _command(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""
