"""A program that asks the API with a token."""

from __future__ import annotations

from typing import Any


class Machine:
    """A program with a token."""

    def __init__(self, client: Any, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def __getattr__(self, method: str) -> Any:
        def ask(path: str, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
            return getattr(self._client, method)(
                f"/api/v1{path.removeprefix('/api/v1')}", headers=self._headers | (headers or {}), **body
            )

        return ask
