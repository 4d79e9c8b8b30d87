"""Clocks moved on to edited hours come out as a replay of their cases would have left them, to the last field."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from cases.commitments import calendar_edits
from cases.commitments.consistency import differences
from cases.commitments.stored import LISTED
from cases.jobs import commitments as sweep
from cases.load_test_data.generate import generate
from cases.load_test_data.new_cases import Mix
from cases.models import Case, Commitment, Event
from sla import editing
from sla.matrices import Severity
from sla.models import Calendar, CalendarVersion, ClosedDate, DayOverride
from sla.working_time import WorkingTime

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 10, 15, 20, tzinfo=UTC)  # the Wednesday before America changes its clocks
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def crowd(reference: None) -> list[int]:
    """The ids of some hundred cases with live clocks, as they stand at NOW."""
    severities = {Severity.CRITICAL: 10, Severity.MAJOR: 60, Severity.MODERATE: 20, Severity.MINOR: 10}
    generate(500, seed=7, now=NOW, mix=Mix(forgotten=0.95, age=4.0, turns=6, severities=severities))
    sweep.sweep(NOW)
    return list(Commitment.objects.filter(stopped_at=None).values_list("case", flat=True).distinct())


def close_tomorrow(calendar: Calendar) -> None:
    ClosedDate.objects.create(calendar=calendar, date=date(2027, 3, 11), name="The office moves")


def open_longer(calendar: Calendar) -> None:
    week = {str(day): [["00:30", "12:00"], ["12:30", "23:30"]] for day in range(6)}
    CalendarVersion.objects.filter(calendar=calendar).update(week=week)


def open_less_from_monday(calendar: Calendar) -> None:
    week = {str(day): [["10:00", "12:00"]] for day in range(5)}
    CalendarVersion.objects.create(calendar=calendar, effective_from=date(2027, 3, 15), week=week)


def have_a_short_day(calendar: Calendar) -> None:
    DayOverride.objects.create(calendar=calendar, date=date(2027, 3, 12), spans=[["22:00", "02:00"]])


def move_to_another_zone(calendar: Calendar) -> None:
    Calendar.objects.filter(pk=calendar.pk).update(zone="Asia/Tokyo")


EDITS = [close_tomorrow, open_longer, open_less_from_monday, have_a_short_day, move_to_another_zone]


def edit(change: Callable[[Calendar], None], at: datetime) -> None:
    """Make the same change to every calendar that has hours."""
    for calendar in Calendar.objects.filter(round_the_clock=False):
        change(calendar)
        editing.record(calendar, at=at)


def outcome(do: Callable[[], Any]) -> tuple[Any, Any]:
    """Return what `do` returns and leaves behind, and undo it."""
    with transaction.atomic():
        last = Event.objects.latest("pk").pk
        returned = do()
        clocks = Commitment.objects.filter(stopped_at=None).order_by("pk")
        left = (
            list(clocks.values_list("pk", "state", "warned_at", *calendar_edits.MOVED)),
            list(Case.objects.order_by("pk").values_list("pk", *LISTED)),
            sorted(Event.objects.filter(pk__gt=last).values_list("case", "kind", "data"), key=repr),
        )
        transaction.set_rollback(True)
    return returned, left


@pytest.mark.parametrize("change", EDITS)
class TestMoveOn:
    def test_leaves_what_a_replay_leaves(self, crowd: list[int], change: Callable[[Calendar], None]) -> None:
        edit(change, NOW)
        (moved, others), quick = outcome(lambda: self._quickly(crowd))
        _nothing, slow = outcome(lambda: sweep.update_clocks(crowd, at=LATER))
        assert quick == slow
        assert moved > 20
        assert len(others) < len(crowd) / 2

    def test_follows_two_edits_at_once(self, crowd: list[int], change: Callable[[Calendar], None]) -> None:
        edit(have_a_short_day if change is not have_a_short_day else close_tomorrow, NOW - timedelta(seconds=30))
        edit(change, NOW)
        _moved, quick = outcome(lambda: self._quickly(crowd))
        _nothing, slow = outcome(lambda: sweep.update_clocks(crowd, at=LATER))
        assert quick == slow

    def _quickly(self, ids: list[int]) -> tuple[int, list[int]]:
        moved, others = calendar_edits.move_on(ids, at=LATER)
        sweep.update_clocks(others, at=LATER)
        return moved, others


class TestSweep:
    def test_leaves_nothing_that_a_check_would_find(self, crowd: list[int]) -> None:
        for number, change in enumerate(EDITS):
            at = NOW + timedelta(hours=number)
            edit(change, at)
            sweep.sweep(at + timedelta(minutes=1))
            for case in Case.objects.for_verbs().filter(pk__in=crowd):
                assert differences(case, at=at + timedelta(minutes=1)) == []

    def test_a_case_whose_terms_changed_is_replayed(self, case: Case, mona: Any, later: Any) -> None:
        from cases.lifecycle import change_severity

        change_severity(case, by=mona, at=later(minutes=1), severity=Severity.CRITICAL, because="It spread.")
        assert calendar_edits.move_on([case.pk], at=later(minutes=2)) == (0, [case.pk])

    def test_a_wrong_way_would_be_noticed(self, crowd: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
        """Counting what is left on the old hours leaves something else than a replay."""

        def stay(instant: datetime, _edited: datetime, _old: WorkingTime, _new: WorkingTime) -> datetime:
            return instant

        edit(close_tomorrow, NOW)
        _nothing, slow = outcome(lambda: sweep.update_clocks(crowd, at=LATER))
        monkeypatch.setattr(calendar_edits, "_left", stay)
        _moved, wrong = outcome(lambda: calendar_edits.move_on(crowd, at=LATER))
        assert wrong != slow


def test_the_crowd_has_clocks_of_all_kinds(crowd: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT state FROM cases_commitment WHERE stopped_at IS NULL")
        assert {state for (state,) in cursor.fetchall()} >= {"running", "paused"}
