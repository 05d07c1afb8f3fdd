"""Pictures of labels: what a process has loaded before it is asked for the first one."""

from __future__ import annotations

from datetime import UTC, datetime

from labelsvc.domain.host import Host
from labelsvc.rendering.qr import encoder
from labelsvc.workflows import print_assets
from labelsvc.workflows.designs.label_picture import label_png, load_designs
from labelsvc.workflows.designs.preview_label import LabelPreview
from tests.samples.labels_on_paper import ROOM

HOST = Host.parse("anh-dau-tien.vn")
CACHES = (encoder._tables, encoder._mask_changes, print_assets._design)


def test_first_label_after_the_examples_finds_tables_and_design_made() -> None:
    load_designs(ROOM, HOST)
    made = [cache.cache_info().misses for cache in CACHES]

    for name in ROOM.design_names:
        source, now = ROOM.design_source(name), datetime(2026, 11, 29, tzinfo=UTC)
        picture = label_png(LabelPreview(name=name, stored=None, mark="MẪU", host=HOST, now=now, source=source), ROOM)
        assert picture.startswith(b"\x89PNG")

    assert [cache.cache_info().misses for cache in CACHES] == made
