"""Lets all databases of a test process share what SQLAlchemy compiled: each test opens one of its own.

What is compiled belongs to a dialect, which also says where an engine's output is (``storage.db.output_path``). The
shared dialect says of the output what the engine said that this thread asked last.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache

from labelsvc.storage.db.output_path import OUTPUT

STATEMENTS_KEPT = 5_000

_dialects: dict[str, Dialect] = {}
"""By name, the first dialect that a connection has set up, made to share."""
_compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)
_asked = threading.local()


def create_sharing_engine(*url: Any, **settings: Any) -> Engine:
    """Make an engine as SQLAlchemy does, which compiles only what none of its kind has compiled before."""
    engine = create_engine(*url, **settings)
    engine._compiled_cache = _compiled
    event.listen(engine, "connect", partial(_share, engine))
    return engine


def _share(engine: Engine, *_connected: object) -> None:
    """Take the common dialect; not before the first connection, which the listeners of its own must see."""
    own = engine.dialect
    if isinstance(own, _Shared):
        return
    output = getattr(own, OUTPUT, None)
    if own.name not in _dialects:
        _dialects[own.name] = _shared(own)
    engine.dialect = _dialects[own.name]
    event.listen(engine, "before_execute", lambda *_: setattr(_asked, OUTPUT, output))


class _Shared:
    """Of a dialect that several engines have."""


def _shared(dialect: Dialect) -> Dialect:
    """Return a copy of a dialect which leaves the output to the engines."""
    says = property(lambda _: getattr(_asked, OUTPUT, None))
    kind = type("Shared", (_Shared, type(dialect)), {OUTPUT: says, "supports_statement_cache": True})
    copied = object.__new__(kind)
    own = {OUTPUT, "_type_memos"}  # how values of each type are bound, by this very dialect
    vars(copied).update({name: value for name, value in vars(dialect).items() if name not in own})
    return copied
