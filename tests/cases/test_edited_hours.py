"""Hours are edited while clocks run: the live ones follow with the next sweep, what has ended stays as it was."""

import pytest

from cases import commitments, reckoning
from cases.lifecycle import ask_customer, reply
from cases.models import Case
from sla.editing import revised
from sla.models import CalendarVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def shorten(case):
    """Let the desk of the case close at noon."""

    def edit():
        week = {str(day): [["02:00", "12:00"]] for day in range(5)}
        CalendarVersion.objects.filter(calendar=case.desk.calendar).update(week=week)
        revised(case.desk.calendar)

    return edit


def clock(case, metric):
    return case.commitments.get(metric=metric)


class TestSweep:
    def test_moves_the_due_times_of_live_clocks(self, case, shorten, later):
        before = clock(case, "resolution").due_at
        shorten()
        reckoning.sweep(later(minutes=1))
        assert clock(case, "resolution").due_at > before
        fresh = Case.objects.get(pk=case.pk)
        assert fresh.next_due_at == min(row.due_at for row in case.commitments.all())
        assert commitments.differences(fresh, at=later(minutes=1)) == []

    def test_lets_a_clock_that_has_ended_stand(self, case, carl, shorten, later):
        reply(case, by=carl, at=later(hours=3), body="Late.")
        before = [getattr(clock(case, "response"), name) for name in commitments.STORED]
        shorten()
        reckoning.sweep(later(hours=4))
        reply(case, by=carl, at=later(hours=5), body="More.")
        assert [getattr(clock(case, "response"), name) for name in commitments.STORED] == before
        assert commitments.differences(Case.objects.get(pk=case.pk), at=later(hours=5)) == []

    def test_reaches_paused_clocks_too(self, case, alice, carl, shorten, later):
        ask_customer(case, by=carl, at=later(minutes=5), body="Which?")
        shorten()
        reckoning.sweep(later(minutes=6))
        assert clock(case, "resolution").calendar_revision == 2
        assert clock(case, "resolution").due_at is None

    def test_has_nothing_left_to_do_the_second_time(self, case, shorten, later):
        shorten()
        assert reckoning.sweep(later(minutes=1)) == 1
        assert reckoning.sweep(later(minutes=2)) == 0
