"""A history of recognitions: on every day a standing, and never two recognitions in force at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.history import Standing, recognition_in_force, standing_on, superseded_on
from labelsvc.domain.permission import Quota, current_recognition, may_print
from labelsvc.domain.product import Product
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.programme import rules as rules_of_programme
from labelsvc.domain.recognition import Extension, Recognition, Suspension, Withdrawal
from labelsvc.domain.verification.judging import rating_on
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.lists.product_lists import ListedProduct, ProductLists
from labelsvc.storage.products.product_editing import ProductEditing
from labelsvc.storage.products.products import Products
from labelsvc.storage.products.recognitions import Recognitions
from labelsvc.workflows.change_recognition import extend, suspend

DECIDED = date(2024, 3, 5)
DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))


@st.composite
def recognitions(draw: st.DrawFn) -> Recognition:
    plain = Recognition(stars=draw(st.integers(1, 5)), decision_date=draw(st.dates(date(2019, 1, 1), date(2028, 1, 1))))
    last = plain.last_day_by_decision
    extension = draw(
        st.none() | st.integers(1, 180).map(lambda d: Extension(last + timedelta(days=d), "chờ", by_office=True))
    )
    since = draw(DAYS)
    suspension = draw(
        st.none() | st.just(Suspension(since, "xét")) | st.just(Suspension(since, "xét", since + timedelta(days=30)))
    )
    withdrawal = draw(st.none() | DAYS.map(lambda day: Withdrawal(day, "vi phạm")))
    return Recognition(
        stars=plain.stars,
        decision_date=plain.decision_date,
        extension=extension,
        suspension=suspension,
        withdrawal=withdrawal,
    )


HISTORIES = st.lists(recognitions(), max_size=4, unique_by=lambda r: r.decision_date)


@given(HISTORIES, DAYS)
def test_every_day_has_one_standing_and_one_recognition_at_most(history: list[Recognition], day: date) -> None:
    standing, in_force = standing_on(history, day), recognition_in_force(history, day)

    holding = [one for one in history if one.holds_on(day) and not superseded_on(one, history, day)]

    assert (standing is Standing.NONE) == (not history)
    assert (in_force is not None) == (standing in (*HOLDING, Standing.NOT_CERTIFIED))
    assert (standing is Standing.NOT_CERTIFIED) == (in_force is not None and in_force.stars < 3)
    assert holding == ([in_force] if in_force else [])


@given(HISTORIES, DAYS)
def test_a_valid_recognition_is_never_hidden_by_an_invalid_one(history: list[Recognition], day: date) -> None:
    assert (recognition_in_force(history, day) is None) == (not any(one.holds_on(day) for one in history))


@pytest.mark.parametrize(
    ("facts", "day", "standing"),
    [
        ({}, DECIDED - timedelta(days=1), Standing.NOT_YET),
        ({}, DECIDED, Standing.IN_FORCE),
        ({}, date(2027, 3, 5), Standing.IN_FORCE),
        ({}, date(2027, 3, 6), Standing.EXPIRED),
        ({"extension": Extension(date(2027, 9, 1), "chờ", by_office=True)}, date(2027, 3, 6), Standing.EXTENDED),
        ({"extension": Extension(date(2027, 9, 1), "chờ", by_office=True)}, date(2027, 9, 2), Standing.EXPIRED),
        ({"suspension": Suspension(date(2025, 1, 1), "xét", date(2025, 2, 1))}, date(2025, 2, 1), Standing.SUSPENDED),
        ({"suspension": Suspension(date(2025, 1, 1), "xét", date(2025, 2, 1))}, date(2025, 2, 2), Standing.IN_FORCE),
        ({"withdrawal": Withdrawal(date(2025, 1, 1), "vi phạm")}, date(2025, 1, 1), Standing.WITHDRAWN),
        ({"withdrawal": Withdrawal(date(2025, 1, 1), "vi phạm")}, date(2030, 1, 1), Standing.WITHDRAWN),
        ({"valid_until": date(2024, 4, 1)}, date(2024, 4, 2), Standing.EXPIRED),
    ],
)
def test_a_standing_by_the_table(facts: dict[str, object], day: date, standing: Standing) -> None:
    history = [Recognition(stars=4, decision_date=DECIDED, **facts)]

    assert standing_on(history, day) is standing


@pytest.mark.parametrize(
    ("stars", "standing"),
    [(1, Standing.NOT_CERTIFIED), (2, Standing.NOT_CERTIFIED), (3, Standing.IN_FORCE), (5, Standing.IN_FORCE)],
)
def test_one_star_or_two_are_recorded_and_never_in_force(stars: int, standing: Standing) -> None:
    history = [Recognition(stars=stars, decision_date=DECIDED)]

    assert standing_on(history, DECIDED) is standing
    assert standing_on(history, date(2027, 3, 6)) is Standing.EXPIRED


@given(st.integers(0, 3_000), st.integers(0, 3_000), st.integers(1, 3_000))
def test_quantities_within_the_quota_are_granted(allowed: int, used: int, quantity: int) -> None:
    history = [Recognition(stars=4, decision_date=DECIDED)]

    permission = may_print(history, DECIDED, quantity=quantity, quota=Quota(allowed, used))

    assert permission.granted == (used + quantity <= allowed)


def test_the_database_says_of_every_product_what_the_domain_says(database: Database) -> None:
    editing, store, now = ProductEditing(database), Recognitions(database), ChangeContext("thu", _moment())
    drawn: list[list[Recognition]] = []

    @settings(max_examples=30)
    @given(HISTORIES)
    def draw(history: list[Recognition]) -> None:
        drawn.append(history)

    draw()
    for number, history in enumerate(drawn):
        product_id = editing.add(Product(name=f"Sản phẩm {number}", producer="HTX"), now)
        for one in history:
            store.add(product_id, one, now)

    lists, wrong = ProductLists(database), []
    for day in (date(2020, 5, 5), date(2023, 7, 1), date(2026, 11, 24), date(2029, 1, 1)):
        rows = {row.name: row for row in lists.page(ProductFilter(), day, per_page=10_000).rows}
        for number, history in enumerate(drawn):
            row, in_force = rows[f"Sản phẩm {number}"], recognition_in_force(history, day)
            stars = in_force.stars if in_force else row.stars
            if (row.standing, row.stars) != (standing_on(history, day), stars):
                wrong.append((day, history, row))
        for wanted in (HELD, replace(HELD, words="pham 1"), replace(HELD, stars=4), ProductFilter(words="pham 2")):
            asked = wanted.standings, wanted.stars, wanted.words.split()[-1:]
            fit = [row for row in rows.values() if fits(row, *asked)]
            page = lists.page(wanted, day, per_page=len(rows))
            assert (page.total, lists.count(wanted, day)) == (len(fit), len(fit))
            assert sorted(row.name for row in page.rows) == sorted(row.name for row in fit)
        overview = lists.overview(day)
        assert +Counter(overview.standings) == Counter(row.standing for row in rows.values())

    assert len(drawn) >= 25
    assert not wrong


HELD = ProductFilter(standings=HOLDING)


def fits(row: ListedProduct, standings: tuple[Standing, ...], stars: int, words: list[str]) -> bool:
    of_name = not words or any(word.startswith(words[0]) for word in row.name.split())
    return of_name and (not standings or row.standing in standings) and (not stars or row.stars == stars)


def test_a_remembered_count_follows_the_records(database: Database) -> None:
    editing, store, lists = ProductEditing(database), Recognitions(database), ProductLists(database)
    now = ChangeContext("thu", _moment())
    first, second = (editing.add(Product(name=name, producer="HTX"), now) for name in ("Chè", "Miến"))

    store.add(first, Recognition(stars=4, decision_date=DECIDED), now)
    before = lists.count(HELD, DECIDED)
    store.add(second, Recognition(stars=4, decision_date=DECIDED), now)

    assert (before, lists.count(HELD, DECIDED)) == (1, 2)


@contextmanager
def rules_of(monkeypatch: pytest.MonkeyPatch, months: int) -> Iterator[None]:
    """Let every row of the rules say another term."""
    changed = tuple(replace(rules, validity_months=months) for rules in rules_of_programme.RULES)
    with monkeypatch.context() as patch:
        patch.setattr(rules_of_programme, "RULES", changed)
        rules_of_programme.rules_on.cache_clear()
        yield
    rules_of_programme.rules_on.cache_clear()


def borders(history: list[Recognition]) -> set[date]:
    """Return the days on which a standing may change, with the days before and after."""
    days = {day for one in history for day in (one.first_day, one.last_day_by_decision, one.last_day)}
    days |= {one.suspension.since for one in history if one.suspension}
    days |= {one.suspension.until for one in history if one.suspension and one.suspension.until}
    days |= {one.withdrawal.since for one in history if one.withdrawal}
    return {day + timedelta(days=more) for day in days for more in (-1, 0, 1)}


def test_lists_register_and_verdict_agree_after_rules_change(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(database_url)
    editing, store, now = ProductEditing(database), Recognitions(database), ChangeContext("thu", _moment())
    drawn: list[list[Recognition]] = []

    @settings(max_examples=5)
    @given(st.lists(recognitions(), min_size=1, max_size=3, unique_by=lambda r: r.decision_date))
    def draw(history: list[Recognition]) -> None:
        drawn.append(history)

    draw()
    ids = [editing.add(Product(name=f"Sản phẩm {number}", producer="HTX"), now) for number in range(len(drawn))]
    for product_id, history in zip(ids, drawn, strict=True):
        for one in history:
            store.add(product_id, one, now)
    database.close()

    for months in (24, 60):
        with rules_of(monkeypatch, months):
            opened = Database.open(database_url)
            wrong = _disagreements(opened, ids)
            opened.close()
        assert not wrong, months


def _disagreements(database: Database, ids: list[int]) -> list[tuple[date, int]]:
    """Return every day on which the list, the register or the verdict says something else of a product."""
    lists, products, wrong = ProductLists(database), Products(database).many(ids), []
    for day in sorted(set().union(*(borders(list(each.history)) for each in products.values()))):
        rows = {row.id: row for row in lists.page(ProductFilter(), day, per_page=10_000).rows}
        registered = {
            row.id: row.last_day for row in lists.page(ProductFilter(standings=HOLDING), day, per_page=10_000).rows
        }
        for product_id, stored in products.items():
            current, rating = current_recognition(stored.history, day), rating_on(stored.history, day)
            certified = rating if standing_on(stored.history, day) is not Standing.NOT_CERTIFIED else None
            said = rows[product_id].standing, rows[product_id].last_day, registered.get(product_id)
            meant = standing_on(stored.history, day), current and current.last_day, certified and certified.last_day
            if said != meant:
                wrong.append((day, product_id))
    return wrong


def test_stored_recognition_is_read_and_suspended_under_changed_rules(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, store = ChangeContext("thu", _moment(), "xét lại"), Recognitions(database)
    product_id = ProductEditing(database).add(Product(name="Trà", producer="HTX"), now)
    longest = Recognition(stars=4, decision_date=DECIDED, extension=Extension(date(2027, 9, 1), "chờ", by_office=True))
    recognition_id = store.add(product_id, longest, now)

    with rules_of(monkeypatch, 24):
        stored = Products(database).get(product_id)
        suspend(stored, recognition_id, Suspension(date(2026, 1, 1), now.reason, None, "7/QĐ"), store, now)
        after = Products(database).get(product_id)

        assert standing_on(stored.history, date(2026, 3, 6)) is Standing.EXTENDED
        assert standing_on(after.history, date(2026, 3, 6)) is Standing.SUSPENDED
        with pytest.raises(InvalidValue, match=r"recognition\.extension"):
            extend(after, recognition_id, date(2027, 9, 1), store, now)


def _moment() -> datetime:
    return datetime(2026, 11, 24, tzinfo=UTC)
