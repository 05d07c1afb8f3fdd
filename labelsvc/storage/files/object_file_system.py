"""The file system of fsspec by which a process comes to an object store, with our options and those of the office."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "s3": {
        "use_listings_cache": False,  # other machines write there as well
        "default_fill_cache": False,
        "max_concurrency": 1,  # files go piece by piece; else the size of each would be asked before it is read
        "config_kwargs": {
            "signature_version": "s3v4",
            "connect_timeout": 5,
            "read_timeout": 20,
            "retries": {"mode": "standard", "total_max_attempts": 3},
            # checksums at the end of a body are AWS's own; Ceph's gateway and others do not take them
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
    }
}


def file_system(protocol: str) -> Any:
    """Return this process's file system of a protocol; options of FSSPEC_<PROTOCOL> go before ours.

    Its requests are tried again by botocore alone: s3fs would do so five times more, each with botocore's own tries,
    and hold whoever asks a store that hangs for five minutes.
    """
    import fsspec
    from fsspec.config import conf

    found = fsspec.filesystem(protocol, **_with_ours(protocol, conf.get(protocol, {})))
    if protocol == "s3" and found.retries != 1:
        from botocore.handlers import add_expect_header

        found.retries = 1
        # a request that asks "may I send?" waits for an answer without any time-out
        found.s3.meta.events.unregister("before-call.s3", add_expect_header)
    return found


def _with_ours(protocol: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options for a protocol with ours where they say nothing, those of botocore one by one."""
    ours = _OPTIONS.get(protocol, {})
    merged = {**ours, **options}
    if "config_kwargs" in ours:
        merged["config_kwargs"] = {**ours["config_kwargs"], **options.get("config_kwargs", {})}
        impatient = {"socket_factory": impatient_sockets(merged["config_kwargs"]["read_timeout"] / 2)}
        merged["config_kwargs"].setdefault("connector_args", impatient)
    return merged


@cache
def impatient_sockets(seconds: float) -> Callable[[Any], socket.socket]:
    """Return what makes sockets that break when the other side takes nothing for so long (Linux).

    aiohttp's time-outs begin when a request is sent: a store that hangs amid a body, or whose link is cut, would hold
    whoever sends it for a quarter of an hour, or for ever where it still acknowledges.
    """

    def make(address: Any) -> socket.socket:
        family, kind, protocol, *_ = address
        made = socket.socket(family, kind, protocol)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1_000))
        return made

    return make
