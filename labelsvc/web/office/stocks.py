"""Stocks: those of the office with their versions, the paper wizard that makes them, and those that come with us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, InvalidValue
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.office.blueprint import office
from labelsvc.web.stocks.stock_drawing import drawing_of
from labelsvc.web.stocks.stock_form import StockForm, new_values, values_of
from labelsvc.workflows.stocks.keep_stock import keep_stock
from labelsvc.workflows.stocks.paper_catalogue import find_paper, read_catalogue, search_papers
from labelsvc.workflows.stocks.stock_catalogue import ShelvedStock, stock_of
from labelsvc.workflows.stocks.take_paper import take_paper, titled_stock

MOST_SHOWN = 60
"""Papers of the catalogue on a page."""


@office.get("/stocks")
def stocks() -> str:
    """Show the office's stocks with all their versions, and those that come with the product."""
    services, assets = desk.services(), desk.services().shipped_assets
    own = [list(of_name) for _, of_name in groupby(services.stock_shelf.all(), key=attrgetter("name"))]
    shipped = [assets.stock(name) for name in assets.stock_names]
    return render_template(
        "office/stocks.html",
        active="designs",
        own=[(versions, *_shown(versions)) for versions in own],
        seen={versions[0].name: services.stock_shelf.states_seen(versions) for versions in own},
        shipped=[(stock, drawing_of(stock) if stock.kind != "roll" else None) for stock in shipped],
    )


def _shown(versions: list[ShelvedStock]) -> tuple[object, object, bool]:
    """Return the stock of the version in use, else of the newest one, its drawing, and whether it is in use."""
    chosen = next((version for version in versions if version.state == "in_use"), versions[0])
    stock = stock_of(chosen)
    return stock, drawing_of(stock), chosen.state == "in_use"


@office.get("/stocks/catalogue")
def paper_catalogue() -> str:
    """Show the pre-cut papers that the words fit, and with a design how its labels stand on them."""
    services, words = desk.services(), request.args.get("words", "")[:100].replace("\0", "")
    design = request.args.get("design", "")
    shape = services.looks.design(design).shape if design else None
    papers = read_catalogue(services.templates)
    found = search_papers(papers, words, shape) if words.strip() or shape else []
    return render_template(
        "office/paper_catalogue.html",
        active="designs",
        words=words,
        design=design,
        designs=[(each.name, each.title_in(desk.language())) for each in services.looks.designs],
        found=found[:MOST_SHOWN],
        total=len(found),
        brands=Counter(paper.brand for paper in papers for _ in paper.numbers).most_common(),
    )


@office.post("/stocks/catalogue")
@desk.needs(Right.EDIT)
def paper_take() -> AnyResponse:
    """Make a stock of a paper in the catalogue."""
    services, brand, number = desk.services(), request.form.get("brand", ""), request.form.get("number", "")
    paper = find_paper(read_catalogue(services.templates), brand, number)
    if paper.is_to_be_measured:
        return redirect(url_for("office.stock_new", brand=paper.brand, number=paper.number))
    name = take_paper(paper, services.stocks, services.stock_shelf, desk.context())
    desk.flash_success("papers.taken", brand=paper.brand, number=paper.number, name=name)
    return redirect(url_for("office.stocks"))


@office.get("/stocks/new")
@desk.needs(Right.EDIT)
def stock_new() -> PageAnswer:
    """Show the wizard with a sheet to begin from: another stock's, or that of a paper in the catalogue."""
    services, like, brand = desk.services(), request.args.get("like", ""), request.args.get("brand", "")
    if brand:
        paper = find_paper(read_catalogue(services.templates), brand, request.args.get("number", ""))
        if paper.is_to_be_measured:
            desk.flash_warning("papers.measure", brand=paper.brand, number=paper.number)
        return _wizard(SubmittedForm(dict(values_of(titled_stock(paper)))), "", 0)
    values = dict(values_of(services.stocks.stock(like))) | {"name": ""} if like else dict(new_values())
    return _wizard(SubmittedForm(values), "", 0)


@office.get("/stocks/<name>/edit")
@desk.needs(Right.EDIT)
def stock_edit(name: str) -> PageAnswer:
    """Show the wizard with the newest version of a stock."""
    newest = desk.services().stocks.newest(name)
    if newest is None:
        return desk.nothing()
    return _wizard(SubmittedForm(dict(values_of(stock_of(newest)))), name, newest.version)


@office.post("/stocks/draw")
@desk.needs(Right.EDIT)
def stock_draw() -> str:
    """Draw the sheet as it is typed; htmx asks."""
    typed = SubmittedForm(request.form.to_dict())
    return render_template("office/stock_drawn.html", alone=True, **_drawn(typed))


@office.post("/stocks/new")
@desk.needs(Right.EDIT)
def stock_save() -> PageAnswer:
    """Save what was typed as a new version; ``look`` (the button of browsers without scripts) only draws it."""
    services, typed = desk.services(), SubmittedForm(request.form.to_dict())
    form, edited = StockForm(typed), typed.values.get("edited", "")
    seen = typed.number("newest", 0, 100_000) if typed.values.get("newest") else 0
    if "look" in typed.values:
        return _wizard(typed, edited, seen or 0)
    newest = services.stocks.newest(edited) if edited else None
    if not typed.text("title"):
        typed.faults["title"] = desk.say("form.needed")
    stock = form.stock(edited or form.name(), stock_of(newest) if newest else None)
    if stock is None:
        return _wizard(typed, edited, seen or 0, 422)
    try:
        version = keep_stock(stock, services.stocks, services.stock_shelf, desk.context(), seen)
    except ChangedMeanwhile as error:
        typed.refuse(error)
        now = services.stocks.newest(stock.name)
        return _wizard(typed, stock.name if edited else "", now.version if now else 0, 409)
    except InvalidValue as error:
        typed.refuse(error)
        return _wizard(typed, edited, seen or 0, 422)
    desk.flash_success("papers.saved", name=stock.name, version=version)
    return redirect(url_for("office.stocks"))


@office.post("/stocks/<name>/<act>")
@desk.needs(Right.EDIT)
def stock_act(name: str, act: str) -> AnyResponse:
    """Retire a stock, or put one of its versions into use."""
    shelf, seen, version = desk.services().stock_shelf, request.form.get("seen", ""), request.form.get("version", "")
    if desk.services().stocks.newest(name) is None:
        return desk.nothing()
    if act == "retire":
        shelf.retire(name, desk.context(), seen)
        desk.flash_success("papers.retired", name=name)
    elif act == "use" and version.isascii() and version.isdigit() and len(version) < 7:
        shelf.use(name, int(version), desk.context(), seen)
        desk.flash_success("papers.used", name=name, version=version)
    else:
        return desk.nothing()
    return redirect(url_for("office.stocks"))


def _wizard(typed: SubmittedForm, edited: str, newest: int, status: int = 200) -> PageAnswer:
    page = render_template(
        "office/stock_wizard.html",
        active="designs",
        edited=edited,
        newest=newest,
        typed=typed,
        alone=not typed.faults,
        **_drawn(typed),
    )
    return page, status


def _drawn(typed: SubmittedForm) -> Mapping[str, object]:
    """Return the drawing of what is typed, and what is wrong with its numbers."""
    judged = SubmittedForm(typed.values)
    StockForm(judged).stock("", None)
    return {"drawing": StockForm(SubmittedForm(typed.values)).drawing(), "wrong": judged.faults}
