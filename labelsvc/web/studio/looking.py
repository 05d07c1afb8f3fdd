"""What the studio shows of a source while it is edited: the picture that the press draws, its items, what is found.

``POST …/studio/look`` takes JSON: ``source`` (files by their short names, ``kept:…``); ``sample``
("shortest", "usual", "longest", or a product's id); ``scale``, pixels of the picture for each CSS pixel; ``stock``, to
lay it out on; ``mark``, whether it bears the word of a specimen; ``picture`` and ``findings``, whether these are
wanted: findings take longer than a picture.

200: ``picture`` (a data URI; trim and bleed), ``width_mm``, ``height_mm``, ``bleed_mm``, ``safety_mm``, ``shape``,
``groups``, ``items`` (``workflows.studio.look_items``, each with a ``title``), ``findings``, ``product``, and
``layout`` with ``picture`` and ``per_sheet``, or ``problems``. 422: ``findings`` alone, of a source that cannot be
drawn. 409: a newer look of the same account ended this one; its answer is the one to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from labelsvc.domain.errors import DesignRefused, NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import invalid, problem
from labelsvc.web.studio.change_sentences import item_title
from labelsvc.web.studio.finding_sentences import finding_sentence
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.edit_design import unfold_source
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look import DesignLook, look
from labelsvc.workflows.studio.look_findings import LookFinding, of_the_source
from labelsvc.workflows.studio.office_samples import sample_of
from labelsvc.workflows.studio.samples import SAMPLES


class LookBody(BaseModel):
    """What is asked."""

    model_config = ConfigDict(extra="forbid")
    source: str
    sample: str = Field(default="usual", max_length=20, pattern=f"^({'|'.join(SAMPLES)}|[0-9]{{1,9}})$")
    stock: str = Field(default="", max_length=100)
    scale: float = Field(default=2.0, gt=0, le=100)
    mark: bool = True
    picture: bool = True
    findings: bool = True


def answer_look(name: str, product_of: Callable[[int], StoredProduct], origin: bytes = b"") -> Any:
    """Draw the source that is asked about and judge it; nothing is kept.

    ``product_of`` gives a product by its id (NotFound); ``origin``: what a producer's one is a copy of.
    """
    try:
        body = LookBody.model_validate_json(request.get_data())
    except ValidationError as error:
        return invalid(error)
    services = desk.services()
    try:
        product = None if body.sample in SAMPLES else product_of(int(body.sample))
        question = _question(name, body, product)
        if origin:  # others' products are no samples of a producer's
            question = replace(question, origin=origin, samples=())
    except NotFound as error:
        return problem(404, "api_404", error.problems)
    except DesignRefused as error:
        return jsonify(findings=_findings(of_the_source(error.problems))), 422
    found = look(question, services.assets, desk.me().id)
    if found.over:
        return jsonify(over=True), 409
    if not found.drawn:
        return jsonify(findings=_findings(found.findings)), 422
    return jsonify(_said(found))


def _question(name: str, body: LookBody, product: StoredProduct | None) -> LookQuestion:
    """Return what is asked of the child, with all that the database knows; NotFound, DesignRefused."""
    services = desk.services()
    source = services.looks.dressed(unfold_source(body.source.encode(), services.design_shelf))
    return LookQuestion(
        name=name,
        source=source,
        host=services.settings.host,
        now=desk.now(),
        sample=body.sample,
        product=sample_of(product, desk.today()) if product else None,
        samples=services.office_samples.of_groups(desk.now()),
        scale=body.scale,
        mark=services.paper_words.marks.specimen if body.mark else "",
        stock=services.stocks.stock(body.stock) if body.stock else None,
        picture=body.picture,
        findings=body.findings,
    )


def _said(found: DesignLook) -> dict[str, Any]:
    items = [item | {"title": item_title(item)} for item in found.said["items"]]
    said = found.said | {"items": items, "picture": data_uri(found.picture), "findings": _findings(found.findings)}
    if "layout" in said:
        problems = list(map(desk.explain, found.layout_problems))
        said["layout"] = said["layout"] | {"picture": data_uri(found.sheet), "problems": problems}
    return said


def _findings(found: Iterable[LookFinding]) -> list[dict[str, Any]]:
    """Return findings as the page shows them: what is found at several elements in one, with all their places."""
    groups: dict[tuple[object, ...], list[LookFinding]] = {}
    for finding in found:
        groups.setdefault(_kind(finding), []).append(finding)
    return [_grouped(group) for group in groups.values()]


_PLACES = ("line", "other_line", "first", "element", "other")
"""Facts that differ between findings of one kind."""


def _kind(finding: LookFinding) -> tuple[object, ...]:
    facts = tuple((name, str(fact)) for name, fact in finding.problem.facts.items() if name not in _PLACES)
    return finding.problem.code, finding.level, finding.judge, finding.samples, facts


def _grouped(group: list[LookFinding]) -> dict[str, Any]:
    first = group[0]
    nodes = [finding.node for finding in group if finding.node is not None]
    lines = [line for finding in group if isinstance(line := finding.problem.facts.get("line"), int)]
    return {
        "text": finding_sentence(first.problem),
        "level": first.level,
        "from": first.judge,
        "samples": first.samples,
        "node": next(iter(nodes), None),
        "nodes": nodes,
        "line": next(iter(lines), None),
        "lines": lines,
        "times": len(group),
    }
