"""What ``labelsvc print`` prints: the products of files, or all that are stored."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from labelsvc.cli.clock import shared_now
from labelsvc.cli.messages import open_services
from labelsvc.cli.places import print_places, renew_stored
from labelsvc.cli.progress import shown_steps
from labelsvc.cli.records import import_files, print_import_report, write_refused
from labelsvc.domain.change_context import ChangeContext

if TYPE_CHECKING:
    from labelsvc.workflows.batches.allowance import OrderItem


def order_items(
    records: tuple[Path, ...], quiet: bool, answers: tuple[str, ...] | None, *, preview: bool
) -> tuple[list[OrderItem], tuple[int, int]]:
    """Import the files, if there are any; return what is to be printed, refused rows, and unread files or sheets.

    A preview judges the records as the import would leave them, and stores nothing. ``answers`` about divided units;
    None renews no place.
    """
    from labelsvc.workflows.batches.allowance import OrderItem

    services = open_services()
    if not records:
        if answers is not None:
            print_places(renew_stored(answers, preview=preview).report, quiet=quiet)
        with shown_steps(quiet, lambda step: f"cli.plan_{step}") as progress:
            progress("loading", 0, 0)
            return [OrderItem(stored) for stored in services.products.all()], (0, 0)
    report = import_files(records, preview=preview, places=answers or (), renew_places=answers is not None, quiet=quiet)
    written = write_refused(report, records[0], None) if report.refused and not preview else None
    print_import_report(report, written, quiet=quiet, preview=preview)
    if answers is not None:
        print_places(report.places, quiet=quiet)
    rows = len(report.refused), len(report.unreadable)
    if preview:
        return [OrderItem(foreseen, quantity) for foreseen, quantity in report.foreseen], rows
    stored = services.products.many([order.product_id for order in report.orders])
    return [OrderItem(stored[order.product_id], order.quantity) for order in report.orders], rows


def grant_lacking(items: list[OrderItem], quantity: int | None, reason: str, today: date) -> None:
    """Grant what the items lack of their quotas: command line users are administrators."""
    from labelsvc.workflows.batches.grant_exception import grant_what_is_lacking

    services = open_services()
    grant_what_is_lacking(items, quantity, services.quotas, ChangeContext("cli", shared_now(), reason), today)
