"""Accounts and how they sign in, on the web and at the API."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import count_column, flag_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("producer_id", ForeignKey("producers.id")),
    text_column("password_hash"),
    text_column("totp_secret"),
    count_column("totp_last"),
    flag_column("active", True),
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
    Column("producer_id", ForeignKey("producers.id")),
    text_column("invited_by"),
    Column("at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    text_column("ended_by"),
)
"""A link that makes one account, or sets a new password where there is one with this address.

``used_at``: when it ended; ``ended_by``: accepted, replaced by a newer one, or withdrawn ("" in older databases).
"""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
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
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    text_column("browser"),
    Index(None, "account_id"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
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
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
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
    count_column("passwords"),
    count_column("factors"),
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
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account_id", "idempotency_key"),
)
"""What the API answered to a POST with an Idempotency-Key: the same request again gets the same answer."""
