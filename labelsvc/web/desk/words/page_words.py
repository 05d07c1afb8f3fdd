"""What every template behind the sign-in may use: sentences, dates and numbers, who is signed in, links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlencode

from flask import Flask, request
from flask_login import current_user
from markupsafe import Markup

from labelsvc.domain.account import Right
from labelsvc.domain.collation import collation_key
from labelsvc.domain.places.address_units import page_line
from labelsvc.domain.places.spelling import bare_name
from labelsvc.domain.programme.renewal import RenewalWindow, WindowStage, renewal_window
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.assets import DeskFiles
from labelsvc.web.desk.browser_name import LONGEST, browser_name
from labelsvc.web.desk.page_address import page_address
from labelsvc.web.desk.words.change_words import person, value_words
from labelsvc.web.language import NAMES
from labelsvc.web.request_ids import shown_request_id


def add_page_words(app: Flask, files: DeskFiles, *, specimen: bool) -> None:
    """Give the templates their words. ``specimen``: the service shows demonstration data, so every page says so."""
    app.jinja_env.globals |= _globals(files, specimen)
    app.jinja_env.filters |= _filters()
    app.context_processor(lambda: {"me": getattr(current_user, "account", None)})


def _globals(files: DeskFiles, specimen: bool) -> dict[str, object]:
    return {
        "say": desk.say,
        "explain": desk.explain,
        "shown": shown,
        "design_title": lambda name: unbroken(desk.design_title(name)),
        "stock_title": lambda name: unbroken(desk.stock_title(name)),
        "asset": files.path,
        "languages": NAMES,
        "specimen": specimen,
        "Right": Right,
        "with_query": with_query,
        "sheet_query": sheet_query,
        "language": desk.language,
        "today": desk.today,
        "renewal": renewal,
        "unit_names": unit_names,
        "place_on_pages": page_line,
        "page_address": page_address,
        "request_number": shown_request_id,
        "stop_reason": desk.stop_reason,
    }


def _filters() -> dict[str, Callable[..., object]]:
    return {
        "shown": shown,
        "moment": moment,
        "past": lambda moment: min(moment, desk.now()),  # a clock that ran ahead recorded later ones
        "stars": stars,
        "unbroken": unbroken,
        "browser": browser,
        "person": person,
        "pairs": lambda value: (value, value),
        "use_pair": lambda use: (use, desk.say(f"looks.use_{use}")),
        "size_pair": lambda size: (size, desk.say(f"looks.size_{size}")),
        "group_pair": lambda group: (group.name, desk.say(f"office.group_{group.name.lower()}")),
        "role_pair": lambda role: (role.value, desk.say(f"office.role_{role.value}")),
        "subject_pair": lambda name: (name, desk.say(f"people.subject_{name}")),
        "serials_pair": lambda name: (name, desk.say(f"printing.serials_{name.replace('-', '_')}")),
        "field_value": lambda value, name: value_words("product", name, value),
        "standing_pair": lambda standing: (standing.value, desk.say(f"office.standing_{standing.value}")),
    }


def unit_names() -> list[str]:
    """Return the communes and wards that exist, by their names without the kind."""
    units = desk.services().gazetteer.units
    return sorted((unit.name for unit in units), key=lambda name: collation_key(bare_name(name)))


def shown(value: object) -> str:
    """Return a date or a number as people of the page's language write it."""
    return desk.wording().shown(value)


def unbroken(title: str) -> str:
    """Return a title whose size, as in "Tem 25 × 35 mm", stays on one line."""
    return title.replace(" × ", "\u00a0×\u00a0").replace(" mm", "\u00a0mm")


def moment(value: datetime | None) -> str:
    """Return a moment in Vietnamese local time."""
    return desk.wording().shown(value.astimezone(VIETNAM)) if value else ""


def stars(count: int | None) -> Markup:
    """Return stars to look at, with words for who cannot see them."""
    if not count:
        return Markup("")
    label = desk.say("office.stars", stars=count)
    return Markup('<span class="stars" role="img" aria-label="{}">{}</span>').format(label, "★" * count)


def browser(sent: str) -> str:
    """Return what a browser and its system are called; what is unknown as it said it, cut."""
    name, system = browser_name(sent)
    if name and system:
        return desk.say("login.browser_on", browser=name, system=system)
    return name or system or sent[:LONGEST] or "–"


def renewal(last_day: date) -> tuple[RenewalWindow, WindowStage] | None:
    """Return when stars that end on a day may be renewed, and where today lies; None where the rules set no window."""
    window = renewal_window(last_day, desk.today())
    return (window, window.stage_on(desk.today())) if window else None


def with_query(**changes: object) -> str:
    """Return this page's address with some parameters changed; None and "" take them away."""
    kept = {name: values for name, values in request.args.lists() if name not in changes}
    kept |= {name: [str(value)] for name, value in changes.items() if value not in (None, "")}
    return "?" + urlencode(kept, doseq=True)


def sheet_query() -> str:
    """Return what the print page's form asks for, for the picture of its first sheet."""
    kept = [(name, value) for name, values in request.values.lists() for value in values if name not in _NOT_OF_SHEET]
    return "?" + urlencode(kept)


_NOT_OF_SHEET = ("csrf_token", "nonce", "order_id", "look")
