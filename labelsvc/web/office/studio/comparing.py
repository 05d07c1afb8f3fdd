"""The versions of a design, and two of them beside one another with what differs outlined and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, DesignRefused, NotFound
from labelsvc.web.desk import context as desk
from labelsvc.web.office.blueprint import office
from labelsvc.web.studio.change_sentences import change_sentence
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.looks import ShelvedDesign
from labelsvc.workflows.studio.compare_versions import ComparedSide, Comparison, compare
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.samples import SAMPLES

SCALE = 2.0
WHOLE = 64
"""Digits of a SHA-256."""
MOST_CHANGES = 40
"""Sentences on a page."""


@dataclass(frozen=True, slots=True)
class ShownSide:
    """A version as the page shows it; ``version`` None: nothing is published yet, or it is not saved yet."""

    version: ShelvedDesign | None
    heading: str
    picture: str
    size_mm: tuple[float, float]
    problems: Sequence[str]


@office.get("/designs/<name>/versions")
def design_versions(name: str) -> str:
    """List the versions of a design, the newest first, with their pictures."""
    found = desk.services().design_shelf.versions(name)
    return render_template(
        "office/studio/versions.html",
        active="designs",
        name=name,
        versions=found,
        numbers=_numbers(found),
        published=_published(found),
        seen=desk.services().design_shelf.states_seen(found),
        four_eyes=desk.services().design_shelf.four_eyes,
    )


@office.post("/designs/<name>/<int:version>/restore")
@desk.needs(Right.EDIT)
def design_restore(name: str, version: int) -> AnyResponse:
    """Keep an older version as a new one."""
    newest = request.form.get("newest", "")
    seen = int(newest) if newest.isascii() and newest.isdigit() and len(newest) < 6 else None
    try:
        made = desk.services().design_shelf.restore(name, version, desk.context(), seen)
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("versions.restored", version=str(version), made=str(made))
    return redirect(url_for("office.design_versions", name=name))


@office.get("/designs/<name>/compare")
def design_compare(name: str) -> str:
    """Show two versions: ``after``, the newest by default, and ``before``, by default the one that prints.

    ``mine``, a kept source's SHA-256, goes in the place of ``after``: what somebody wrote while another version was
    saved.
    """
    found = desk.services().design_shelf.versions(name)
    if mine := request.args.get("mine", ""):
        return _beside_mine(name, found, mine)
    after = _chosen(found, "after") or found[0]
    before = _chosen(found, "before") or _published(found) or _older(found, after)
    sample = request.args.get("sample", "usual")
    sample = sample if sample in SAMPLES else "usual"
    comparison = compared(name, _source(name, before or after), _source(name, after), sample)
    sides = _shown(before, comparison.before), _shown(after, comparison.after)
    own = after.who == desk.me().email and desk.services().design_shelf.four_eyes
    return _page(name, found, comparison, sides, sample=sample, own=own)


def _beside_mine(name: str, found: Sequence[ShelvedDesign], mine: str) -> str:
    """Show a kept source beside the version that was saved meanwhile; NotFound where it is not kept."""
    before, kept = _chosen(found, "before") or found[0], desk.services().design_shelf.files([mine])
    if len(mine) != WHOLE or mine not in kept:
        raise NotFound.from_code("looks.no_version", name=name, version=before.version + 1)
    comparison = compared(name, _source(name, before), kept[mine], "usual")
    own_side = replace(_shown(None, comparison.after), heading=desk.say("versions.mine"))
    return _page(name, found, comparison, (_shown(before, comparison.before), own_side), sample="usual", own=False)


def _page(
    name: str,
    found: Sequence[ShelvedDesign],
    comparison: Comparison,
    sides: tuple[ShownSide, ShownSide],
    **facts: object,
) -> str:
    changes = [change_sentence(change) for change in comparison.changes[:MOST_CHANGES]]
    return render_template(
        "office/studio/compare.html",
        active="designs",
        name=name,
        numbers=_numbers(found),
        samples=[(each, desk.say(f"versions.sample_{each}")) for each in SAMPLES],
        sides=sides,
        comparison=comparison,
        changes=changes,
        left_out=len(comparison.changes) - len(changes),
        published=_published(found),
        seen=desk.services().design_shelf.states_seen(found),
        **facts,
    )


def looked_at_difference(name: str) -> bool:
    """Return whether whoever publishes with four eyes came from the page that shows the difference to what prints."""
    shelf = desk.services().design_shelf
    if not shelf.four_eyes:
        return True
    published = _published(shelf.versions(name))
    return request.form.get("compared") == str(published.version if published else 0)


def _numbers(found: Sequence[ShelvedDesign]) -> list[tuple[int, str]]:
    return [(each.version, desk.say("versions.version", version=str(each.version))) for each in found]


def _published(found: Sequence[ShelvedDesign]) -> ShelvedDesign | None:
    return next((each for each in found if each.state == "published"), None)


def _older(found: Sequence[ShelvedDesign], after: ShelvedDesign) -> ShelvedDesign | None:
    return next((each for each in found if each.version < after.version), None)


def _chosen(found: Sequence[ShelvedDesign], name: str) -> ShelvedDesign | None:
    return next((each for each in found if str(each.version) == request.args.get(name)), None)


def compared(name: str, before: bytes, after: bytes, sample: str) -> Comparison:
    """Compare two sources as they print now, with the office's own product."""
    try:
        sources = list(map(desk.services().looks.dressed, (before, after)))
    except DesignRefused as error:
        side = ComparedSide(problems=error.problems)
        return Comparison(side, side, None, ())
    questions = [_question(name, source, sample) for source in sources]
    return compare(desk.services().assets, questions[0], questions[1])


def _source(name: str, version: ShelvedDesign) -> bytes:
    return desk.services().design_shelf.source(name, version.version)


def _question(name: str, source: bytes, sample: str) -> LookQuestion:
    services = desk.services()
    return LookQuestion(
        name=name,
        source=source,
        host=services.settings.host,
        now=desk.now(),
        sample=sample,
        samples=services.office_samples.of_groups(desk.now()),
        scale=SCALE,
        mark=services.paper_words.marks.specimen,
    )


def _shown(version: ShelvedDesign | None, side: ComparedSide) -> ShownSide:
    heading = desk.say("versions.version", version=str(version.version)) if version else desk.say("versions.prints")
    problems = list(map(desk.explain, side.problems))
    return ShownSide(version, heading, data_uri(side.picture), side.size_mm, problems)
