"""Settings: ``LABELSVC_*`` variables, read once; every one has a default that works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from labelsvc.config import setting_values as values
from labelsvc.config.setting_values import PREFIX, file_variable, variable
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import EXAMPLE, Host

OF_TESTS = "LABELSVC_CI"
"""Turns skipped tests into failures; no setting of the product."""
MOST_DAYS = 36_500
"""How long press files are kept at most by a number; 0 keeps them for ever."""
CONNECTIONS, LEAST_CONNECTIONS = 8, 2
"""How many connections to PostgreSQL a process takes at most; half are for scans."""
LEASE_SECONDS, LEAST_LEASE_SECONDS = 30, 2
"""After so many seconds without a heartbeat the work of a process on another machine is given to others."""
OPEN_BATCHES = 20
"""How many batches of a producer may wait or be printed at a time."""
SECOND_FACTORS = ("administrators", "office", "everybody")
"""Whose accounts must have a second factor; administrators' always."""
LOG_LEVELS = ("debug", "info", "warning", "error")
_DEFAULTS = {
    "home": "instance",
    "output": "output",
    "output_links": "no",
    "keep_days": "0",
    "database": "",
    "host": EXAMPLE,
    "language": "vi",
    "connections": str(CONNECTIONS),
    "lease": str(LEASE_SECONDS),
    "keys": "",
    "keys_command": "",
    "behind_tls": "no",
    "address": "",
    "limits": "memory://",
    "queue": "",
    "open_batches": str(OPEN_BATCHES),
    "log": "warning",
    "log_format": "text",
    "second_factor": SECOND_FACTORS[0],
    "four_eyes": "no",
    "metrics_token": "",
}


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
        files = values.read_secret_files(environment, SECRETS)
        _check_given_once(given, files)
        given |= files
        texts = _DEFAULTS | {"processes": str(os.cpu_count() or 1)} | given
        home = values.folder("home", texts["home"])
        return cls(
            home=home,
            output=values.place("output", texts["output"]),
            output_links=values.yes_or_no("output_links", texts["output_links"]),
            keep_days=values.count("keep_days", texts["keep_days"], least=0, most=MOST_DAYS),
            database=values.database("database", texts["database"] or f"sqlite:///{home / 'labelsvc.db'}"),
            host=values.host("host", texts["host"]),
            language=values.one_of("language", texts["language"], ("vi", "en")),
            processes=values.count("processes", texts["processes"]),
            connections=values.count("connections", texts["connections"], least=LEAST_CONNECTIONS),
            lease=values.count("lease", texts["lease"], least=LEAST_LEASE_SECONDS),
            keys=texts["keys"],
            keys_command=values.command("keys_command", texts["keys_command"]),
            behind_tls=values.yes_or_no("behind_tls", texts["behind_tls"]),
            address=values.address("address", texts["address"]),
            limits=values.server("limits", texts["limits"], values.COUNTERS),
            queue=values.server("queue", texts["queue"], values.QUEUES) if texts["queue"] else "",
            open_batches=values.count("open_batches", texts["open_batches"]),
            log=values.one_of("log", texts["log"], LOG_LEVELS),
            log_format=values.one_of("log_format", texts["log_format"], ("text", "json")),
            second_factor=values.one_of("second_factor", texts["second_factor"], SECOND_FACTORS),
            four_eyes=values.yes_or_no("four_eyes", texts["four_eyes"]),
            metrics_token=values.token("metrics_token", texts["metrics_token"]),
            origin={
                name: file_variable(name) if name in files else variable(name) if name in given else ""
                for name in VARIABLES
            },
        )

    @property
    def untried_store(self) -> str:
        """The kind of the object store that takes batches, where no test ever printed into one; else empty."""
        kind, separator, _ = self.output.partition("://")
        return kind if separator and kind not in values.TRIED_STORES else ""

    def shown(self) -> list[tuple[str, str, str]]:
        """Return (variable, value with secrets hidden, origin) for each setting."""
        rows = []
        for f in fields(self):
            if f.name != "origin":
                value = getattr(self, f.name)
                text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
                text = " ".join(value) if isinstance(value, tuple) else text
                rows.append(
                    (variable(f.name), values.hidden(text) if f.metadata.get("secret") else text, self.origin[f.name])
                )
        return rows


VARIABLES = tuple(f.name for f in fields(Settings) if f.name != "origin")


SECRETS = tuple(f.name for f in fields(Settings) if f.metadata.get("secret"))


def _check_given_once(given: Mapping[str, str], files: Mapping[str, str]) -> None:
    """Refuse a secret that is given twice: in a variable and in a file, or by a command too."""
    for name in sorted(given.keys() & files.keys()):
        raise InvalidValue.from_code("config.twice", variable=variable(name), file=file_variable(name))
    if (given.keys() | files.keys()) >= {"keys", "keys_command"}:
        raise InvalidValue.from_code("config.twice", variable=variable("keys"), file=variable("keys_command"))


def known_variables() -> list[str]:
    """Return the names of all variables that are read."""
    return [variable(name) for name in VARIABLES]


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return variables with our prefix that are not read: most likely typing errors."""
    known = {*known_variables(), *map(file_variable, SECRETS), OF_TESTS}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
