"""The palette: its colours as they print, a colour judged as one types, versions, the page of swatches."""

from __future__ import annotations

import re
from io import BytesIO

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue, Problem
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.designs.show_swatches import Ink, ink_limit, write_swatch_page
from labelsvc.workflows.looks.edit_palette import LONGEST_NAME, PaletteEditor, propose_inks

_CODE = re.compile(r"#?([0-9A-Fa-f]{6})")
_PARTS = ("cyan", "magenta", "yellow", "black")
_OUT_OF_RANGE = 1_000


def editor() -> PaletteEditor:
    """Return the palette as it is at this moment; a form changes the version that it was filled in on, or nothing."""
    services, seen = desk.services(), request.form.get("seen", "")
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None
    return PaletteEditor(services.palettes, services.looks, services.assets, services.settings.host, known)


@office.get("/colours")
def colours() -> PageAnswer:
    """Show all colours and versions."""
    palette = editor()
    return render_template(
        "office/colours.html",
        active="designs",
        colours=[(ink, palette.shown(ink), ink_limit(ink.cmyk)) for ink in palette.inks],
        versions=desk.services().palettes.all(),
    )


@office.get("/colours/new")
@desk.needs(Right.ADMINISTER)
def new_colour() -> PageAnswer:
    """Begin a colour: with the inks that come nearest to a designer's screen colour, where one is given."""
    given = request.args.get("screen", "").strip()
    code = _CODE.fullmatch(given)
    screen = f"#{code[1].upper()}" if code else ""
    cmyk = propose_inks(screen, desk.services().assets) if code else (0, 0, 0, 0)
    faults = [Problem("colour.screen", {"value": given[:20]})] if given and not code else []
    return _page(Ink("", screen, cmyk), is_new=True, faults=faults)


@office.get("/colours/<code>")
def colour(code: str) -> PageAnswer:
    """Show a colour; an administrator changes it."""
    return _page(editor().get(f"#{code}"), is_new=False)


@office.post("/colours/look")
@desk.needs(Right.ADMINISTER)
def look_at_colour() -> PageAnswer:
    """Show what a typed colour looks like in print, and what is wrong with it; htmx asks as one types."""
    is_new = request.form.get("is_new") == "1"
    judged = editor().judge(_typed(), is_new=is_new)
    return render_template("office/colour_look.html", judged=judged, is_new=is_new)


@office.post("/colours/new")
@desk.needs(Right.ADMINISTER)
def add_colour() -> PageAnswer:
    """Add a colour to the palette."""
    return _saved(_typed(), is_new=True)


@office.post("/colours/<code>")
@desk.needs(Right.ADMINISTER)
def change_colour(code: str) -> PageAnswer:
    """Change a colour's names or inks; what designs call it by stays."""
    return _saved(_typed(f"#{code}"), is_new=False)


@office.post("/colours/<code>/<act>")
@desk.needs(Right.ADMINISTER)
def colour_act(code: str, act: str) -> PageAnswer:
    """Retire a colour, or take it into use again."""
    palette, screen = editor(), f"#{code}"
    if act not in ("retire", "restore"):
        return desk.nothing()
    try:
        (palette.retire if act == "retire" else palette.restore)(screen, desk.context())
    except InvalidValue as error:
        return _page(palette.get(screen), is_new=False, faults=error.problems)
    desk.flash_success(f"colour.{act}d", name=palette.get(screen).title_in(desk.language()))
    return redirect(url_for("office.colours"))


@office.get("/colours/swatches.pdf")
def palette_swatches() -> AnyResponse:
    """Send the palette as one page for the print shop."""
    services, stream = desk.services(), BytesIO()
    title = desk.say("looks.palette")
    inks = [ink for ink in editor().inks if not ink.retired]
    write_swatch_page(stream, title, inks, services.assets, (desk.say, desk.now()))
    headers = {"Content-Disposition": 'attachment; filename="palette.pdf"'}
    return Response(stream.getvalue(), mimetype="application/pdf", headers=headers)


def _typed(screen: str = "") -> Ink:
    """Return the colour of the form; what designs call it by is fixed where ``screen`` says it."""
    vi, en = (typed_text(name, LONGEST_NAME) for name in ("vi", "en"))
    cyan, magenta, yellow, black = (_per_cent(name) for name in _PARTS)
    typed = screen or typed_text("screen", 20)
    code = _CODE.fullmatch(typed)
    named = f"#{code[1].upper()}" if code else typed
    return Ink(vi or en, named, (cyan, magenta, yellow, black), typed_text("spot", LONGEST_NAME), vi=vi, en=en)


def _per_cent(name: str) -> int:
    typed = request.form.get(name, "").strip()
    if not typed:
        return 0
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else _OUT_OF_RANGE


def _saved(ink: Ink, *, is_new: bool) -> PageAnswer:
    try:
        editor().save(ink, desk.context(typed_text("note", 500)), is_new=is_new)
    except InvalidValue as error:
        status = 409 if isinstance(error, ChangedMeanwhile) else 422
        return _page(ink, is_new=is_new, faults=error.problems, status=status)
    desk.flash_success("colour.saved", name=ink.title_in(desk.language()))
    return redirect(url_for("office.colours"))


def _page(ink: Ink, *, is_new: bool, faults: tuple[Problem, ...] | list[Problem] = (), status: int = 422) -> PageAnswer:
    palette = editor()
    known = [each for each in palette.inks if each.screen == ink.screen]
    page = render_template(
        "office/colour.html",
        active="designs",
        ink=ink,
        is_new=is_new,
        is_retired=bool(known and known[0].retired),
        judged=palette.judge(ink, is_new=is_new),
        version=palette.version,
        used_by=[] if is_new else palette.designs_with(ink.screen),
        faults=[desk.explain(fault) for fault in faults],
        is_begun=bool(ink.name),
    )
    return page, status if faults else 200
