"""The host that a code's URL names: what a phone opens when it scans a label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from labelsvc.domain.errors import InvalidValue

EXAMPLE = "OCOP.HANOI.EXAMPLE"
"""The default: a reserved name (RFC 2606), so that nothing printed by mistake leads anywhere."""

_HOST = re.compile(r"(?:(HTTPS?)://)?([A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?)/?")


@dataclass(frozen=True, slots=True)
class Host:
    """A host in upper case, so that QR's alphanumeric mode holds the URL; ``trial`` when it was given with a scheme.

    A label of a trial leads to a machine in the same network and is marked IN THỬ; one of an example host is a
    specimen and is marked MẪU.
    """

    name: str
    scheme: str = "HTTPS"
    trial: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``OCOP.HANOI.GOV.VN`` or, for a trial, ``HTTP://192.168.1.7:8000``; InvalidValue for anything else."""
        found = _HOST.fullmatch(text.strip().upper())
        if not found or ".." in found[2]:
            raise InvalidValue.of("host.unreadable", value=text)
        return cls(found[2], found[1] or "HTTPS", trial=found[1] is not None)

    @property
    def specimen(self) -> bool:
        """Tell whether the host is a reserved example that no phone can open."""
        return self.name.endswith((".EXAMPLE", ".INVALID", ".TEST"))

    @property
    def prefix(self) -> str:
        """Everything of the printed URL before the code."""
        return f"{self.scheme}://{self.name}/"

    def gs1_prefix(self, gtin: str) -> str:
        """The same in the GS1 Digital Link form: GTIN as 14 digits (AI 01), the code as serial (AI 21)."""
        return f"{self.prefix}01/{gtin.zfill(14)}/21/"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.name}" if self.trial else self.name
