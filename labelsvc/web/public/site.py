"""How the public pages are reached, and what they show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicSite:
    """``address``: scheme and host of stamps, as browsers show it; pages say that true ones begin so.

    ``behind_tls``: reached by HTTPS alone, through one proxy. ``specimen``: demonstration data, so every page says so.
    ``limits``: where tries are counted, by its URL.
    """

    address: str
    behind_tls: bool = False
    specimen: bool = False
    limits: str = "memory://"
