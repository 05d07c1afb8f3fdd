"""The tables of people: accounts and how they sign in, what they were granted, what they asked for."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, ForeignKey(target), nullable=nullable)


accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    _key("producer_id", "producers.id", nullable=True),
    _text("password_hash"),
    _text("totp_secret"),
    Column("totp_last", Integer, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", Moment, nullable=False),
    Index(None, "producer_id"),
)
"""``totp_last``: the time step of the last one-time password that was taken; none is taken twice (RFC 6238 §5.2)."""

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    _key("producer_id", "producers.id", nullable=True),
    _text("invited_by"),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    _text("ended_by"),
)
"""A link that makes one account, or sets a new password where there is one with this address.

``used_at``: when it ended; ``ended_by``: accepted, replaced by a newer one, or withdrawn ("" in older databases).
"""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("account_id", "accounts.id"),
    Column("code_hash", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "account_id"),
)
"""Codes that stand in for a one-time password, once each; only hashes are kept."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    _key("account_id", "accounts.id"),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    _text("browser"),
    Index(None, "account_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("account_id", "accounts.id"),
    Column("name", Text, nullable=False),
    Column("credential_id", Text, nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Index(None, "account_id"),
)
"""Public keys of devices that sign their owners in (WebAuthn); ``public_key`` is COSE in hexadecimal digits."""

waiting_secrets = Table(
    "waiting_secrets",
    metadata,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("cipher", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Secrets that one page of a session shows next; see ``storage.people.waiting_secrets``."""

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("account_id", "accounts.id"),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("held_at", Moment),
    Index(None, "account_id"),
)
"""``held_at``: since when it waits for its owner to confirm it, after a new password."""

sign_in_refusals = Table(
    "sign_in_refusals",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("passwords", Integer, nullable=False, server_default="0"),
    Column("factors", Integer, nullable=False, server_default="0"),
    Column("wait_until", Moment),
)
"""What was refused of an account since it signed in last; 0 counts addresses that have none."""

known_networks = Table(
    "known_networks",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("subject_id", Integer, primary_key=True, autoincrement=False),
    Column("network", Text, primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
)
"""The networks, as marks, that an ``account`` signed in from and that a ``token`` was used from."""

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("account_id", "accounts.id"),
    Column("idempotency_key", Text, nullable=False),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account_id", "idempotency_key"),
)
"""What the API answered to a POST with an Idempotency-Key: the same request again gets the same answer."""

exceptions = Table(
    "exceptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    _key("recognition_id", "recognitions.id"),
    Column("pieces", Integer, nullable=False, server_default="0"),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "recognition_id"),
)
"""Granted by an administrator: so many pieces over the quota, or a pass from the strict label law. Rows only grow."""

stamp_orders = Table(
    "stamp_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("producer_id", "producers.id"),
    _key("product_id", "products.id"),
    Column("quantity", Integer, nullable=False),
    Column("design", Text, nullable=False),
    _text("note"),
    Column("state", Text, nullable=False, server_default="requested"),
    _text("answer"),
    _key("batch_id", "batches.id", nullable=True),
    Column("asked_at", Moment, nullable=False),
    _text("asked_by"),
    Column("changed_at", Moment, nullable=False),
    _text("changed_by"),
    Column("request_key", Text),
    Index(None, "producer_id"),
    Index(None, "state"),
    Index(None, "request_key", unique=True),
)
"""Stamps that a producer asks the office for: requested, approved, printed, delivered; or refused, cancelled."""

designs = Table(
    "designs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    _text("who"),
    _text("note"),
    Column("restored_from", Integer),
    Column("published_at", Moment),
    _text("published_by"),
    UniqueConstraint("name", "version"),
)
"""Designs that the office uploaded, each version for ever; those that come with the product are files.
``restored_from``: the older version whose source it has; ``published_at``, ``published_by``: when and by whom it was
published last.
"""

official_artworks = Table(
    "official_artworks",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False, server_default="retired"),
    Column("kind", Text, nullable=False),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    _text("who"),
    _text("note"),
)
"""The office's official artwork: every version for ever, one in use at most."""

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Keys that the web service makes for itself, the same for all its processes and machines."""
