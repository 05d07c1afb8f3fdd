"""The forms of a product's profile, section by section: what a form that was sent makes of the contents.

Items of a list are named by a mark over all that they say, so that a form changes the one that it showed, or nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TypeVar

from flask import request

from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, Problem
from labelsvc.domain.law.entered_values import entered
from labelsvc.domain.product import Product
from labelsvc.domain.trace.completeness import ProfileSection
from labelsvc.domain.trace.profile import Certificate, KeyEvent, ProductPicture, ProductProfile, normal_story
from labelsvc.domain.trace.proposal import PROPOSED_TEXTS, ProductContent, with_texts
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.workflows.profiles.read_upload import read_upload

ContentChange = Callable[[ProductContent], ProductContent]
STORIES = ("story", "story_en")
MOST_FILES = 6
"""Of one form."""
Item = TypeVar("Item", bound=ProductPicture | Certificate | KeyEvent)


def mark_of(item: Item) -> str:
    """Return what a form names an item by; pictures by their SHA-256, as their captions change."""
    if isinstance(item, ProductPicture):
        return item.sha256
    told = json.dumps(asdict(item), default=str, ensure_ascii=False)
    return sha256(told.encode()).hexdigest()[:16]


def section_change(section: ProfileSection, product_id: int, product: Product, typed: SubmittedForm) -> ContentChange:
    """Return what a section's form does; files that came with it are kept already. InvalidValue, NotFound."""
    match section:
        case "pictures":
            return _of_profile(_pictures_change(product_id, typed))
        case "story":
            told = {name: normal_story(typed.values.get(name, "")) for name in STORIES}
            return lambda content: content.with_parts(told)
        case "certificates":
            return _of_profile(_certificates_change(product_id, typed))
        case "events":
            return _of_profile(_events_change(typed))
        case "label":
            texts = _texts(product, typed)
            return lambda content: content.with_parts(texts)


def _of_profile(change: Callable[[ProductProfile], ProductProfile]) -> ContentChange:
    return lambda content: replace(content, profile=change(content.profile))


def _pictures_change(product_id: int, typed: SubmittedForm) -> Callable[[ProductProfile], ProductProfile]:
    act, item = typed.values.get("act", ""), typed.values.get("item", "")
    if act == "add":
        added = _added_pictures(product_id)
        return lambda profile: replace(profile, pictures=(*profile.pictures, *_new(added, profile.pictures)))
    caption = typed.text("caption")

    def change(profile: ProductProfile) -> ProductProfile:
        pictures = list(profile.pictures)
        at = _place_of(pictures, item)
        if act == "remove":
            pictures.pop(at)
        elif act in ("up", "down"):
            pictures.insert(max(0, at + (-1 if act == "up" else 1)), pictures.pop(at))
        else:
            pictures[at] = replace(pictures[at], caption=caption)
        return replace(profile, pictures=tuple(pictures))

    return change


def _added_pictures(product_id: int) -> list[ProductPicture]:
    """Keep the pictures that came with a form; of several, those that cannot be taken are told on the next page."""
    files = [file for file in request.files.getlist("file") if file.filename][:MOST_FILES]
    if not files:
        raise InvalidValue.from_code("profile.file_empty", field="file")
    added, refused = list[ProductPicture](), list[Problem]()
    for file in files:
        try:
            added.append(_kept_picture(product_id, file.stream.read()))
        except InvalidValue as error:
            refused += error.problems
    if not added:
        raise InvalidValue(*refused)
    desk.flash_refusal(refused)
    return added


def _new(added: Sequence[ProductPicture], known: Sequence[ProductPicture]) -> list[ProductPicture]:
    """Return those pictures that are not known, each once: a form that is sent again adds none."""
    digests = {picture.sha256 for picture in known}
    return [picture for digest, picture in {each.sha256: each for each in added}.items() if digest not in digests]


def _kept_picture(product_id: int, content: bytes) -> ProductPicture:
    services, context = desk.services(), desk.context()
    services.profile_files.refuse_too_many(context.who, context.now)
    read = read_upload(content, services.shipped_assets.profile_file)
    return ProductPicture(services.profile_files.add(product_id, read, context), read.width_px, read.height_px)


def _certificates_change(product_id: int, typed: SubmittedForm) -> Callable[[ProductProfile], ProductProfile]:
    act, item = typed.values.get("act", ""), typed.values.get("item", "")
    if act == "remove":
        return lambda profile: replace(profile, certificates=_without(profile.certificates, item))
    until = typed.day("until")
    told = {name: typed.text(name) for name in ("kind", "number", "issuer")}
    if typed.faults:
        raise InvalidValue
    certificate = Certificate(until=until, file=_kept_file(product_id), **told)
    keeps = not certificate.file and typed.values.get("drop_file") != "1"
    if act == "add":
        return lambda profile: replace(profile, certificates=(*profile.certificates, certificate))

    def change(profile: ProductProfile) -> ProductProfile:
        certificates = list(profile.certificates)
        at = _place_of(certificates, item)
        certificates[at] = replace(certificate, file=certificates[at].file) if keeps else certificate
        return replace(profile, certificates=tuple(certificates))

    return change


def _kept_file(product_id: int) -> str:
    uploaded = request.files.get("file")
    if uploaded is None or not uploaded.filename:
        return ""
    services, context = desk.services(), desk.context()
    services.profile_files.refuse_too_many(context.who, context.now)
    read = read_upload(uploaded.stream.read(), services.shipped_assets.profile_file, pdf_allowed=True)
    return services.profile_files.add(product_id, read, context)


def _events_change(typed: SubmittedForm) -> Callable[[ProductProfile], ProductProfile]:
    act, item = typed.values.get("act", ""), typed.values.get("item", "")
    if act == "remove":
        return lambda profile: replace(profile, events=_without(profile.events, item))
    on = typed.day("on", needed=True)
    if on and on > desk.today():
        typed.faults["on"] = desk.say("profile.event_future", day=on)
    what, where = typed.text("what"), typed.text("where")
    if on is None or typed.faults:
        raise InvalidValue
    event = KeyEvent(what, where, on)

    def change(profile: ProductProfile) -> ProductProfile:
        events = list(profile.events)
        if act == "add":
            events.append(event)
        else:
            events[_place_of(events, item)] = event
        return replace(profile, events=tuple(sorted(events, key=lambda each: each.on)))

    return change


def _texts(product: Product, typed: SubmittedForm) -> dict[str, str]:
    """Return the texts of the label as a product would store them; InvalidValue."""
    texts = dict[str, str]()
    for name in PROPOSED_TEXTS:
        try:
            texts[name] = entered(name, typed.text(name))
        except InvalidValue as error:
            typed.refuse(error, name)
    if typed.faults:
        raise InvalidValue
    with_texts(product, texts)
    return texts


def _place_of(items: Sequence[Item], mark: str) -> int:
    for at, each in enumerate(items):
        if mark_of(each) == mark:
            return at
    raise ChangedMeanwhile.from_code("profile.item_gone")


def _without(items: Sequence[Item], mark: str) -> tuple[Item, ...]:
    at = _place_of(items, mark)
    return (*items[:at], *items[at + 1 :])
