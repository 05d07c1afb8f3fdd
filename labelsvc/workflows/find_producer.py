"""Which producer somebody means: its number, its name, or enough words of it."""

from __future__ import annotations

from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.domain.product import name_key
from labelsvc.storage.products.producer_names import ProducerName, ProducerNames

__all__ = ["ProducerName", "find_producer"]

NAMED = 5


def find_producer(names: ProducerNames, typed: str) -> int:
    """Return the id of the producer that is meant.

    InvalidValue of the field ``producer`` where nothing is typed, where none is meant, and where several may be: then
    it names them with their numbers.
    """
    if not typed:
        raise InvalidValue.from_code("account.producer_needed", field="producer")
    if typed.isascii() and typed.isdigit() and len(typed) < 10:
        try:
            names.get(int(typed))
        except NotFound as error:
            raise InvalidValue.from_code("account.no_producer", field="producer", id=int(typed)) from error
        return int(typed)
    found = names.having(typed, NAMED + 1)
    exact = [producer for producer in found if name_key(producer.name) == name_key(typed)]
    if len(exact or found) == 1:
        return (exact or found)[0].id
    if not found:
        raise InvalidValue.from_code("account.no_producer_named", field="producer", value=typed)
    listed = ", ".join(f"{producer.name} ({producer.id})" for producer in found[:NAMED]) + (
        " …" if len(found) > NAMED else ""
    )
    raise InvalidValue.from_code("account.which_producer", field="producer", value=typed, names=listed)
