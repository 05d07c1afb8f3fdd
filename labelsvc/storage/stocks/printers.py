"""People's printers with their offsets, and what people chose when they printed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from labelsvc.domain.print_options import PrinterOffset
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.stocks import print_habits, printers


@dataclass(frozen=True, slots=True)
class OwnPrinter:
    """A printer of an account, as it was read off a calibration sheet."""

    name: str
    offset: PrinterOffset
    at: datetime


@dataclass(frozen=True, slots=True)
class PrintHabits:
    """What an account chose when it printed last: the name of its printer, empty for none, and tidy sheets."""

    printer: str = ""
    tidy: bool = False


class Printers:
    """The printers of all accounts; every method is of one account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_account(self, account_id: int) -> list[OwnPrinter]:
        """Return an account's printers by name."""
        query = select(printers).where(printers.c.account_id == account_id).order_by(printers.c.name)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings()
            return [OwnPrinter(row["name"], PrinterOffset(row["x_mm"], row["y_mm"]), row["at"]) for row in rows]

    def offset(self, account_id: int, name: str) -> PrinterOffset | None:
        """Return a printer's offset; None for a printer that the account does not have."""
        return next((printer.offset for printer in self.of_account(account_id) if printer.name == name), None)

    def put(self, account_id: int, name: str, offset: PrinterOffset, now: datetime) -> None:
        """Keep what was read off for a printer, instead of what was read off before; it is chosen from now on."""
        row = {"x_mm": offset.x_mm, "y_mm": offset.y_mm, "at": now}
        own = printers.c.account_id == account_id, printers.c.name == name
        with self._database.writing() as connection:
            if not connection.execute(update(printers).where(*own).values(row)).rowcount:
                connection.execute(insert(printers).values(row | {"account_id": account_id, "name": name}))
        self.remember(account_id, PrintHabits(name, self.habits(account_id).tidy))

    def remove(self, account_id: int, name: str) -> None:
        """Forget a printer."""
        with self._database.writing() as connection:
            connection.execute(delete(printers).where(printers.c.account_id == account_id, printers.c.name == name))

    def habits(self, account_id: int) -> PrintHabits:
        """Return what an account chose when it printed last; a printer that is gone is none."""
        query = select(print_habits.c.printer, print_habits.c.tidy).where(print_habits.c.account_id == account_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return PrintHabits()
        is_kept = any(printer.name == row.printer for printer in self.of_account(account_id))
        return PrintHabits(row.printer if is_kept else "", row.tidy)

    def remember(self, account_id: int, habits: PrintHabits) -> None:
        """Remember what an account chose."""
        row = {"printer": habits.printer, "tidy": habits.tidy}
        with self._database.writing() as connection:
            own = print_habits.c.account_id == account_id
            if not connection.execute(update(print_habits).where(own).values(row)).rowcount:
                connection.execute(insert(print_habits).values(row | {"account_id": account_id}))
