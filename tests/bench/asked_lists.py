"""Which pages of a big office are lists, and with what they are asked.

``tests/web/desk/test_asked_lists.py`` compares them with the applications' URL maps, so that no list is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

ADMINISTRATOR, CLERK, PRODUCER, MACHINE, ANYBODY = "administrator", "clerk", "producer", "api", "anybody"

LAST = "page=99999"
"""A page beyond the last one is the last one."""
SORTS = ("", "sort=producer", "sort=last_day", "sort=stars", "sort=stars-down")
PLACES = ("", "page=500", LAST)
WORDS = (
    "mien+dong",
    "hop+tac+xa",
    "che+lam+gia+truyen",
    "mau",
    "t",
    "mau+123456",
    "0123",
    "8938505974194",
    "khongcogi",
)
"""Of some products, of a third, of few, of all; a letter; numbers, whole and in part; a GTIN; of none."""
STANDINGS = ("holds", "in_force", "extended", "expired", "suspended", "withdrawn", "not_yet", "none")
SHOWN = ("stars=3", "stars=5", "group=food", "district=Ba+Vì", "district=Ba+Vì&commune=Minh+Châu")
FILTERS = (
    *(f"standing={name}" for name in STANDINGS),
    *SHOWN,
    "within=90",
    "trace=lacks",
    "trace=whole",
    "producer=7",
    "stars=4&standing=holds",
    "group=food&standing=holds",
)
SEARCHES = tuple(f"words={words}" for words in WORDS)
SEARCHED_AND_FILTERED = ("words=hop+tac+xa&standing=holds", "words=t&standing=holds", "words=ruou&group=drink&stars=4")


def _each(filters: Sequence[str], sorts: Sequence[str] = ("",), pages: Sequence[str] = PLACES) -> tuple[str, ...]:
    """Return what to ask a list with: each filter, in each order, on each page."""
    return tuple("&".join(filter(None, asked)) for asked in product(filters, sorts, pages))


_SINCE = "since=2026-11-01"
_PRODUCTS = (
    *_each(("",), SORTS, ("", "page=500", "page=1000", "page=2000", "page=3000", LAST)),
    *_each((*FILTERS, *SEARCHES, *SEARCHED_AND_FILTERED), ("", "sort=last_day", "sort=stars-down")),
    *_each(("words=mau",), SORTS, ("page=2000",)),
)
_PAGED = ("", "per_page=200&page=500", "per_page=200&page=99999")
_REGISTER = ("", *SHOWN, *SEARCHES)

LISTS: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "office.start": (CLERK, "/office/", ("",)),
    "office.products": (CLERK, "/office/products", _PRODUCTS),
    "office.product": (CLERK, "/office/products/77", ("",)),
    "office.producers": (CLERK, "/office/producers", _each(("", *SEARCHES))),
    "office.batches": (
        CLERK,
        "/office/batches",
        _each(("", "state=ready", "state=held", "state=failed", _SINCE, f"state=ready&{_SINCE}")),
    ),
    "office.running": (CLERK, "/office/batches/running", ("",)),
    "office.audit": (
        CLERK,
        "/office/audit",
        _each(
            (
                "",
                "subject=batch",
                "subject=product",
                "who=canbo7@",
                "who=canbo",
                "who=khongco",
                _SINCE,
                f"{_SINCE}&until=2026-11-20",
                "until=2026-01-01",
                "subject=batch&who=canbo7@",
                f"subject=batch&{_SINCE}",
                f"subject=batch&who=canbo7@&{_SINCE}",
            )
        ),
    ),
    "office.alarms": (CLERK, "/office/alarms", _each(("",))),
    "office.stamp_orders": (
        CLERK,
        "/office/stamp-orders",
        _each(("", "state=requested", "state=approved", "state=refused", "state=printed", "state=delivered")),
    ),
    "office.proposals": (CLERK, "/office/proposals", _each(("",))),
    "office.design_copies": (CLERK, "/office/design-copies", ("",)),
    "office.designs": (CLERK, "/office/designs", ("", "words=hop")),
    "office.stocks": (CLERK, "/office/stocks", ("", "words=a4")),
    "office.places_page": (CLERK, "/office/places", ("",)),
    "office.import_page": (CLERK, "/office/import", _each(("",))),
    "office.accounts": (ADMINISTRATOR, "/office/accounts", ("",)),
    "office.producer_names": (
        ADMINISTRATOR,
        "/office/accounts/producer-names",
        ("producer=", "producer=hop+tac+xa", "producer=t", "producer=khongcogi"),
    ),
    "office.studio_products": (
        CLERK,
        "/office/designs/tem-25x35/studio/products",
        ("", *SEARCHES),
    ),
    "register.page": (ANYBODY, "/register", _each(_REGISTER, ("", "sort=stars-down"))),
    "register.as_csv": (ANYBODY, "/register/register.csv", ("",)),
    "register.as_json": (ANYBODY, "/register/register.json", ("",)),
    "producer.start": (PRODUCER, "/producer/", _each(("", "words=mien", "standing=expired"), SORTS[:2])),
    "producer.orders": (PRODUCER, "/producer/orders", ("", LAST)),
    "producer.designs": (PRODUCER, "/producer/designs", ("",)),
    "api.products": (
        MACHINE,
        "/api/v1/products",
        _each(
            ("", "standing=expired", "words=hop+tac+xa", "stars=4", "lacks_trace=true", "ends_within=90"),
            ("", "sort=last_day&down=true", "sort=producer&down=true", "sort=name&down=true"),
            _PAGED,
        ),
    ),
    "api.register": (ANYBODY, "/api/v1/register", _each(("", "words=mien+dong", "stars=4"), ("",), _PAGED)),
    "api.batches": (MACHINE, "/api/v1/batches", ("", "page=30", "page=99999")),
    "api.stamp_orders": (MACHINE, "/api/v1/stamp-orders", ("", "page=99999")),
    "api.proposals": (MACHINE, "/api/v1/proposals", ("", "page=99999")),
    "api.imports": (MACHINE, "/api/v1/imports", ("", "page=99999")),
}
"""Each list by its endpoint: who asks for it, where it is, and with what."""


def addresses(endpoint: str) -> Iterator[str]:
    """Yield the addresses at which a list is asked for."""
    _, path, asked = LISTS[endpoint]
    yield from (f"{path}?{each}" if each else path for each in asked)
