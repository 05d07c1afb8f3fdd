"""A service whose figures and state somebody may see by token."""

from __future__ import annotations

from pathlib import Path

from labelsvc.config import Settings
from labelsvc.services import Services

TOKEN = "q8Yx2mV7tR4nB1kL0pZs"
WATCHER = {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}


def services_at(home: Path, **given: str) -> Services:
    names = {"HOME": str(home), "OUTPUT": str(home / "output")} | given
    return Services(Settings.read({f"LABELSVC_{name}": value for name, value in names.items()}))
