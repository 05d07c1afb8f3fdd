"""How fast a batch prints is told by what is done."""

from datetime import UTC, datetime, timedelta

from labelsvc.domain.pace import ALMOST, pace_of

BEGAN = datetime(2026, 3, 5, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def test_nothing_is_said_before_anything_tells_the_speed() -> None:
    pace = pace_of(
        pieces=100, done=0, in_work=[(100, BEGAN)], started_at=BEGAN, last_done_at=None, usual_speed=None, now=at(9)
    )

    assert (pace.speed, pace.seconds_left, pace.reached, pace.estimated) == (None, None, 0, False)


def test_parts_that_are_done_tell_the_speed_and_what_is_left() -> None:
    pace = pace_of(
        pieces=1_000, done=400, in_work=[(200, at(4))], started_at=BEGAN, last_done_at=at(4), usual_speed=1.0, now=at(5)
    )

    assert (pace.speed, pace.seconds_left, pace.reached, pace.estimated) == (100.0, 5, 500, True)


def test_before_the_first_part_is_done_the_latest_batches_tell_the_speed() -> None:
    pace = pace_of(
        pieces=1_000,
        done=0,
        in_work=[(1_000, BEGAN)],
        started_at=BEGAN,
        last_done_at=None,
        usual_speed=100.0,
        now=at(3),
    )

    assert (pace.speed, pace.seconds_left, pace.reached) == (100.0, 7, 300)


def test_a_part_that_takes_longer_is_never_said_to_be_done() -> None:
    pace = pace_of(
        pieces=1_000,
        done=0,
        in_work=[(1_000, BEGAN)],
        started_at=BEGAN,
        last_done_at=None,
        usual_speed=100.0,
        now=at(99),
    )

    assert pace.reached == 1_000 * ALMOST
    assert pace.seconds_left == 1
