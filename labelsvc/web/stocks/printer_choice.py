"""Which printer a form is printed on, and whether tidily: as it says, else as its account chose last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelsvc.domain.print_options import PrintOptions
from labelsvc.web.desk import context as desk
from labelsvc.workflows.stocks.printer_habits import PrintHabits


def printer_options(values: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form's printer means for an order; one that names none is as its account printed last.

    A printer that the account does not have corrects nothing.
    """
    printers, account_id = desk.services().printers, desk.me().id
    habits = printers.habits(account_id)
    if "printer" in values:
        habits = PrintHabits(values["printer"], values.get("tidy") == "1")
    offset = printers.offset(account_id, habits.printer)
    printer = habits.printer if offset is not None else ""
    moved = {"offset_x_mm": offset.x_mm, "offset_y_mm": offset.y_mm} if offset else {}
    return {"tidy": habits.tidy, "printer": printer, **moved}


def remember(options: PrintOptions) -> None:
    """Remember for the next time what an order was printed on."""
    desk.services().printers.remember(desk.me().id, PrintHabits(options.printer, options.tidy))


def printer_choices() -> list[tuple[str, str]]:
    """Return one's printers by name, with how they are corrected; the first is none."""
    own = desk.services().printers.of_account(desk.me().id)
    named = [
        (each.name, desk.say("papers.printer_by", name=each.name, x_mm=each.offset.x_mm, y_mm=each.offset.y_mm))
        for each in own
    ]
    return [("", desk.say("papers.no_printer")), *named]
