"""What the kernel keeps from processes that read untrusted files: see :mod:`labelsvc.limited_process`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from labelsvc.limited_process import landlock, sockets


@dataclass(frozen=True, slots=True)
class Confinement:
    """``landlock``: its ABI, 0 if files are not kept from them; ``sockets``: whether they are forbidden (seccomp).

    Their environment is empty, and memory and time are limited, everywhere.
    """

    landlock: int
    sockets: bool

    @classmethod
    def in_force(cls) -> Self:
        """Return what this kernel does."""
        return cls(landlock.version(), sockets.can_forbid())
