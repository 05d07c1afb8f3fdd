"""Indexes of the days on which a recognition begins, ends or is interrupted: a new day's changes are found so."""

from alembic import op

revision = "0040"
down_revision = "0039"

DAYS = (
    "decision_date", "valid_from", "decided_until", "extended_until", "suspended_since", "suspended_until",
    "withdrawn_since",
)  # fmt: skip


def upgrade() -> None:
    """Make the indexes."""
    for day in DAYS:
        op.create_index(op.f(f"ix_recognitions_{day}"), "recognitions", [day])


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
