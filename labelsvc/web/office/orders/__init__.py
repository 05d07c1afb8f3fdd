"""Orders of labels: the print page, large orders, stamps that producers asked for."""

from labelsvc.web.office.orders import granting as granting
from labelsvc.web.office.orders import large_orders as large_orders
from labelsvc.web.office.orders import printing as printing
from labelsvc.web.office.orders import stamp_orders as stamp_orders
