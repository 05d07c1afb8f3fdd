"""What producers propose for their products: a draft that is kept, then a proposal that the office decides.

A product has one draft and one proposal that waits at most; a new one that is sent takes the place of the one that
waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.domain.product import Product
from labelsvc.domain.trace.profile import NO_PROFILE, normal_story
from labelsvc.domain.trace.proposal import (
    PROPOSAL_STEPS,
    ProductContent,
    ProposalState,
    approved_content,
)
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.profiles import profile_proposals
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.products.product_editing import change_product
from labelsvc.storage.profiles.versions import add_version, approved_profiles, refuse_strange_files


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft or a proposal. ``begun``: what stood when it began; ``answer``: what the office said."""

    id: int
    product_id: int
    product: str
    producer: str
    state: ProposalState
    content: ProductContent
    begun: ProductContent
    at: datetime
    who: str
    note: str
    decided_at: datetime | None
    decided_by: str
    answer: str


_CONTINUED: tuple[ProposalState, ...] = ("draft", "proposed", "answered")
"""What a producer goes on with."""


class Proposals:
    """All drafts and proposals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_product(self, product_id: int) -> list[Proposal]:
        """Return a product's draft and proposals, the newest first."""
        query = _ALL.where(_TABLE.c.product_id == product_id).order_by(_TABLE.c.id.desc())
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def get(self, proposal_id: int) -> Proposal:
        """Return a proposal; NotFound if there is none, or it is still a draft, which is its producer's alone."""
        with self._database.reading() as connection:
            return _get(connection, proposal_id)

    def waiting(self, page: int = 1, per_page: int = 50) -> tuple[list[Proposal], int]:
        """Return a page of the proposals that wait, the oldest first, and how many there are."""
        waits = _TABLE.c.state == "proposed"
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(_TABLE).where(waits)) or 0
            cut = _ALL.where(waits).order_by(_TABLE.c.at, _TABLE.c.id).limit(per_page)
            rows = connection.execute(cut.offset((max(1, page) - 1) * per_page)).mappings()
            return [_read(row) for row in rows], total

    def count(self) -> int:
        """Return how many proposals wait."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(_TABLE).where(_TABLE.c.state == "proposed")
            return connection.scalar(query) or 0

    def continued(self, product_id: int) -> Proposal | None:
        """Return what a producer goes on with: its draft, else the proposal that waits or was answered last."""
        with self._database.reading() as connection:
            return _continued(connection, product_id)

    def continued_states(self, product_ids: Collection[int]) -> dict[int, ProposalState]:
        """Return the states of what producers go on with, of those products that have any."""
        newest = select(func.max(_TABLE.c.id)).where(_TABLE.c.product_id.in_(product_ids)).group_by(_TABLE.c.product_id)
        query = select(_TABLE.c.product_id, _TABLE.c.state)
        query = query.where(_TABLE.c.id.in_(newest), _TABLE.c.state.in_(_CONTINUED))
        with self._database.reading() as connection:
            return {row.product_id: row.state for row in connection.execute(query)}

    def save_draft(
        self,
        product_id: int,
        now: ProductContent,
        changed: Callable[[ProductContent], ProductContent],
        context: ChangeContext,
    ) -> ProductContent:
        """Keep what a draft becomes; return it.

        ``changed`` is given what the producer goes on with, brought up to ``now``, in the transaction that keeps what
        it returns. A draft that goes on from a proposal that waits has its note. NotFound, InvalidValue.
        """
        with self._database.writing() as connection:
            base = _continued(connection, product_id)
            content = changed(approved_content(now, base.begun, base.content) if base else now)
            refuse_strange_files(connection, product_id, content.profile)
            row = {"content": content.to_json(), "begun": now.to_json(), "at": context.now, "who": context.who}
            if base and base.state == "draft":
                connection.execute(update(_TABLE).where(_TABLE.c.id == base.id).values(row))
            else:
                note = base.note if base and base.state == "proposed" else ""
                connection.execute(
                    insert(_TABLE).values(row | {"product_id": product_id, "state": "draft", "note": note})
                )
        return content

    def send(self, product_id: int, context: ChangeContext) -> int:
        """Send a product's draft to the office; return the proposal's id. ``context.reason`` is a note to the office.

        A proposal that waits is withdrawn for it. NotFound if there is no draft.
        """
        with self._database.writing() as connection:
            draft = _of_state(connection, product_id, "draft")
            if draft is None:
                raise NotFound.from_code("profile.no_draft")
            if (older := _of_state(connection, product_id, "proposed")) is not None:
                _decide(connection, older, "withdrawn", context)
            told = {"state": "proposed", "note": normal_story(context.reason), "at": context.now, "who": context.who}
            connection.execute(update(_TABLE).where(_TABLE.c.id == draft.id).values(told))
            _record(connection, draft, "", "proposed", context)
        return draft.id

    def withdraw(self, proposal_id: int, context: ChangeContext) -> None:
        """Take back a proposal that waits: it is a draft again, where there is no other. ChangedMeanwhile, NotFound."""
        with self._database.writing() as connection:
            proposal = _get(connection, proposal_id)
            another = _of_state(connection, proposal.product_id, "draft")
            _decide(connection, proposal, "withdrawn" if another else "draft", context)

    def answer(self, proposal_id: int, context: ChangeContext) -> None:
        """Say in words (``context.reason``) what must change; ChangedMeanwhile if the proposal was decided."""
        with self._database.writing() as connection:
            _decide(connection, _get(connection, proposal_id), "answered", context)

    def approve(
        self,
        proposal_id: int,
        number_seen: int,
        context: ChangeContext,
        changed: Callable[[Product], Product] = lambda product: product,
    ) -> int:
        """Let the profile that a proposal makes of the one that holds hold from now on; return its number.

        ``changed`` makes the product of what it is, in the same transaction. ``number_seen``: the version that held
        when whoever approves looked; ChangedMeanwhile if another one does, or the proposal was decided.
        """
        with self._database.writing() as connection:
            proposal = _get(connection, proposal_id)
            held = approved_profiles(connection, [proposal.product_id])
            number, profile = held.get(proposal.product_id, (0, NO_PROFILE))
            if number != number_seen:
                raise ChangedMeanwhile.from_code("profile.changed_meanwhile")
            _decide(connection, proposal, "approved", context)
            change_product(connection, proposal.product_id, changed, context)
            made = approved_content(ProductContent(profile), proposal.begun, proposal.content)
            return add_version(connection, proposal.product_id, made.profile, context)


_TABLE = profile_proposals
_ALL: Select[Any] = select(_TABLE, products.c.name, products.c.producer).join(
    products, products.c.id == _TABLE.c.product_id
)
_AS_STORED = ("id", "product_id", "state", "at", "who", "note", "decided_at", "decided_by", "answer")


def _read(row: Mapping[Any, Any]) -> Proposal:
    return Proposal(
        product=row["name"],
        producer=row["producer"],
        content=ProductContent.from_json(row["content"]),
        begun=ProductContent.from_json(row["begun"]),
        **{name: row[name] for name in _AS_STORED},
    )


def _get(connection: Connection, proposal_id: int) -> Proposal:
    chosen = _TABLE.c.id == proposal_id, _TABLE.c.state != "draft"
    row = connection.execute(_ALL.where(*chosen)).mappings().first()
    if row is None:
        raise NotFound.from_code("profile.no_proposal", id=proposal_id)
    return _read(row)


def _of_state(connection: Connection, product_id: int, state: ProposalState) -> Proposal | None:
    chosen = _TABLE.c.product_id == product_id, _TABLE.c.state == state
    row = connection.execute(_ALL.where(*chosen)).mappings().first()
    return _read(row) if row else None


def _continued(connection: Connection, product_id: int) -> Proposal | None:
    query = _ALL.where(_TABLE.c.product_id == product_id).order_by(_TABLE.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    newest = _read(row) if row else None
    return newest if newest and newest.state in _CONTINUED else None


def _decide(connection: Connection, proposal: Proposal, state: ProposalState, context: ChangeContext) -> None:
    if state not in PROPOSAL_STEPS.get(proposal.state, ()):
        raise ChangedMeanwhile.from_code("profile.decided", who=proposal.decided_by or proposal.who)
    decided = {"state": state, "decided_at": context.now, "decided_by": context.who}
    told = {"answer": normal_story(context.reason)} if state in ("answered", "approved") else {}
    connection.execute(update(_TABLE).where(_TABLE.c.id == proposal.id).values(decided | told))
    _record(connection, proposal, proposal.state, state, context)


def _record(connection: Connection, proposal: Proposal, before: str, after: str, context: ChangeContext) -> None:
    difference = FieldDifference("proposal", before, after)
    record_differences(connection, context, [("profile", proposal.product_id, [difference])])
