"""A hint as bytes: JSON with a task's name and whole numbers, and nothing else.

Huey would pickle: whoever can write to the queue's server could then run code in every worker, where the keys are. With
a hint as JSON he makes a worker look in vain, and nothing more.
"""

from __future__ import annotations

import json
from typing import Any

from huey.exceptions import HueyException
from huey.registry import Message
from huey.serializer import Serializer

LONGEST_BYTES = 1_000
LARGEST = 2**63 - 1
"""What the databases keep as a whole number."""


class NoHint(HueyException):  # type: ignore[misc]  # Huey has no types
    """Bytes in the queue that are no hint: of an older version, or of somebody else."""


class HintFormat(Serializer):  # type: ignore[misc]
    """What Huey calls to write and read tasks."""

    def serialize(self, data: Message) -> bytes:
        """Return a hint's bytes; its id, time and successors are not kept."""
        return json.dumps({"task": data.name, "numbers": list(data.args or ())}).encode()

    def deserialize(self, data: bytes) -> Message:
        """Return the task of a hint; NoHint for any other bytes."""
        hint = _json(bytes(data))
        if not isinstance(hint, dict) or hint.keys() != {"task", "numbers"}:
            raise NoHint
        name, numbers = hint["task"], hint["numbers"]
        if not isinstance(name, str) or not isinstance(numbers, list):
            raise NoHint
        if not all(type(number) is int and 0 <= number <= LARGEST for number in numbers):
            raise NoHint
        return Message(id=None, name=name, args=tuple(numbers), kwargs={})


def _json(data: bytes) -> Any:
    if len(data) > LONGEST_BYTES:
        raise NoHint
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NoHint from None
