"""A code's own address is answered without Flask's routing, exactly as with it."""

from __future__ import annotations

import gc

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from tests.offices.verification_office import CODE, CODES, Office


@pytest.mark.parametrize("case", ["in_force", "expired", "not_ours", "unknown_record"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("more", ["", "?lang=en", "?seen=1&lang=vi"])
def test_answers_are_those_of_flask(case: str, method: str, more: str) -> None:
    short, routed = Office(), Office()
    vars(routed.app).pop("wsgi_app")  # what stands before Flask's own

    ours, theirs = (
        office.client.open(f"/{CODES[case]}{more}", method=method, headers={"Accept-Encoding": "gzip"})
        for office in (short, routed)
    )

    assert (ours.status, ours.headers.to_wsgi_list()) == (theirs.status, theirs.headers.to_wsgi_list())
    assert ours.data == theirs.data


@pytest.mark.parametrize(
    "path", [f"/{CODE.lower()}", f"/{CODE[:5]}-{CODE[5:]}", f"/{CODE}/", f"/01/08938505974194/21/{CODE}"]
)
def test_every_other_spelling_is_answered_too(path: str) -> None:
    assert Office().client.get(path, follow_redirects=True).status_code == 200


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("PUT", 405), ("DELETE", 405)])
def test_other_methods_are_refused(method: str, status: int) -> None:
    assert Office().client.open(f"/{CODE}", method=method).status_code == status


def test_scans_leave_nothing_to_the_garbage_collector() -> None:
    app = Office().app
    gc.disable()
    try:
        for _ in range(2):  # the first round lets go of what tests before it left in caches
            gc.collect()
            gc.freeze()  # what stays is not looked at again
            for _ in range(20):
                run_wsgi_app(app, create_environ(f"/{CODE}"))
        assert gc.collect() < 20
    finally:
        gc.enable()
