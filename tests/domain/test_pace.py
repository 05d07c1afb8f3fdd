"""How fast a batch prints is told by what is done."""

from datetime import UTC, datetime, timedelta

from labelsvc.domain.pace import ALMOST, PartsDone, pace_of

BEGAN = datetime(2026, 3, 5, 8, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def test_nothing_is_said_before_anything_tells_the_speed() -> None:
    pace = pace_of(100, PartsDone(0, BEGAN), [(100, BEGAN)], usual_speed=None, now=at(9))

    assert (pace.speed, pace.seconds_left, pace.reached, pace.estimated) == (None, None, 0, False)


def test_finished_parts_give_the_speed_and_time_left() -> None:
    pace = pace_of(1_000, PartsDone(400, BEGAN, at(4)), [(200, at(4))], usual_speed=1.0, now=at(5))

    assert (pace.speed, pace.seconds_left, pace.reached, pace.estimated) == (100.0, 5, 500, True)


def test_recent_batches_give_the_speed_before_the_first_part_ends() -> None:
    pace = pace_of(
        1_000,
        PartsDone(0, BEGAN),
        [(1_000, BEGAN)],
        usual_speed=100.0,
        now=at(3),
    )

    assert (pace.speed, pace.seconds_left, pace.reached) == (100.0, 7, 300)


def test_a_part_that_takes_longer_is_never_said_to_be_done() -> None:
    pace = pace_of(
        1_000,
        PartsDone(0, BEGAN),
        [(1_000, BEGAN)],
        usual_speed=100.0,
        now=at(99),
    )

    assert pace.reached == 1_000 * ALMOST
    assert pace.seconds_left == 1
