"""What the headers of JPEG and JPEG 2000 pictures say (ITU-T T.81, B.2.2; T.800, A.5.1)."""

from __future__ import annotations

import re
from typing import Any

from labelsvc.preflight.content.colours import ColourSpace
from labelsvc.preflight.content.streams import filters

_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_CODESTREAM = re.compile(rb"\xff\x4f\xff\x51.{36}(..)", re.DOTALL)
_CHANNELS = {"DeviceGray": 1, "CalGray": 1, "DeviceRGB": 3, "CalRGB": 3, "Lab": 3, "DeviceCMYK": 4}


def channels_said(image: Any, space: ColourSpace) -> tuple[int, int] | None:
    """Return the channels of a picture's data and of its colour space if they differ, else None.

    Programs read such a picture differently, and some crash.
    """
    last = filters(image)[-1:]
    asked = _CHANNELS.get(space.family, len(space.inks) or space.components)
    read = {"/DCTDecode": _of_jpeg, "/JPXDecode": _of_jpeg_2000}.get(last[0] if last else "")
    if read is None or space.family == "unknown" or space.indexed or len(filters(image)) > 1:
        return None
    held = read(bytes(image.read_raw_bytes()))
    alpha = read is _of_jpeg_2000 and held == asked + 1
    return None if held in (None, asked) or alpha else (held or 0, asked)


def _of_jpeg(data: bytes) -> int | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in _FRAMES:
            return data[at + 9]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _of_jpeg_2000(data: bytes) -> int | None:
    match = _CODESTREAM.search(data)
    return int.from_bytes(match[1], "big") if match else None
