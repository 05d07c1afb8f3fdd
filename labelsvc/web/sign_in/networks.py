"""The network that somebody asks from, as a mark: the same for all its addresses, which cannot be read from it."""

from __future__ import annotations

from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request

PREFIX_OF_VERSION = {4: 24, 6: 48}
"""What a household or an office has: its addresses change within it."""
MARK_BYTES = 6


def network_mark() -> str:
    """Return the mark of this request's network; keyed, as there are only some 16 million networks to try."""
    secret = current_app.secret_key
    key = secret.encode() if isinstance(secret, str) else secret or b""
    network = network_of(request.remote_addr or "")
    return blake2b(network.encode(), key=key[:64], digest_size=MARK_BYTES, person=b"networks").hexdigest()


def network_of(address: str) -> str:
    """Return the network of an address: /24 of IPv4, /48 of IPv6; what is no address is its own."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, IPv6Address) and read.ipv4_mapped:
        read = read.ipv4_mapped
    return str(ip_network((read, PREFIX_OF_VERSION[read.version]), strict=False))
