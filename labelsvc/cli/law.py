"""``labelsvc law``: what label law asks of a product, and whether a designer's label does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelsvc.cli.clock import shared_now, shared_today
from labelsvc.cli.messages import explain, open_services, print_line, say, warn, wording
from labelsvc.cli.options import AS_JSON
from labelsvc.cli.usage import TranslatedGroup
from labelsvc.cli.values import ReadableFile, file_out

if TYPE_CHECKING:
    from labelsvc.domain.history import StoredProduct
    from labelsvc.domain.law.label_judging import LabelVerdict
    from labelsvc.domain.product import Product
    from labelsvc.workflows.law.check_label_file import LabelReport

EXIT_KEPT, EXIT_BROKEN, EXIT_UNKNOWN = 0, 1, 3
_SIGNS = {"kept": "✓", "broken": "✗", "unknown": "?", "not_needed": "–"}


@click.group(cls=TranslatedGroup, help=say("help.law"))
def law() -> None:
    """Label law."""


@law.command(help=say("help.law_sheet"))
@click.argument("name", metavar=say("usage.name"))
@file_out("help.law_sheet_out")
def sheet(name: str, out: Path) -> int:
    """Write the label content sheet of a product."""
    from labelsvc.workflows.law.content_sheet import content_sheet, save_content_sheet

    stored, services = _stored(name), open_services()
    if stored is None:
        return EXIT_BROKEN
    now = shared_now()
    content = content_sheet(stored, services.shipped_assets, services.paper_words, services.settings.host, now)
    save_content_sheet(out, content)
    print_line(str(out))
    return EXIT_KEPT


@law.command(help=say("help.law_check"))
@click.argument("file", type=ReadableFile(), metavar=say("usage.file"))
@click.option("--product", "name", required=True, metavar=say("usage.name"), help=say("help.law_product"))
@AS_JSON
def check(file: Path, name: str, as_json: bool) -> int:
    """Check a designer's PDF by the rules for a product."""
    from labelsvc.domain.law.label_judging import LabelState
    from labelsvc.workflows.law.check_label_file import check_label_file

    stored = _stored(name)
    if stored is None:
        return EXIT_BROKEN
    product = stored.product
    report = check_label_file(file, product, open_services().shipped_assets, shared_today())
    if as_json:
        print_line(json.dumps(_report(file, product, report), ensure_ascii=False))
    else:
        _tell(file, report)
    unknown = EXIT_UNKNOWN if report.count(LabelState.UNKNOWN) else EXIT_KEPT
    return EXIT_BROKEN if report.count(LabelState.BROKEN) else unknown


def _stored(name: str) -> StoredProduct | None:
    from labelsvc.workflows.designs.preview_label import product_meant

    services = open_services()
    stored = product_meant(name, services.products)
    if stored is None:
        warn(say("law.no_product", name=name))
    return stored


def _tell(file: Path, report: LabelReport) -> None:
    from labelsvc.domain.law.label_judging import LabelState

    language = wording().language
    print_line(say("law.check_head", file=file, goods_class=say(f"law.goods_class_{report.goods_class.value}")))
    for verdict in report.verdicts:
        cited = f" [{verdict.rule.citation(language)}]" if verdict.rule else ""
        print_line(f"  {_SIGNS[verdict.state.value]} {_words(verdict)}{cited}")
        if verdict.why:
            print_line("      " + explain(verdict.why))
    counts = {state.value: report.count(state) for state in LabelState}
    print_line(say("law.check_summary", **counts))


def _words(verdict: LabelVerdict) -> str:
    return verdict.rule.words_in(wording().language) if verdict.rule else say("law.label_symbol")


def _report(file: Path, product: Product, report: LabelReport) -> dict[str, Any]:
    return {
        "file": str(file),
        "product": product.name,
        "producer": product.producer,
        "goods_class": report.goods_class.value,
        "rules": [
            {
                "rule": verdict.rule.name if verdict.rule else "qr",
                "says": _words(verdict),
                "source": verdict.rule.citation(wording().language) if verdict.rule else None,
                "house_rule": bool(verdict.rule and verdict.rule.house),
                "result": verdict.state.value,
                "code": verdict.why.code if verdict.why else None,
                "why": explain(verdict.why) if verdict.why else None,
            }
            for verdict in report.verdicts
        ],
    }
