"""change_severity: who may, what the clocks make of it, what the customer is told."""

import pytest

from cases.events import sentence
from cases.lifecycle import change_severity, close
from cases.lifecycle.severity import NotYoursToRaise, SameSeverity
from cases.models import OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from sla.matrices import Severity

pytestmark = pytest.mark.django_db


class TestChangeSeverity:
    def test_loosens_the_clocks_and_tells_why(self, case, carl, later):
        due = case.commitments.get(metric="response").due_at
        changed = change_severity(case, by=carl, at=later(minutes=5), severity=Severity.MODERATE, because="One person.")
        assert changed.severity == Severity.MODERATE
        assert case.commitments.get(metric="response").due_at > due
        assert case.commitments.get(metric="restoration").state == "cancelled"
        event = case.events.get(kind="severity_changed")
        assert sentence(event) == "Carl Care changed the severity from Major to Moderate: One person."
        assert OutboxMail.objects.filter(event=event, notice="severity_changed", recipient=case.customer).exists()

    def test_tightens_them_and_begins_those_of_critical(self, case, mona, later):
        changed = change_severity(case, by=mona, at=later(minutes=5), severity=Severity.CRITICAL, because="All down.")
        assert changed.severity == Severity.CRITICAL
        assert case.commitments.get(metric="response").due_at == later(minutes=35)
        assert case.commitments.get(metric="status_update").started_at == later(minutes=5)

    @pytest.mark.parametrize("who", ["carl", "nora", "dora"])
    def test_to_critical_is_a_managers(self, case, later, request, who):
        person = request.getfixturevalue(who)
        with pytest.raises(NotYoursToRaise, match="examined by a manager"):
            change_severity(case, by=person, at=later(minutes=5), severity=Severity.CRITICAL, because="Please.")
        assert case.events.count() == 1

    def test_refuses_the_severity_it_has(self, case, carl, later):
        with pytest.raises(SameSeverity, match="Major"):
            change_severity(case, by=carl, at=later(minutes=5), severity=Severity.MAJOR, because="So.")

    def test_settles_a_provisional_one(self, case, carl, later):
        type(case).objects.filter(pk=case.pk).update(severity_is_provisional=True)
        changed = change_severity(case, by=carl, at=later(minutes=5), severity=Severity.MAJOR, because="Asked them.")
        assert not changed.severity_is_provisional

    def test_is_not_for_customers(self, case, alice, later):
        with pytest.raises(NotAllowed):
            change_severity(case, by=alice, at=later(minutes=5), severity=Severity.MINOR, because="So.")

    def test_is_refused_on_a_closed_case(self, case, carl, later):
        close(case, by=carl, at=later(minutes=1), reason="withdrawn")
        with pytest.raises(IllegalMove):
            change_severity(case, by=carl, at=later(minutes=5), severity=Severity.MINOR, because="So.")

    def test_leaves_recorded_breaches_with_the_severity_of_their_day(self, case, carl, later):
        change_severity(case, by=carl, at=later(hours=3), severity=Severity.MINOR, because="One person.")
        assert set(case.breaches.values_list("severity", flat=True)) == {Severity.MAJOR}
        assert set(case.breaches.values_list("metric", flat=True)) == {"response", "restoration"}
