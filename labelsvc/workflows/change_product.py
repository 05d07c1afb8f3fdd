"""Changes a product's own fields; a name already on stamps is not changed without confirmation.

1. what the product becomes, and under which names its labels were printed
2. a new name, or a new name of its producer, needs a reason and somebody who confirms it where labels bear the old one
3. store what it becomes, with who, when and why
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, InvalidValue, Problem
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product import Product
from labelsvc.storage.batches.batch_lists import BatchLists, PrintedName
from labelsvc.storage.products.product_editing import ProductEditing

CONFIRMING_FIELD = "rename_confirmed"


@dataclass(frozen=True, slots=True)
class ProductChanges:
    """Changes products."""

    editing: ProductEditing
    batch_lists: BatchLists

    def change(
        self,
        stored: StoredProduct,
        changed: Callable[[Product], Product],
        context: ChangeContext,
        *,
        rename_confirmed: bool = False,
    ) -> None:
        """Store what a product becomes: ``changed`` makes it of what it is; ``stored`` is what was looked at.

        Raises NotFound; ChangedMeanwhile if the context says so; Conflict product.renamed_printed, once for each
        name that was printed, where nobody confirmed it, and product.exists; InvalidValue product.rename_reason.
        """
        before, new = stored.product, changed(stored.product)  # 1
        if (before.name, before.producer) != (new.name, new.producer):  # 2
            printed = self.batch_lists.printed_names(stored.id)
            reason = () if context.reason.strip() else (Problem("product.rename_reason", {"field": "reason"}),)
            if printed and not rename_confirmed:
                raise Conflict(*map(_problem, printed), *reason)
            if printed and reason:
                raise InvalidValue(*reason)
        self.editing.change(stored.id, lambda current: changed(context.seen(before, current)), context)  # 3


def _problem(printed: PrintedName) -> Problem:
    facts = {"name": printed.name, "producer": printed.producer, "count": printed.pieces, "batches": printed.batches}
    return Problem("product.renamed_printed", {"field": CONFIRMING_FIELD, **facts})
