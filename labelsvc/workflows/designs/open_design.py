"""Write a design of ``ls:`` elements in the open format, with samples of made-up products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.product import Product
from labelsvc.rendering.design.design import DesignMeans, read_design_by_node
from labelsvc.rendering.design.open_format.sample_label import DarkRows, SampleLabel
from labelsvc.rendering.design.open_format.writing import write_open
from labelsvc.rendering.design.source import OURS
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.symbol_files import code_matrices
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.designs.design_nursery import ask_apart
from labelsvc.workflows.designs.example_products import EXAMPLES, example_facts
from labelsvc.workflows.designs.preview_label import LabelPreview
from labelsvc.workflows.print_assets import PrintAssets

SAMPLE_CODE = ALPHABET[:20]
"""What a sample bears: no stamp has it."""
_SHOWN = Product(
    name="Cốm làng Vòng",
    brand="Mễ Trì",
    producer="Hợp tác xã Cốm Mễ Trì",
    address="Phố Mễ Trì Thượng",
    commune="Phường Từ Liêm",
    net_content="200 g",
    ingredients="Nếp cái hoa vàng",
    storage="Nơi khô mát, 5–10 °C",
    shelf_life="2 ngày kể từ NSX",
    directions="Ăn ngay sau khi mở",
    origin="Việt Nam",
    gtin="08936012345674",
)
_ANY_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A design that is opened in a confined child: :func:`open_design` says what ``shown`` and ``written`` are."""

    shown: LabelPreview
    written: bytes
    assets: PrintAssets

    def answer(self) -> bytes:
        """Write it in the open format, in the child; nothing where it cannot be read."""
        try:
            return open_design(self.shown, self.written, self.assets)
        except LabelsvcError:
            return b""


def opened_apart(job: OpenJob) -> bytes:
    """Return a design in the open format; as it is written where it has no ``ls:`` elements or cannot be read."""
    if OURS.encode() not in job.written:
        return job.written
    assets = job.assets
    return ask_apart(job, (assets.templates, assets.fonts_folder, job.shown.host)) or job.written


def write_open_design(path: Path, shown: LabelPreview, written: bytes, assets: PrintAssets) -> None:
    """Write a design in the open format into a file, as :func:`open_design`."""
    content = open_design(shown, written, assets)
    with whole_file(path) as file:
        file.write(content)


def open_design(shown: LabelPreview, written: bytes, assets: PrintAssets) -> bytes:
    """Return a design in the open format; it reads as the same design. DesignRefused if it cannot be read.

    ``shown.source`` is the design with the files that it names, ``written`` as it is written; ``shown.stored`` is what
    its samples show if that fits, else a made-up product.
    """
    means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
    design = read_design_by_node(shown.source or written, shown.name, means)
    stored = [shown.facts(design)] if shown.stored else []
    products = [_SHOWN, *EXAMPLES, *CLASS_EXAMPLES.values()]
    examples = [example_facts(shown.host, shown.mark, _ANY_DAY, design.groups, product) for product in products]
    sample = SampleLabel(design, (*stored, *examples), SAMPLE_CODE, lambda size: _symbol(shown.host, size))
    return write_open(written, sample)


def _symbol(host: Host, size_mm: float) -> DarkRows:
    rows: list[list[bool]] = code_matrices(encoder_for(host, size_mm), [SAMPLE_CODE])[0].tolist()
    return rows
