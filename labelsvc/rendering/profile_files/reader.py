"""The confined process that reads one uploaded file of a profile: the file comes in, what is kept goes out.

The answer is a line of JSON, then bytes. ``{"refused": code, "facts": {…}}`` alone; or ``{"kind": "picture", "page":
[width, height, bytes], "large": [width, height, bytes]}`` and both JPEGs; or ``{"kind": "pdf", "pages": number}`` and
nothing, as a PDF is kept as it came.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from labelsvc.rendering.profile_files.certificates import look_through_pdf
from labelsvc.rendering.profile_files.pictures import PictureRefused, remade_picture


def main(cmyk_profile: str, pdf_allowed: str) -> None:
    """Read the file on standard input; ``pdf_allowed`` is ``yes`` where it may be a PDF."""
    content, parts = sys.stdin.buffer.read(), []
    try:
        if pdf_allowed == "yes" and content.startswith(b"%PDF"):
            answer: dict[str, Any] = {"kind": "pdf", "pages": look_through_pdf(content)}
        else:
            page, large = remade_picture(content, Path(cmyk_profile))
            answer = {"kind": "picture"}
            for name, file in (("page", page), ("large", large)):
                answer[name] = [file.width_px, file.height_px, len(file.content)]
                parts.append(file.content)
    except PictureRefused as refused:
        answer = {"refused": refused.code, "facts": refused.facts}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(parts))
    sys.stdout.buffer.flush()
