"""One's own printers: a calibration sheet that names one, and what was read off it."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import InvalidValue, StockRefused
from labelsvc.domain.layout import takes_offset
from labelsvc.domain.print_options import MOST_OFFSET_MM, PrinterOffset
from labelsvc.domain.product import normal_text
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.sign_in.login import login
from labelsvc.workflows.designs.calibrate_stock import Calibration, calibration_sheet
from labelsvc.workflows.stocks.printer_habits import PrintHabits

LONGEST_NAME, MOST_PRINTERS = 60, 30
DEFAULT_STOCK = "a4-office"


@login.get("/account/printers")
@login_required  # type: ignore[untyped-decorator]
def printers() -> PageAnswer:
    """Show one's printers, and the form of a new one."""
    return _page(SubmittedForm({"name": request.args.get("name", "")[:LONGEST_NAME]}))


@login.post("/account/printers")
@login_required  # type: ignore[untyped-decorator]
def put_printer() -> PageAnswer:
    """Keep what was read off for a printer; it is the one that one prints on from now on."""
    typed, own = SubmittedForm(request.form.to_dict()), desk.services().printers.of_account(desk.me().id)
    name = typed.text("name")
    if not 0 < len(name) <= LONGEST_NAME:
        typed.faults["name"] = desk.say("papers.printer_name", longest=LONGEST_NAME)
    elif len(own) >= MOST_PRINTERS and name not in [printer.name for printer in own]:
        typed.faults["name"] = desk.say("papers.many_printers", most=MOST_PRINTERS)
    sides = [_side(typed, side) for side in ("x_mm", "y_mm")]
    if typed.faults:
        return _page(typed, 422)
    desk.services().printers.put(desk.me().id, name, PrinterOffset(*sides), desk.now())
    desk.flash_success("papers.printer_kept", name=name)
    return redirect(url_for("login.printers"))


@login.post("/account/printers/<act>")
@login_required  # type: ignore[untyped-decorator]
def printer_act(act: str) -> AnyResponse:
    """Choose a printer, or none, for what is printed from now on; or forget one."""
    store, account_id, name = desk.services().printers, desk.me().id, normal_text(request.form.get("name", ""))
    if act == "choose":
        store.remember(account_id, PrintHabits(name, store.habits(account_id).tidy))
    elif act == "remove":
        store.remove(account_id, name)
    else:
        return desk.nothing()
    return redirect(url_for("login.printers"))


@login.get("/account/printers/calibration.pdf")
@login_required  # type: ignore[untyped-decorator]
def calibration() -> AnyResponse:
    """Send a calibration sheet that names its printer and is corrected as that printer is so far."""
    services, name = desk.services(), normal_text(request.args.get("name", ""))[:LONGEST_NAME]
    stock = services.stocks.stock(request.args.get("stock", DEFAULT_STOCK))
    offset = services.printers.offset(desk.me().id, name) or PrinterOffset()
    try:
        sheet = calibration_sheet(
            Calibration(stock, name, offset), services.shipped_assets, services.paper_words.say, desk.now()
        )
    except StockRefused as error:
        desk.flash_refusal(error)
        return redirect(url_for("login.printers"))
    headers = {"Content-Disposition": f'attachment; filename="can-may-in-{stock.name}.pdf"'}
    return Response(sheet, mimetype="application/pdf", headers=headers)


def _side(typed: SubmittedForm, name: str) -> float:
    """Return millimetres of a side; what is wrong is a fault of its field, and 0."""
    value = typed.decimal(name)
    try:
        PrinterOffset(value if value is not None else MOST_OFFSET_MM * 2)
    except InvalidValue:
        typed.faults[name] = desk.say("papers.length", least=-MOST_OFFSET_MM, most=MOST_OFFSET_MM)
        return 0.0
    return value or 0.0


def _page(typed: SubmittedForm, status: int = 200) -> PageAnswer:
    services, account_id = desk.services(), desk.me().id
    page = render_template(
        "login/printers.html",
        typed=typed,
        own=services.printers.of_account(account_id),
        chosen=services.printers.habits(account_id).printer,
        stocks=[
            (stock.name, stock.title_in(desk.language())) for stock in services.stocks.stocks if takes_offset(stock)
        ],
        default_stock=DEFAULT_STOCK,
    )
    return page, status
