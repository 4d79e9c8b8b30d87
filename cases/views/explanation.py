"""The explanation of a clock for a page: found by the parts of its address, with the bar that stands on top."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import Http404
from django.utils import timezone

from cases.commitments.explanation.explain import Explanation, NoSuchClock, explain
from cases.commitments.explanation.time_spans import NOTHING, Row
from cases.models import Case
from sla.clocks import Metric


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the bar: "consumed", "paused" or "over", and its share of the bar in per cent."""

    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What the clock bar shows; amounts in minutes."""

    label: str
    state: str
    due_at: datetime | None
    warn_at: datetime | None
    breach_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    budget: float
    consumed: float
    segments: tuple[Piece, ...]


def explained(case: Case, metric: str, cycle: int, period_no: int, *, for_customer: bool) -> dict[str, Any]:
    """Return the context of a page that explains a clock of `case` as of now. Raises Http404 where there is none."""
    try:
        why = explain(case, (Metric(metric), cycle, period_no), at=timezone.now(), for_customer=for_customer)
    except (ValueError, NoSuchClock) as unknown:
        raise Http404 from unknown
    return {"case": case, "why": why, "bar": _bar(why), "at": why.at}


def _bar(why: Explanation) -> Bar:
    state = why.state
    return Bar(
        label=why.label,
        state=state.state.value,
        due_at=state.due_at,
        warn_at=state.warn_at,
        breach_at=state.breach_at,
        breached_at=state.breached_at,
        stopped_at=state.stopped_at,
        budget=state.amount.total_seconds() / 60,
        consumed=state.consumed_seconds / 60,
        segments=tuple(_pieces(why)),
    )


def _pieces(why: Explanation) -> Iterator[Piece]:
    """Yield the used, the paused and the exceeded time in turn, as one piece each."""
    past = [row for row in why.rows if row.counted + row.uncounted and not row.is_ahead]
    parts = [(kind, sum((_worth(row) for row in rows), NOTHING)) for kind, rows in groupby(past, key=_kind)]
    used = sum((row.counted for row in past), NOTHING)
    whole = max(why.state.amount, used) + sum((row.uncounted for row in past), NOTHING)
    return (Piece(kind, 100 * (worth / whole)) for kind, worth in parts)


def _kind(row: Row) -> str:
    return "paused" if row.uncounted else "over" if row.is_over else "consumed"


def _worth(row: Row) -> timedelta:
    return row.counted + row.uncounted
