"""The host that a code's URL names: what a phone opens when it scans a label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.qr_version import UrlPrefix, UrlScheme

EXAMPLE = "OCOP.HANOI.EXAMPLE"
"""The default: a reserved name (RFC 2606), so that a label printed by mistake leads nowhere."""
SPECIMENS = (".EXAMPLE", ".INVALID", ".TEST")
"""Names that can never resolve (RFC 2606): a label with one of them is a specimen."""
LOCAL_ENDS = frozenset(
    {"EXAMPLE", "INVALID", "LOCALHOST", "TEST"}  # RFC 6761
    | {"LOCAL", "CORP", "HOME", "INTERNAL", "INTRANET", "LAN", "PRIVATE"}  # RFC 6762 and its appendix G; ICANN 2024
    | {"ALT", "ARPA", "MAIL", "ONION"}  # RFC 9476, RFC 8375 (home.arpa), ICANN 2018, RFC 7686
    | {"DOMAIN", "HOMENET", "HOMENETWORK", "LOCALDOMAIN", "LOCALNET", "ROUTER", "WORKGROUP"}  # routers and offices
)
"""Last labels that name no host on the internet."""
RESERVED = ("EXAMPLE.COM", "EXAMPLE.NET", "EXAMPLE.ORG")
"""Second-level names for examples (RFC 2606)."""

_HOST = re.compile(r"(?:(HTTPS?)://)?([A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?)/?")
_LABEL = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?")
_TOP_LEVEL = re.compile(r"[A-Z]{2,63}|XN--[A-Z0-9-]{0,58}[A-Z0-9]")
_NUMBER = re.compile(r"[0-9]+|0X[0-9A-F]*")


@dataclass(frozen=True, slots=True)
class Host:
    """A host in upper case, to fit QR's alphanumeric mode; ``trial`` if phones elsewhere cannot open it.

    A host given with a scheme is a machine in the same network; it is a trial, as is any host that is not
    :attr:`public`. Its labels are marked IN THỬ; those of an example host are specimens and are marked MẪU.
    """

    name: str
    scheme: str = "HTTPS"
    trial: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``OCOP.HANOI.GOV.VN`` or, for a trial, ``HTTP://192.168.1.7:8000``; InvalidValue for anything else."""
        found = _HOST.fullmatch(text.strip().upper())
        if not found or ".." in found[2]:
            raise InvalidValue.from_code("host.unreadable", value=text)
        host = cls(found[2], found[1] or "HTTPS")
        return cls(host.name, host.scheme, trial=found[1] is not None or not (host.public or host.specimen))

    @property
    def specimen(self) -> bool:
        """Return whether the host is a reserved example name, which no phone can open."""
        return self.name.endswith(SPECIMENS)

    @property
    def public(self) -> bool:
        """Return whether a phone anywhere may open it: a name under a top-level domain, or an internet address."""
        name, _, port = self.name.partition(":")
        labels = name.split(".")
        if port and not 0 < int(port) <= 65_535:
            return False
        if _NUMBER.fullmatch(labels[-1]):  # browsers read it as an IPv4 address, in any of its spellings
            return _is_public_address(name)
        named = len(labels) > 1 and _TOP_LEVEL.fullmatch(labels[-1]) and labels[-1] not in LOCAL_ENDS
        return bool(named) and all(map(_LABEL.fullmatch, labels)) and ".".join(labels[-2:]) not in RESERVED

    @property
    def address(self) -> str:
        """How the address of every page begins, as browsers show it: ``https://ocop.hanoi.gov.vn``."""
        return f"{self.scheme}://{self.name}".lower()

    def url_prefix(self, scheme: UrlScheme = "lower", gtin: str = "") -> UrlPrefix:
        """Return the printed URL up to the code.

        With a GTIN in the GS1 Digital Link form: GTIN as 14 digits (AI 01), the code as serial (AI 21).
        """
        rest = f"://{self.name}/" + (f"01/{gtin.zfill(14)}/21/" if gtin else "")
        return UrlPrefix("", self.scheme + rest) if scheme == "capitals" else UrlPrefix(self.scheme.lower(), rest)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.name}" if self.trial else self.name


def _is_public_address(name: str) -> bool:
    try:
        address = IPv4Address(name)
    except ValueError:  # other than four numbers: too rarely intended to be distinguished
        return False
    return address.is_global and not address.is_multicast
