"""The office's start page: what expires, what runs, what was printed this month."""

from __future__ import annotations

from datetime import datetime

from flask import render_template

from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.recognition import rules_on
from labelsvc.domain.verdict import VIETNAM
from labelsvc.web import desk
from labelsvc.web.office.blueprint import office

ENDING_SHOWN, BATCHES_SHOWN = 8, 5


@office.get("/", strict_slashes=False)
def start() -> str:
    """Show the office how things stand today."""
    shop, today = desk.shop(), desk.today()
    days = rules_on(today).reminder_days
    ending = shop.product_lists.page(
        ProductFilter(ends_within=max(days), standings=HOLDING), today, sort="last_day", per_page=ENDING_SHOWN
    )
    ids = [row.recognition_id for row in ending.rows if row.recognition_id]
    recent, _ = shop.batch_lists.page(per_page=BATCHES_SHOWN)
    running, _ = shop.batch_lists.page(states=("ordered", "running"), per_page=BATCHES_SHOWN)
    return render_template(
        "office/start.html",
        overview=shop.product_lists.overview(today, days),
        days=days,
        ending=ending,
        quotas=shop.quotas.of(ids),
        running=running,
        recent=[batch for batch in recent if not batch.unfinished],
        printed=shop.batch_lists.printed_since(_month_began(desk.now())),
        waiting_orders=shop.stamp_orders.count("requested"),
    )


def _month_began(now: datetime) -> datetime:
    there = now.astimezone(VIETNAM)
    return there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
