"""How the domain's scales look: severity, status, clock. Data and pure functions for the tags; no colours here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext

from sla.clocks import State
from sla.lateness import is_late
from sla.matrices import Severity
from sla.time_words import format_late, format_left

Words = str | Promise


@dataclass(frozen=True)
class SeverityFace:
    """Shape (an SVG path in a field of 24) and two letters that differ in both languages."""

    key: str
    letters: Words
    shape: str


SEVERITIES = {
    Severity.CRITICAL: SeverityFace("critical", gettext_lazy("Cr"), "M8 1h8l7 7v8l-7 7H8l-7-7V8z"),
    Severity.MAJOR: SeverityFace("major", gettext_lazy("Ma"), "M12 1.2l10 5.4v10.8l-10 5.4l-10-5.4V6.6z"),
    Severity.MODERATE: SeverityFace(
        "moderate", gettext_lazy("Mo"), "M5 2h14a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z"
    ),
    Severity.MINOR: SeverityFace("minor", gettext_lazy("Mi"), "M12 1.8a10.2 10.2 0 1 1 0 20.4a10.2 10.2 0 0 1 0-20.4z"),
}

STATUS_ICONS = {
    "new": "circle-plus",
    "active": "progress",
    "waiting": "user-question",
    "elsewhere": "git-branch",
    "solved": "bulb",
    "answered": "message-reply",
    "closed": "lock",
}

CLOCK_ICONS = {
    "running": "clock",
    "at-risk": "clock-exclamation",
    "breached": "alert-triangle",
    "paused": "player-pause",
    "met": "check",
    "ended": "ban",
    "converted": "replace",
    "void": "eraser",
}


def severity_of(value: Any) -> Severity:
    """Return the severity meant by a member, a number 1-4 or a name such as "critical". Raises `ValueError`."""
    if isinstance(value, str) and not value.isdigit():
        try:
            return Severity[value.upper()]
        except KeyError as error:
            raise ValueError(f"{value!r} is no severity") from error
    return Severity(int(value))


@dataclass(frozen=True)
class ClockFace:
    """What a commitment shows at one moment; `counts` says whether the time beside it goes on."""

    state: str
    icon: str
    state_words: str
    time_words: str
    counts: bool


def state_labels() -> dict[str, str]:
    """Return the words for every state a clock can show."""
    return {
        "running": pgettext("clock", "Running"),
        "at-risk": pgettext("clock", "At risk"),
        "breached": pgettext("clock", "Missed"),
        "paused": pgettext("clock", "Paused"),
        "met": pgettext("clock", "Met"),
        "ended": pgettext("clock", "No longer applies"),
        "converted": pgettext("clock", "Replaced by a date"),
        "void": pgettext("clock", "Void"),
    }


_ENDED = {State.MET: "met", State.CONVERTED: "converted", State.CANCELLED: "ended"}


def _shown_state(commitment: Any, at: datetime) -> str:
    """A running clock is at risk from `warn_at` on and breached after `breach_at`; a breach once recorded stays.

    What was voided, or whose breach was, binds nobody, and is neither missed nor running.
    """
    state = State(str(getattr(commitment, "state", State.RUNNING)))
    if state in _ENDED:
        return _ENDED[state]
    if state == State.VOID or getattr(commitment, "voided_at", None):
        return "void"
    if state == State.MISSED or getattr(commitment, "breached_at", None):
        return "breached"
    if state == State.PAUSED:
        return "paused"
    breach_at = getattr(commitment, "breach_at", None)
    warn_at = getattr(commitment, "warn_at", None)
    if is_late(breach_at, at):
        return "breached"
    return "at-risk" if warn_at is not None and at >= warn_at else "running"


def clock_face(commitment: Any, at: datetime) -> ClockFace:
    """Return what `commitment` shows at `at` (aware)."""
    state = _shown_state(commitment, at)
    due_at = getattr(commitment, "due_at", None)
    stopped_at = getattr(commitment, "stopped_at", None)
    time_words = ""
    if due_at is not None and state in {"running", "at-risk"}:
        time_words = format_left(due_at - at)
    elif due_at is not None and state == "breached":
        time_words = format_late((stopped_at or at) - due_at)
    counts = bool(time_words) and stopped_at is None
    return ClockFace(state, CLOCK_ICONS[state], state_labels()[state], time_words, counts)


@dataclass(frozen=True)
class BarSegment:
    """A piece of a clock's bar: where it begins and how wide it is, in per cent of the bar."""

    kind: str
    start: str
    width: str


def bar_segments(commitment: Any, state: str) -> list[BarSegment]:
    """Return the pieces of a commitment's bar from `segments`, or from `consumed` and `budget` (minutes)."""
    given = getattr(commitment, "segments", None)
    pieces = _two_pieces(commitment, state) if given is None else [(piece.kind, piece.share) for piece in given]
    segments, start = [], 0.0
    for kind, share in pieces:
        width = min(max(float(share), 0.0), 100.0 - start)
        segments.append(BarSegment(kind, f"{start:.2f}%", f"{width:.2f}%"))
        start += width
    return segments


def _two_pieces(commitment: Any, state: str) -> list[tuple[str, float]]:
    budget = float(getattr(commitment, "budget", 0) or 0)
    consumed = float(getattr(commitment, "consumed", 0) or 0)
    if budget <= 0:
        return []
    if consumed > budget:
        return [("consumed", 100 * budget / consumed), ("over", 100 - 100 * budget / consumed)]
    share = 100 * consumed / budget
    return [("consumed", share), ("paused", 100 - share)] if state == "paused" else [("consumed", share)]
