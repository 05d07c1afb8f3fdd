"""PNG files (ISO/IEC 15948) of flat pictures: rows are unfiltered, since label pages compress best that way."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
"""By the number of channels: grey, RGB, RGB with alpha."""
KEPT_LEVEL, PASSING_LEVEL = 6, 2
"""libdeflate's level for a file that is kept, and for a picture that the next change replaces: for a label a tenth
larger, in half the time."""
_INCH_M = 0.0254


def png(pixels: NDArray[np.uint8], dpi: int, level: int = KEPT_LEVEL) -> bytes:
    """Return a picture, uint8[y, x, channel] with 1, 3 or 4 channels, as a PNG file."""
    import deflate
    import numpy as np

    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    per_metre = round(dpi / _INCH_M)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", bytes(deflate.zlib_compress(rows, level))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))
