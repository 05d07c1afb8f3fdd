"""What people chose when they printed last, by the name that pages know it by."""

from labelsvc.storage.stocks.printers import OwnPrinter as OwnPrinter
from labelsvc.storage.stocks.printers import PrintHabits as PrintHabits
