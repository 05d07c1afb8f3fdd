"""All tables together, with the triggers: what creates, migrates, copies and checks databases works on these.

Importing a module of tables registers them.
"""

from __future__ import annotations

from labelsvc.storage.db.tables import accounts as accounts
from labelsvc.storage.db.tables import audit as audit
from labelsvc.storage.db.tables import batches as batches
from labelsvc.storage.db.tables import designs as designs
from labelsvc.storage.db.tables import keys as keys
from labelsvc.storage.db.tables import orders as orders
from labelsvc.storage.db.tables import product_list as product_list
from labelsvc.storage.db.tables import products as products
from labelsvc.storage.db.tables import profiles as profiles
from labelsvc.storage.db.tables import scans as scans
from labelsvc.storage.db.tables import serials as serials
from labelsvc.storage.db.tables import stocks as stocks
from labelsvc.storage.db.tables import waiting as waiting
from labelsvc.storage.db.tables.metadata import metadata as metadata
from labelsvc.storage.db.triggers import add_triggers

add_triggers(metadata)
