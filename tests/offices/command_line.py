"""Types commands as a clerk does, in a folder of the test's own: in this process, or in a real one."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pypdfium2

from labelsvc.cli import main, messages
from labelsvc.domain.time_zone import VIETNAM
from tests.samples.generator import Record, make_records, write_csv

HOST = "TEM.OCOPHN.VN"
PROGRAM = (sys.executable, "-c", "from labelsvc.cli import run; run()")
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Said:
    """What a command said and left with."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """The last line of standard output."""
        return self.out.splitlines()[-1]

    @property
    def json(self) -> Any:
        return json.loads(self.last)


class Screen(io.TextIOWrapper):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


class CommandLine:
    """A clerk's folder with a home and an output folder in it; the office has a host of its own."""

    faults_to: type[io.TextIOWrapper] = io.TextIOWrapper
    """Where standard error of a command in this process goes: into a pipe, or onto a ``Screen``."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.home, self.output = folder / "home", folder / "output"
        given = {"home": str(self.home), "output": str(self.output), "host": HOST, "processes": "1"} | settings
        self.settings = _variables(given)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The surroundings without anybody else's settings; an empty setting is left out."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("LABELSVC_")}
        return {name: value for name, value in (others | self.settings | _variables(settings)).items() if value}

    def run(self, *words: object, **settings: str) -> Said:
        """Run a command in this process."""
        out, err = (kind(io.BytesIO(), encoding="utf-8") for kind in (io.TextIOWrapper, self.faults_to))
        with (
            mock.patch.dict(os.environ, self.environment(settings), clear=True),
            mock.patch.object(sys, "argv", ["labelsvc", *map(str, words)]),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            messages.wording.cache_clear()
            try:
                main()
            except SystemExit as left:
                status = left.code
            finally:
                messages.close_services()
                messages.open_services.cache_clear()
                messages.wording.cache_clear()
        assert isinstance(status, int)
        return Said(status, *(stream.buffer.getvalue().decode() for stream in map(_flushed, (out, err))))

    def process(self, *words: object, before: Sequence[str] = (), columns: int = 80, **settings: str) -> Said:
        """Run a command as a process of its own, in a pipe."""
        environment = self.environment(settings) | {"COLUMNS": str(columns)}
        done = subprocess.run(
            [*before, *PROGRAM, *map(str, words)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def records(self, *records: Record, name: str = "san-pham.csv") -> Path:
        """Write records to a file in the folder."""
        write_csv(self.folder / name, records)
        return self.folder / name

    def batches(self) -> list[str]:
        """The names of the batches' folders in the output."""
        return sorted(path.name for path in self.output.glob("[!.]*"))


def today() -> date:
    return datetime.now(VIETNAM).date()


def records(count: int = 1, quantity: int = 1, **changes: str) -> list[Record]:
    """Records in force today; ``changes`` by heading, with underscores for spaces, in all of them."""
    told = {heading.replace("_", " "): value for heading, value in changes.items()}
    return [record | told for record in make_records(count, quantity, day=today())]


def manifest(folder: str | Path) -> list[dict[str, str]]:
    with (Path(folder) / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def text_of(folder: str | Path, file: str = "labels-001.pdf") -> str:
    """All text of a batch's first file, or of another one."""
    with contextlib.closing(pypdfium2.PdfDocument(Path(folder) / file)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def as_typed(code: str) -> Iterable[str]:
    """A code in the spellings that people type it in."""
    fives = [code[i : i + 5] for i in range(0, 20, 5)]
    yield from (code, code.lower(), " ".join(fives), "-".join(fives), code.replace("0", "o").replace("1", "l"))
    yield from (f"https://{HOST}/{code}", f"HTTPS://{HOST}/{code}", f"https://{HOST.lower()}/{code.lower()}")


def _variables(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"LABELSVC_{name.upper()}": value for name, value in settings.items()}


def _flushed(stream: io.TextIOWrapper) -> Any:
    stream.flush()
    return stream
