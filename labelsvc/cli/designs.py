"""``labelsvc design``: the looks of labels."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from labelsvc.cli.speech import explain, say, tell, warn, workshop
from labelsvc.domain.errors import LabelsvcError


@click.group(help=say("help.design"))
def design() -> None:
    """Designs."""


@design.command("list", help=say("help.design_list"))
@click.option("--json", "as_json", is_flag=True, help=say("help.json"))
def list_designs(as_json: bool) -> None:
    """List the designs."""
    room = workshop().room
    designs = [room.design(name) for name in room.design_names]
    if as_json:
        sizes = [(d.name, d.title, d.shape.width_mm, d.shape.height_mm) for d in designs]
        tell(json.dumps([dict(zip(("name", "title", "width_mm", "height_mm"), s, strict=True)) for s in sizes]))
        return
    for one in designs:
        tell(f"{one.name:<16}{one.title}")


@design.command(help=say("help.design_check"))
@click.argument("name")
def check(name: str) -> int:
    """Check a design: a name, or an .svg file."""
    from labelsvc.workflows.check_design import check_design

    path = Path(name)
    source = path.read_bytes() if path.suffix == ".svg" and path.is_file() else None
    try:
        problems = check_design(path.stem if source else name, source, workshop().room, workshop().settings.host)
    except LabelsvcError as error:
        problems = list(error.problems)
    for problem in problems:
        warn("✗ " + explain(problem))
    if not problems:
        tell(say("cli.design_good", name=path.stem if source else name))
    return 1 if problems else 0


@design.command(help=say("help.design_preview"))
@click.argument("name")
@click.option("--product", default="", help=say("help.preview_product"))
@click.option(
    "-o", "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help=say("help.preview_out")
)
def preview(name: str, product: str, out: Path) -> int:
    """Preview a design as .png or .pdf."""
    from labelsvc.cli.printing import marks
    from labelsvc.workflows.preview_label import preview_label

    if out.suffix not in (".png", ".pdf"):
        raise click.UsageError(say("cli.preview_kind", path=out))
    shop = workshop()
    stored = next(iter(shop.products.search(product, limit=1)), None) if product else None
    if product and stored is None:
        warn(say("cli.no_product", name=product))
        return 1
    preview_label(out, name, stored, shop.room, marks(), host=shop.settings.host, now=datetime.now(UTC))
    tell(str(out))
    return 0
