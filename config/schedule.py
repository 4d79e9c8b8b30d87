"""The timetable of the work that nobody asks for: what beat rings for, how often, and why.

A beat that runs twice, rings late or not at all does no harm: each task asks the database what is due.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Round:
    """One periodic task; `why` is the sentence that explains it to a person."""

    task: str
    every: timedelta
    why: str


ROUNDS = (
    Round(
        "cases.tasks.deliver_outbox",
        timedelta(seconds=20),
        "Send the mails that are due, in case the doorbell after their commit was lost or their worker died.",
    ),
    Round(
        "cases.tasks.sweep",
        timedelta(minutes=1),
        "Do what falls due by the clock alone: warnings, breaches, reminders and closing.",
    ),
    Round(
        "cases.tasks.self_check",
        timedelta(hours=1),
        "Look whether what must always hold of cases, mails and the record does, and say so in the log where not.",
    ),
)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the timetable as Celery takes it; a round that no worker took before the next one is dropped."""
    return {
        entry.task: {
            "task": entry.task,
            "schedule": entry.every,
            "options": {"expires": entry.every.total_seconds()},
        }
        for entry in ROUNDS
    }
