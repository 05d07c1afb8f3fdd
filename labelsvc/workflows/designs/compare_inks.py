"""How a design's picture looks on the screen and in print: its colours converted by the output profile."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.host import Host
from labelsvc.rendering.design.linked_files import content_of
from labelsvc.rendering.design.picture_inks import PICTURES, InkComparison, compared
from labelsvc.workflows.designs.design_nursery import ask_apart
from labelsvc.workflows.print_assets import print_assets

MOST_PIXELS = 640
_PICTURE = re.compile(rb"""href=["'](data:image/(?:png|jpeg|tiff);base64,[^"']+)""")


@dataclass(frozen=True, slots=True)
class CompareInksJob:
    """All that the child needs: a design's source with its files in it."""

    templates: Path
    fonts: Path
    source: bytes

    def answer(self) -> bytes:
        """Compare the first picture, in the child; nothing of a design without one."""
        profile = print_assets(self.templates, self.fonts).profile
        try:
            found = _PICTURE.search(self.source)
            if not found:
                return b""
            pair = compared(content_of(found[1].decode(), PICTURES), profile, MOST_PIXELS)
        except LabelsvcError:
            return b""
        return json.dumps([len(pair.screen), pair.changed]).encode() + b"\n" + pair.screen + pair.press


def compare_inks(job: CompareInksJob, host: Host) -> InkComparison | None:
    """Return how a design's first picture changes in print; None if it has none, or one that cannot be read."""
    head, _, rest = ask_apart(job, (job.templates, job.fonts, host)).partition(b"\n")
    if not head:
        return None
    size, changed = json.loads(head)
    return InkComparison(rest[:size], rest[size:], changed)
