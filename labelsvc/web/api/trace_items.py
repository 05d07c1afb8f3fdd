"""The meter of a product as the API gives it."""

from __future__ import annotations

from labelsvc.domain.trace.trace_facts import TraceFact, TraceFacts
from labelsvc.web.api import product_models as p
from labelsvc.web.desk import context as desk


def trace_item(trace: TraceFacts) -> p.TraceItem:
    """Return the meter with words in the language of the request."""
    return p.TraceItem(
        traceable=trace.is_traceable,
        is_minimum=trace.is_minimum,
        met=trace.met,
        percent=trace.percent,
        facts=list(map(_fact, trace.facts)),
        criteria=list(map(_fact, trace.criteria)),
    )


def _fact(fact: TraceFact) -> p.TraceFactItem:
    return p.TraceFactItem(
        name=fact.name.value,
        title=desk.say(f"meter.{fact.name.value}"),
        state=fact.state.value,
        source=fact.rule.source,
        article=fact.rule.article,
        remedy=desk.say(f"meter.{fact.remedy}") if fact.lacking else "",
    )
