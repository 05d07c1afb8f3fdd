"""What an API token may do."""

from __future__ import annotations

from labelsvc.domain.account import RIGHTS, Right, Role

SCOPES: dict[str, Right | None] = {
    "products:read": Right.READ,
    "products:write": Right.EDIT,
    "proposals:write": Right.EDIT,
    "recognitions:write": Right.EDIT,
    "imports:write": Right.EDIT,
    "batches:read": Right.READ,
    "batches:write": Right.PRINT,
    "reprints:write": Right.PRINT,
    "orders:read": Right.READ,
    "orders:write": Right.PRINT,
    "verdicts:read": None,
}
"""Each scope with the right that its account needs; None needs no right in the office."""

OF_PRODUCERS = (
    "products:read", "proposals:write", "batches:read", "batches:write", "orders:read", "orders:write",
    "verdicts:read",
)  # fmt: skip
"""What a producer's token may do, limited to the producer's own products."""


def scopes_of(role: Role) -> tuple[str, ...]:
    """Return the scopes that an account of a role may give to a token."""
    if role is Role.PRODUCER:
        return OF_PRODUCERS
    return tuple(scope for scope, right in SCOPES.items() if right is None or right in RIGHTS[role])
