"""Lets all databases of a test process share what SQLAlchemy compiled: each test opens one of its own.

What is compiled belongs to a dialect, which also says where an engine's output is (``storage.db.output_path``). The
shared dialect has the output of the engine whose connections this thread has open. Where it has some of two outputs,
nobody can tell whose folder is read: such a test fails, as it could pass by another output's paths.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any
from weakref import ref

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import LRUCache

from labelsvc.storage.db.output_path import OUTPUT

STATEMENTS_KEPT = 5_000

_dialects: dict[str, Dialect] = {}
"""By name, the first dialect that a connection has set up, made to share."""
_compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS_KEPT)


class _Taken(threading.local):
    """The connections that a thread took from their pools, each with its output."""

    def __init__(self) -> None:
        self._all: list[tuple[ref[PoolProxiedConnection], str | None]] = []

    def add(self, connection: PoolProxiedConnection, output: str | None) -> None:
        self._all = [*self._open(), (ref(connection), output)]

    def outputs(self) -> set[str | None]:
        """Return the outputs of those that are open."""
        return {output for _, output in self._open()}

    def _open(self) -> list[tuple[ref[PoolProxiedConnection], str | None]]:
        return [each for each in self._all if (taken := each[0]()) is not None and taken.dbapi_connection is not None]


_taken = _Taken()


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
    event.listen(engine, "checkout", lambda _dbapi, _record, connection: _taken.add(connection, output))


def _output_at_hand(_dialect: object) -> str | None:
    outputs = _taken.outputs()
    assert len(outputs) <= 1, f"a test reads or writes folders while connections of two outputs are open: {outputs}"
    return next(iter(outputs), None)


class _Shared:
    """Of a dialect that several engines have."""


def _shared(dialect: Dialect) -> Dialect:
    """Return a copy of a dialect which leaves the output to the engines."""
    members = {OUTPUT: property(_output_at_hand), "supports_statement_cache": True}
    kind = type("Shared", (_Shared, type(dialect)), members)
    copied = object.__new__(kind)
    own = {OUTPUT, "_type_memos"}  # how values of each type are bound, by this very dialect
    vars(copied).update({name: value for name, value in vars(dialect).items() if name not in own})
    return copied
