"""Settings: ``LABELSVC_*`` variables, read once; every one has a default that works on a laptop."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import EXAMPLE, Host

PREFIX = "LABELSVC_"
OF_TESTS = "LABELSVC_CI"
"""Turns skipped tests into failures; no setting of the product."""
_ADDRESS = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")


_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@\s]+(?:/[^/?#\s]+)*/?")
"""A place in an object store: keys and options do not stand in it, as it is shown and stored."""

MOST_DAYS = 36_500
"""How long press files are kept at most by a number; 0 keeps them for ever."""
CONNECTIONS, LEAST_CONNECTIONS = 8, 2
"""How many connections to PostgreSQL a process takes at most; half are for scans."""
LEASE_SECONDS, LEAST_LEASE_SECONDS = 30, 2
"""After so many seconds without a heartbeat the work of a process on another machine is given to others."""
OPEN_BATCHES = 20
"""How many batches of a producer may wait or be printed at a time."""
QUEUES = ("redis", "rediss", "postgresql", "postgresql+psycopg")
"""Servers that may keep the worker's hints."""
SECOND_FACTORS = ("administrators", "office", "everybody")
"""Whose accounts must have a second factor; administrators' always."""
LEAST_TOKEN = 20
"""Characters of a token that stands in a setting."""
_TOKEN = re.compile(rf"[A-Za-z0-9._~+/=-]{{{LEAST_TOKEN},200}}")
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``origin`` says for each whether it is a default or comes from the environment."""

    home: Path
    output: str
    output_links: bool
    keep_days: int
    database: str = field(metadata={"secret": True})
    host: Host
    language: str
    processes: int
    connections: int
    lease: int
    keys: str = field(repr=False, metadata={"secret": True})
    keys_command: tuple[str, ...] = field(repr=False, metadata={"secret": True})
    behind_tls: bool
    address: str
    limits: str = field(repr=False, metadata={"secret": True})
    queue: str = field(repr=False, metadata={"secret": True})
    open_batches: int
    log: str
    log_format: str
    second_factor: str
    four_eyes: bool
    metrics_token: str = field(repr=False, metadata={"secret": True})
    origin: Mapping[str, str]

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read all settings; InvalidValue names the variable that cannot be used."""
        given = {name: value for name in VARIABLES if (value := environment.get(variable(name), ""))}
        files = _read_files(environment)
        if twice := sorted(given.keys() & files.keys()):
            raise InvalidValue.from_code("config.twice", variable=variable(twice[0]), file=file_variable(twice[0]))
        given |= files
        home = Path(given.get("home", "instance")).absolute()
        return cls(
            home=home,
            output=_place(given.get("output", "output")),
            output_links=_one_of("output_links", given.get("output_links", "no"), ("yes", "no")) == "yes",
            keep_days=_count("keep_days", given.get("keep_days", "0"), least=0, most=MOST_DAYS),
            database=given.get("database", f"sqlite:///{home / 'labelsvc.db'}"),
            host=_host(given.get("host", EXAMPLE)),
            language=_one_of("language", given.get("language", "vi"), ("vi", "en")),
            processes=_count("processes", given.get("processes", str(os.cpu_count() or 1))),
            connections=_count("connections", given.get("connections", str(CONNECTIONS)), least=LEAST_CONNECTIONS),
            lease=_count("lease", given.get("lease", str(LEASE_SECONDS)), least=LEAST_LEASE_SECONDS),
            keys=given.get("keys", ""),
            keys_command=_keys_command(given),
            behind_tls=_one_of("behind_tls", given.get("behind_tls", "no"), ("yes", "no")) == "yes",
            address=_address(given.get("address", "")),
            limits=given.get("limits", "memory://"),
            queue=_queue(given.get("queue", "")),
            open_batches=_count("open_batches", given.get("open_batches", str(OPEN_BATCHES))),
            log=_one_of("log", given.get("log", "warning"), LOG_LEVELS),
            log_format=_one_of("log_format", given.get("log_format", "text"), ("text", "json")),
            second_factor=_one_of("second_factor", given.get("second_factor", SECOND_FACTORS[0]), SECOND_FACTORS),
            four_eyes=_one_of("four_eyes", given.get("four_eyes", "no"), ("yes", "no")) == "yes",
            metrics_token=_token("metrics_token", given.get("metrics_token", "")),
            origin={
                name: file_variable(name) if name in files else variable(name) if name in given else ""
                for name in VARIABLES
            },
        )

    def shown(self) -> list[tuple[str, str, str]]:
        """Return (variable, value with secrets hidden, origin) for each setting."""
        rows = []
        for f in fields(self):
            if f.name != "origin":
                value = getattr(self, f.name)
                text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
                text = " ".join(value) if isinstance(value, tuple) else text
                rows.append(
                    (variable(f.name), _hidden(text) if f.metadata.get("secret") else text, self.origin[f.name])
                )
        return rows


VARIABLES = tuple(f.name for f in fields(Settings) if f.name != "origin")


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


SECRETS = tuple(f.name for f in fields(Settings) if f.metadata.get("secret"))


def file_variable(name: str) -> str:
    """Return the variable that names a file with a secret setting, as container engines and systemd hand them over."""
    return f"{variable(name)}_FILE"


def _read_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the secret settings that stand in files; InvalidValue for a file that cannot be read or is empty."""
    found = {}
    for name in SECRETS:
        if path := environment.get(file_variable(name), ""):
            try:
                text = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                text = ""
            if not text:
                raise InvalidValue.from_code("config.file", variable=file_variable(name), path=path)
            found[name] = text
    return found


def known_variables() -> list[str]:
    """Return the names of all variables that are read."""
    return [variable(name) for name in VARIABLES]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return variables with our prefix that are not read: most likely typing errors."""
    known = {*known_variables(), *map(file_variable, SECRETS), OF_TESTS}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def _keys_command(given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of the command that prints the keys; none if none is set. They go without a shell."""
    name = "keys_command"
    if (text := given.get(name, "")) and given.get("keys"):
        raise InvalidValue.from_code("config.twice", variable=variable("keys"), file=variable(name))
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise InvalidValue.from_code("config.command", variable=variable(name), reason=str(error)) from error


def _hidden(secret: str) -> str:
    """Hide user, password and options of a URL; hide any other text entirely (SQLite's URL has no secret)."""
    if not secret or secret.startswith("sqlite:"):
        return secret
    scheme, separator, rest = secret.partition("://")
    if not separator:
        return "…"
    user, at, place = rest.rpartition("@")
    return f"{scheme}://{'…' if user else ''}{at}{re.sub(r'[?].*', '?…', place)}"


def _host(text: str) -> Host:
    try:
        return Host.parse(text)
    except InvalidValue as error:
        raise InvalidValue.from_code("config.host", variable=variable("host"), why=error.problems[0]) from error


def _address(text: str) -> str:
    """Return the desk's public address without a trailing slash; empty if none is set."""
    address = text.strip().rstrip("/").lower()
    if address and not _ADDRESS.fullmatch(address):
        raise InvalidValue.from_code("config.address", variable=variable("address"), value=text)
    return address


def _place(text: str) -> str:
    """Return an absolute path, or a URL without a slash at its end."""
    if "://" not in text:
        return str(Path(text).absolute())
    if not _URL.fullmatch(text):
        shown = text if re.fullmatch("[^@?#;%]*", text) else f"{text.partition('://')[0]}://…"  # no key, no option
        raise InvalidValue.from_code("config.output", variable=variable("output"), value=shown)
    return text.rstrip("/")


def _queue(url: str) -> str:
    """Return the URL of a queue's server; empty for the file in the home."""
    kind, separator, _ = url.partition("://")
    if url and (kind not in QUEUES or not separator):
        raise InvalidValue.from_code("config.queue", variable=variable("queue"), value=kind)
    return url


def _token(name: str, value: str) -> str:
    """Return a token that nobody guesses and a header can carry; empty if none is set."""
    if value and not _TOKEN.fullmatch(value):
        raise InvalidValue.from_code("config.token", variable=variable(name), least=LEAST_TOKEN)
    return value


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InvalidValue.from_code("config.choice", variable=variable(name), value=value, choices=choices)
    return value


def _count(name: str, value: str, *, least: int = 1, most: int = 256) -> int:
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise InvalidValue.from_code("config.count", variable=variable(name), value=value, least=least, most=most)
    return int(value)
