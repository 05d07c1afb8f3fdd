"""``labelsvc design``: label designs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelsvc.cli.completion import designs_or_files
from labelsvc.cli.messages import explain, open_services, print_line, say, warn, wording
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.swatches import show_swatches
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import Millimetres, NewFile, ReadableFile, file_out
from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.product import ProductGroup

if TYPE_CHECKING:
    from labelsvc.domain.history import StoredProduct
    from labelsvc.workflows.designs.preview_label import LabelPreview


class _NameOrFile(ReadableFile):
    """A design's name, or the path of a file."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value, param, ctx) if "." in value or "/" in value else value


@click.group(cls=TranslatedGroup, help=say("help.design"))
def design() -> None:
    """Designs."""


@design.command("list", help=say("help.design_list"))
@AS_JSON
def list_designs(as_json: bool) -> None:
    """List the designs, including those published by the office."""
    open_services().rehearse()
    looks = open_services().looks
    designs = looks.designs
    if as_json:
        rows = []
        for each_design in designs:
            size = {"width_mm": each_design.shape.width_mm, "height_mm": each_design.shape.height_mm}
            groups = [group.name.lower() for group in ProductGroup if group in each_design.groups]
            titles = {"name": each_design.name, "title": each_design.title}
            rows.append({**titles, **size, "use": each_design.use, "groups": groups})
        print_line(json.dumps(rows, ensure_ascii=False))
        return
    language = wording().language
    for each_design in designs:
        shape = each_design.shape
        in_mm = f"{shape.width_mm:g} × {shape.height_mm:g} mm"
        use = say(f"looks.use_{each_design.use}") if each_design.use else ""
        title = each_design.title_in(language).removesuffix(f" {in_mm}")
        print_line(f"{each_design.name:<20} {in_mm:<12} {use:<17} {title}".rstrip())


@design.command(help=say("help.design_check"))
@click.argument("source", type=_NameOrFile(), shell_complete=designs_or_files, metavar=say("usage.name_or_file"))
@click.option("--swatches", type=NewFile(), metavar=say("usage.file"), help=say("help.design_swatches"))
def check(source: str | Path, swatches: Path | None) -> int:
    """Check a design: a name, or an .svg file."""
    from labelsvc.workflows.designs.check_design import check_design, design_warnings
    from labelsvc.workflows.designs.grouped_problems import group_problems
    from labelsvc.workflows.designs.host_symbols import printer_facts

    name = source.stem if isinstance(source, Path) else source
    content, warnings = b"", list[Problem]()
    try:
        content = _source(source)
        problems = check_design(name, content, open_services().assets, open_services().settings.host)
        warnings = design_warnings(name, content, open_services().assets)
    except DesignRefused as error:
        problems = list(error.problems)
    for problem in group_problems(problems):
        warn("✗ " + explain(problem))
    if problems:
        _say_repairs(name, content)
    for problem in warnings:
        warn("! " + explain(problem))
    if not problems:
        print_line(say("cli.design_good", name=name))
        design = open_services().assets.design(name, content)
        for fact in printer_facts(open_services().settings.host, design):
            print_line(explain(fact))
        _show_colours(name, content, swatches)
    return 1 if problems else 0


def _say_repairs(name: str, content: bytes) -> None:
    """Say that a file can be repaired, if it can."""
    from labelsvc.workflows.designs.repair_design import possible_repairs

    repairs = possible_repairs(content, name, open_services().assets)
    if repairs:
        print_line(say("repair.possible", count=len(repairs)))


@design.command(help=say("help.design_repair"))
@click.argument("source", type=ReadableFile(), metavar=say("usage.file"))
@click.option("--leave", type=int, multiple=True, metavar=say("usage.which_change"), help=say("help.repair_leave"))
@file_out("help.repair_out")
def repair(source: Path, leave: tuple[int, ...], out: Path) -> int:
    """Repair an .svg file; what remains wrong is what ``check`` says of the new one."""
    from labelsvc.workflows.designs.repair_design import possible_repairs, repair_source, write_repaired

    assets, content = open_services().assets, source.read_bytes()
    repairs = possible_repairs(content, source.stem, assets)
    chosen = [each.key for number, each in enumerate(repairs, 1) if number not in leave]
    for number, each in enumerate(repairs, 1):
        print_line(f"{number:>3} {'–' if number in leave else '✓'} {explain(each.change)}")
    if not chosen:
        warn(say("repair.nothing"))
        return 1
    write_repaired(out, repair_source(content, source.stem, assets, chosen))
    print_line(str(out))
    return 0


def _source(source: str | Path) -> bytes:
    """Return a design's source as it would print: a file's, or that of a name."""
    from labelsvc.workflows.print_assets import source_of

    open_services().rehearse()
    return source_of(source) if isinstance(source, Path) else open_services().looks.source(source)


def _show_colours(name: str, content: bytes, swatches: Path | None) -> None:
    from labelsvc.workflows.designs.show_swatches import design_inks, swatch_page

    assets = open_services().assets
    inks = design_inks(content, assets)
    show_swatches(inks)
    if spots := assets.design(name, content).artwork_spots:
        print_line(say("cli.artwork_spots", inks=spots))
    if swatches:
        swatch_page(swatches, name, inks, assets, open_services().paper_words.say, datetime.now(UTC))
        print_line(str(swatches))


@design.command(help=say("help.design_preview"))
@click.argument("source", type=_NameOrFile(), shell_complete=designs_or_files, metavar=say("usage.name_or_file"))
@click.option("--product", default="", metavar=say("usage.name"), help=say("help.preview_product"))
@file_out("help.preview_out")
def preview(source: str | Path, product: str, out: Path) -> int:
    """Preview a design as .png or .pdf."""
    from labelsvc.workflows.designs.preview_label import preview_label

    if out.suffix.lower() not in (".png", ".pdf"):
        raise click.UsageError(say("cli.preview_kind", path=out))
    shown = _label(source, product)
    if shown is None:
        return 1
    preview_label(out, shown, open_services().assets)
    print_line(str(out))
    return 0


def _label(source: str | Path, product: str) -> LabelPreview | None:
    """Return a label to look at; None, and a warning, for a product that nobody imported."""
    from labelsvc.workflows.designs.preview_label import product_meant

    content, services = _source(source), open_services()
    stored = product_meant(product, services.products) if product else None
    if product and stored is None:
        warn(say("cli.no_product", name=product))
        return None
    return _shown(source.stem if isinstance(source, Path) else source, content, stored)


def _shown(name: str, content: bytes, stored: StoredProduct | None = None) -> LabelPreview:
    """Return a label of today with a product, a made-up one if None."""
    from labelsvc.workflows.designs.preview_label import LabelPreview

    services = open_services()
    mark, host = services.paper_words.marks.specimen, services.settings.host
    return LabelPreview(name=name, stored=stored, mark=mark, host=host, now=datetime.now(UTC), source=content)


@design.command("open", help=say("help.design_open"))
@click.argument("source", type=_NameOrFile(), shell_complete=designs_or_files, metavar=say("usage.name_or_file"))
@click.option("--product", default="", metavar=say("usage.name"), help=say("help.open_product"))
@file_out("help.open_out")
def open_format(source: str | Path, product: str, out: Path) -> int:
    """Write a design in the open format."""
    from labelsvc.workflows.designs.open_design import write_open_design

    shown = _label(source, product)
    if shown is None:
        return 1
    written = source.read_bytes() if isinstance(source, Path) else open_services().looks.plain_source(source)
    write_open_design(out, shown, written, open_services().assets)
    print_line(str(out))
    return 0


@design.command(help=say("help.design_begin"))
@click.argument("source", type=ReadableFile(), metavar=say("usage.file"))
@click.option("--width", type=Millimetres(), default=0.0, metavar="MM", help=say("help.begin_width"))
@click.option("--convert", "converted", is_flag=True, help=say("help.begin_convert"))
@file_out("help.open_out")
def begin(source: Path, width: float, converted: bool, out: Path) -> int:
    """Begin a design from a PDF page or a picture, read in a confined process."""
    from labelsvc.workflows.designs.begin_design import Beginning, is_artwork, write_begun
    from labelsvc.workflows.designs.grouped_problems import group_problems
    from labelsvc.workflows.designs.try_design import TrialJob, try_design

    content, services = source.read_bytes(), open_services()
    if not is_artwork(content):
        raise click.UsageError(say("cli.begin_kind", path=source))
    shown, beginning = _shown(source.stem, content), Beginning(width, converted)
    trial = try_design(TrialJob(services.templates, services.fonts, shown, services.assets.looks, beginning))
    if trial.problems or not trial.picture:
        for problem in group_problems(trial.problems):
            warn("✗ " + explain(problem))
        return 1
    write_begun(out, trial.source)
    print_line(str(out))
    return 0
