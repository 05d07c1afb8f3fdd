"""Settings: ``LABELSVC_*`` variables, read once; every one has a default that works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import EXAMPLE, Host


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set. ``origin`` says for each setting whether it is a default or comes from the environment."""

    home: Path
    output: Path
    database: str = field(metadata={"secret": True})
    host: Host
    language: str
    processes: int
    keys: str = field(repr=False, metadata={"secret": True})
    behind_tls: bool
    origin: Mapping[str, str]

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read all settings; InvalidValue names the variable that cannot be used."""
        given = {name: value for name in VARIABLES if (value := environment.get(variable(name), ""))}
        home = Path(given.get("home", "instance")).absolute()
        return cls(
            home=home,
            output=Path(given.get("output", "output")).absolute(),
            database=given.get("database", f"sqlite:///{home / 'labelsvc.db'}"),
            host=Host.parse(given.get("host", EXAMPLE)),
            language=_one_of("language", given.get("language", "vi"), ("vi", "en")),
            processes=_count("processes", given.get("processes", str(os.cpu_count() or 1))),
            keys=given.get("keys", ""),
            behind_tls=_one_of("behind_tls", given.get("behind_tls", "no"), ("yes", "no")) == "yes",
            origin={name: variable(name) if name in given else "" for name in VARIABLES},
        )

    def shown(self) -> list[tuple[str, str, str]]:
        """Return (variable, value with secrets hidden, origin) for each setting."""
        rows = []
        for f in fields(self):
            if f.name != "origin":
                value = getattr(self, f.name)
                text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
                rows.append(
                    (variable(f.name), _hidden(text) if f.metadata.get("secret") else text, self.origin[f.name])
                )
        return rows


VARIABLES = tuple(f.name for f in fields(Settings) if f.name != "origin")


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"LABELSVC_{name.upper()}"


def _hidden(secret: str) -> str:
    """Hide a password inside a URL; hide anything else whole (SQLite's URL holds no secret)."""
    if not secret or secret.startswith("sqlite:"):
        return secret
    scheme, separator, rest = secret.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if separator else "…"


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise InvalidValue.of("config.choice", variable=variable(name), value=value, choices=choices)
    return value


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 256:
        raise InvalidValue.of("config.count", variable=variable(name), value=value)
    return int(value)
