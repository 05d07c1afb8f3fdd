"""Where the desk is reached: links that people are sent name the address that is set, not what a request claims."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from labelsvc.config import Settings
from labelsvc.web.desk import context as desk

_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def trusted_hosts(settings: Settings) -> list[str] | None:
    """Return the hosts that the desk answers to: its address, the one on labels, this machine; None for every one."""
    if not settings.address:
        return None
    return [_name(settings.address), _name(f"//{settings.host.name.lower()}"), "localhost", "127.0.0.1"]


def public_link(path: str) -> str:
    """Return a path of ours as a link to send to somebody.

    Where no address is set, a request's own host is taken if it is this machine or an address of the local network;
    another name may be anybody's, and the path alone is returned.
    """
    if address := desk.services().settings.address:
        return address + path
    host = _name(f"//{request.host}")
    return f"{request.scheme}://{request.host}{path}" if host in _OF_THIS_MACHINE or _in_local_network(host) else path


def _name(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def _in_local_network(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return False
