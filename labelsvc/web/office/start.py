"""The office's start page: what expires, what runs, what was printed this month."""

from __future__ import annotations

from flask import render_template, url_for

from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.programme.rules import rules_on
from labelsvc.web.desk import context as desk
from labelsvc.web.office.batches import moment_of
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.batch_files import batch_files
from labelsvc.workflows.batches.write_ticket import TICKET

ENDING_SHOWN, BATCHES_SHOWN = 8, 5


@office.get("/", strict_slashes=False)
def start() -> str:
    """Show the office how things stand today."""
    services, today = desk.services(), desk.today()
    rules = rules_on(today)
    days = rules.reminder_days
    ending = services.product_lists.page(
        ProductFilter(ends_within=max(days), standings=HOLDING), today, sort="last_day", per_page=ENDING_SHOWN
    )
    ids = [row.recognition_id for row in ending.rows if row.recognition_id]
    recent, _ = services.batch_lists.page(per_page=BATCHES_SHOWN)
    running, _ = services.batch_lists.page(states=("ordered", "running"), per_page=BATCHES_SHOWN)
    month = today.replace(day=1)
    return render_template(
        "office/start.html",
        overview=services.product_lists.overview(today, days),
        days=days,
        filing=rules.filing,
        source=rules.source,
        ending=ending,
        quotas=services.quotas.for_recognitions(ids),
        running=running,
        waits=desk.what_waits(running),
        recent=[batch for batch in recent if not batch.unfinished],
        files={batch.name: _files(batch.name) for batch in recent if batch.state == "ready"},
        printed=services.batch_lists.printed_since(moment_of(month)),
        month=month,
        open_alarms=services.alarms.count_open(),
        key_troubles=services.verifying_keys.troubles,
        waiting_orders=services.stamp_orders.count("requested"),
        waiting_proposals=services.proposals.count(),
        waiting_copies=services.design_copies.count(),
    )


def _files(name: str) -> tuple[str, str]:
    """Return where a ready batch's PDF is (the ZIP where there are several), and its ticket; empty without one."""
    services = desk.services()
    names = [file.name for file in batch_files(services.batches.get(name), services.batches)]
    pdfs = [each for each in names if each.startswith("labels-")]
    ticket = url_for("office.download", name=name, file=TICKET) if TICKET in names else ""
    if len(pdfs) == 1:
        return url_for("office.download", name=name, file=pdfs[0]), ticket
    return url_for("office.download_all", name=name), ticket
