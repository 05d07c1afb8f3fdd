"""Write a design of ``ls:`` elements in the open format, with samples of made-up products."""

from __future__ import annotations

from datetime import date

from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.product import Product
from labelsvc.rendering.design.design import DesignMeans, read_design_by_node
from labelsvc.rendering.design.filling import LabelFacts
from labelsvc.rendering.design.open_format.sample_label import SampleLabel, SymbolRows
from labelsvc.rendering.design.open_format.writing import write_open
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.symbol_files import code_matrices
from labelsvc.workflows.designs.class_examples import CLASS_EXAMPLES
from labelsvc.workflows.designs.example_products import EXAMPLES, example_facts
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


def open_design(
    source: bytes, name: str, assets: PrintAssets, host: Host, mark: str, shown: LabelFacts | None = None
) -> bytes:
    """Return a design in the open format; it reads as the same design.

    ``mark`` is the word of specimens, ``shown`` what its samples show if it fits; DesignRefused if it cannot be read.
    """
    means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
    design = read_design_by_node(source, name, means)
    products = [_SHOWN, *EXAMPLES, *CLASS_EXAMPLES.values()]
    examples = [example_facts(host, mark, _ANY_DAY, design.groups, product) for product in products]
    wanted = [shown] if shown else []
    return write_open(source, SampleLabel(design, (*wanted, *examples), SAMPLE_CODE, lambda size: _symbol(host, size)))


def _symbol(host: Host, size_mm: float) -> SymbolRows:
    rows: list[list[bool]] = code_matrices(encoder_for(host, size_mm), [SAMPLE_CODE])[0].tolist()
    return rows
