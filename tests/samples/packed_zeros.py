"""Zeros by the megabyte as zlib packs them, made without packing each of them."""

from __future__ import annotations

import zlib


def zeros_packed(megabytes: int) -> bytes:
    """Return a zlib stream of zeros: one block after the other, each of which is the first."""
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = (megabytes << 20) % 65_521 << 16 | 1
    return head + block * (megabytes - 1) + b"\x03\x00" + adler.to_bytes(4)
