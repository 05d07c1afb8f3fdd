"""A claim is stale when nobody has seen it change for a lease, whatever clocks say meanwhile."""

from __future__ import annotations

from labelsvc.storage.batches.lease_watch import LeaseWatch


def test_a_claim_that_never_changes_is_stale_after_a_lease() -> None:
    watch = LeaseWatch(30)

    stale = [watch.stale({"part": (1, 0)}, second) for second in range(0, 45, 5)]

    assert stale == [set()] * 6 + [{"part"}] * 3


def test_a_claim_whose_heart_beats_is_never_stale() -> None:
    watch = LeaseWatch(30)

    stale = [watch.stale({"part": (1, second // 10)}, second) for second in range(0, 200, 5)]

    assert not any(stale)


def test_a_claim_made_anew_begins_a_new_lease() -> None:
    watch = LeaseWatch(30)
    for second in range(0, 30, 5):
        watch.stale({"part": (1, 0)}, second)

    assert watch.stale({"part": (2, 0)}, 30) == set()
    assert watch.stale({}, 35) == set()
    assert watch.stale({"part": (2, 0)}, 60) == set()


def test_a_watcher_that_slept_for_an_hour_takes_nothing_at_once() -> None:
    watch = LeaseWatch(30)
    watch.stale({"part": (1, 0)}, 0)

    assert watch.stale({"part": (1, 0)}, 3_600) == set()
