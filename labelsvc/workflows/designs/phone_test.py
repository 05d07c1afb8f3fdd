"""Make the phone test sheet: which phones take which QR codes for links, before thousands of stamps are printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from labelsvc.domain.host import Host
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.qr.choice import choose_as_before
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.phone_test import MODULES_MM, Bilingual, PhoneTestWords, write_phone_test
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.paper_words import Say
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets

SAMPLES = ("HANOI.EXAMPLE", "TEM.SO.OCOP.HANOI.VN.EXAMPLE")
"""Besides the office's host: the longest that version 3 holds at levels Q and M."""
STEPS = 4


def make_phone_test(
    path: Path, hosts: Sequence[Host], assets: PrintAssets, say: tuple[Say, Say], now: datetime
) -> None:
    """Write the sheet for some hosts; ``say`` speaks Vietnamese, and English for the lines below.

    InvalidValue if no version holds a host's URL.
    """

    def both(code: str, **facts: object) -> Bilingual:
        return say[0](code, **facts), say[1](code, **facts)

    words = PhoneTestWords(
        title=both("press.phone_test_title"),
        steps=[both(f"press.phone_test_{step}") for step in range(1, STEPS + 1)],
        sizes=[both("press.phone_test_size", module_mm=module_mm) for module_mm in MODULES_MM],
        phone=both("press.phone_test_phone"),
    )
    identity = PdfIdentity(words.title[0], now, PRODUCER)
    with whole_file(path) as pdf:
        stream: Any = pdf
        write_phone_test(stream, _encoders(hosts), words, assets.fonts, identity, assets.profile)


def _encoders(hosts: Sequence[Host]) -> list[QrEncoder]:
    """Return two for each host: ``https`` in lower case, and all in capitals as it was printed before."""
    prefixes = [host.url_prefix(scheme) for host in hosts for scheme in ("lower", "capitals")]
    return [QrEncoder(prefix, choose_as_before(prefix)) for prefix in prefixes]
