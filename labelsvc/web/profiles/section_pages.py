"""Pages on which a product's profile is completed, a section each: a producer's draft, or the office's own change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.wanted_fields import wanted_fields
from labelsvc.domain.trace.completeness import PROFILE_SECTIONS, ProfileSection
from labelsvc.domain.trace.profile import MOST_CERTIFICATES, MOST_EVENTS, MOST_PICTURES
from labelsvc.domain.trace.proposal import PROPOSED_TEXTS, ProductContent, with_texts
from labelsvc.domain.trace.trace_facts import LEAST_STORY
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.seen import beside, refuse_unseen, seen_text
from labelsvc.web.profiles.coded_choices import coded_choices
from labelsvc.web.profiles.sections import STORIES, ContentChange, mark_of, section_change

UPLOADS = "300 per hour"
"""Forms of profiles that an account sends: what it may keep is bounded by the store."""
_ALONE = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, max-age=3600"}
_ALWAYS_OPEN = ("brand", "commune", "goods_class", "shelf_life")
"""What every trace code leads to, and what decides on the other fields."""
_MOST = {"pictures": MOST_PICTURES, "certificates": MOST_CERTIFICATES, "events": MOST_EVENTS}


@dataclass(frozen=True, slots=True)
class ProfileEditor:
    """Whose forms these are: ``place`` is the blueprint, ``save`` keeps what a form makes of the contents.

    ``unsent``: they are a draft with changes that wait to be sent.
    """

    place: str
    stored: StoredProduct
    content: ProductContent
    save: Callable[[ContentChange], object]
    sections: tuple[ProfileSection, ...] = PROFILE_SECTIONS
    unsent: bool = False


def _texts(content: ProductContent, section: str) -> dict[str, str]:
    """Return the texts of a section that is one form; empty for lists of items."""
    if section == "story":
        return {name: getattr(content.profile, name) for name in STORIES}
    return {name: content.texts.get(name, "") for name in PROPOSED_TEXTS} if section == "label" else {}


def section_page(editor: ProfileEditor, section: str) -> PageAnswer:
    """Show a section's forms; 404 if it has none here."""
    return _page(editor, _known(editor, section), SubmittedForm(_texts(editor.content, section)))


def submit_section(editor: ProfileEditor, section: str, again: Callable[[], ProfileEditor]) -> PageAnswer:
    """Keep what a section's form says; ``again`` returns the editor of what stands if somebody else was faster."""
    name, typed = _known(editor, section), SubmittedForm(request.form)
    try:
        change = _as_seen(section_change(name, editor.stored.id, editor.stored.product, typed), name, typed)
        changes = change(editor.content) != editor.content
        if changes:
            editor.save(change)
    except ChangedMeanwhile as error:
        editor = again()
        typed = beside(typed, _texts(editor.content, name))
        typed.refuse(error)
        return _page(editor, name, typed, 409)
    except InvalidValue as error:
        typed.refuse(error)
        return _page(editor, name, typed, 422)
    if changes:
        desk.flash_success("profile.kept" if editor.place == "producer" else "profile.saved")
    else:
        desk.flash_warning("profile.unchanged")
    return redirect(url_for(f"{editor.place}.profile_section", product_id=editor.stored.id, section=name))


def _as_seen(change: ContentChange, section: ProfileSection, typed: SubmittedForm) -> ContentChange:
    """Return a change that is refused (ChangedMeanwhile) where the texts are no longer what the form was on."""

    def changed(content: ProductContent) -> ProductContent:
        refuse_unseen(typed, _texts(content, section))
        return change(content)

    return changed


def _known(editor: ProfileEditor, section: str) -> ProfileSection:
    for name in editor.sections:
        if name == section:
            return name
    abort(404)


def _page(editor: ProfileEditor, section: ProfileSection, typed: SubmittedForm, status: int = 200) -> PageAnswer:
    page = render_template(
        f"staff/profile_{section}.html",
        active="products",
        place=editor.place,
        stored=editor.stored,
        product=editor.stored.product,
        profile=editor.content.profile,
        unsent=editor.unsent,
        section=section,
        seen=_seen(editor, section, typed),
        typed=typed,
        item=typed.values.get("item", "") if typed.values.get("act") != "add" else "",
        mark_of=mark_of,
        most=_MOST.get(section, 0),
        texts=PROPOSED_TEXTS,
        wanted=_wanted(editor, typed) if section == "label" else frozenset(),
        coded=coded_choices(),
        least_story=LEAST_STORY,
    )
    return page, status


def _wanted(editor: ProfileEditor, typed: SubmittedForm) -> frozenset[str]:
    """Return the fields of the label's form that stand open: of the goods' class, filled, refused or changed."""
    product = with_texts(editor.stored.product, editor.content.texts)
    rules = desk.services().shipped_assets.law.on(desk.today(), goods_class_of(product))
    filled = (name for name in PROPOSED_TEXTS if typed.values.get(name))
    return wanted_fields(rules).union(_ALWAYS_OPEN, filled, typed.faults, typed.theirs)


def _seen(editor: ProfileEditor, section: str, typed: SubmittedForm) -> str:
    """Return what the form goes on from: what it was opened on, or what stands beside it now."""
    if typed.faults and not typed.theirs:
        return typed.values.get("seen", "")
    return seen_text(_texts(editor.content, section))


def send_profile_file(product_id: int, digest: str) -> AnyResponse:
    """Send a picture (``size`` is page or large) to look at, or else a file to keep, that was uploaded for a product.

    Nothing of it runs in a browser: pictures were made anew, other files are downloads in a sandbox.
    """
    size = request.args.get("size", "")
    kept = desk.services().profile_files.get(product_id, digest, "page" if size == "page" else "large")
    headers = dict(_ALONE)
    if size not in ("page", "large"):
        ending = {"application/pdf": "pdf", "image/jpeg": "jpg"}[kept.media_type]
        headers["Content-Disposition"] = f'attachment; filename="{digest[:12]}.{ending}"'
    elif not kept.media_type.startswith("image/"):
        raise NotFound.from_code("profile.no_file", file=digest[:12])
    return Response(kept.content, mimetype=kept.media_type, headers=headers)
