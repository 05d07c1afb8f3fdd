"""Codes typed by hand are limited, also while the storage that machines share is away."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from labelsvc.domain.errors import ServingRefused
from labelsvc.web.public.entry_limit import EntryLimit, check_storage


def test_each_process_counts_while_the_shared_storage_is_away() -> None:
    pytest.importorskip("redis", reason="redis is not installed: pip install redis")
    limit = EntryLimit(behind_tls=False, storage="redis://127.0.0.1:1")
    request = Request(EnvironBuilder(environ_base={"REMOTE_ADDR": "203.0.113.7"}).get_environ())

    allowed = [limit.allows(request) for _ in range(125)]

    assert allowed[:60] == [True] * 60
    assert allowed.count(False) >= 5  # a minute may begin meanwhile


def test_options_that_cannot_be_read_are_no_missing_library() -> None:
    pytest.importorskip("redis", reason="redis is not installed: pip install redis")

    with pytest.raises(ServingRefused) as refusal:
        check_storage("redis://u:secret@127.0.0.1?db=first")

    assert refusal.value.problems[0].code == "config.reserved"
    assert refusal.value.problems[0].facts == {"variable": "LABELSVC_LIMITS", "value": "redis"}
