"""link_case, unlink_case: what being part of an incident makes of a case."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from cases.events import sentence
from cases.jobs.incident_updates import spread
from cases.lifecycle import classify, close, judge_reach, link_case, provide_solution, unlink_case
from cases.lifecycle.incident_links import NotPartOfIt, PartOfAnother
from cases.models import Case, CaseType, IncidentCase
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove

pytestmark = pytest.mark.django_db


class TestLinkCase:
    def test_is_an_event_that_both_sides_read_in_their_language(self, case, carl, incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        event = case.events.get(kind="incident_linked")
        assert sentence(event) == (
            f"Carl Care: the case is part of the known problem {incident.number} “Time sheets are not saved”"
        )
        with translation.override("fr"):
            assert "Les feuilles de temps ne sont pas enregistrées" in sentence(event)

    def test_owes_a_root_cause_report_where_the_case_is_critical(self, alice, open_case, carl, incident, later):
        critical = open_case(alice, severity="critical")
        changed = link_case(critical, by=carl, at=later(minutes=5), incident=incident)
        assert (changed.is_system_wide, changed.kind) == (True, "other")
        owed = critical.commitments.get(metric="root_cause")
        assert (owed.state, (owed.due_at - critical.received_at).days) == ("running", 15)

    def test_keeps_the_kind_that_somebody_found(self, case, carl, nora, incident, later):
        classify(case, by=nora, at=later(minutes=1), type=CaseType.objects.get(pk="defect"), kind="own")
        assert link_case(case, by=carl, at=later(minutes=5), incident=incident).kind == "own"

    def test_makes_nothing_of_a_case_that_somebody_has_judged_otherwise(
        self, case, carl, nora, incident, open_incident, later
    ):
        defect = CaseType.objects.get(pk="defect")
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        judge_reach(case, by=nora, at=later(minutes=6), is_system_wide=False, because="Theirs alone.")
        classify(case, by=nora, at=later(minutes=7), type=defect)
        unlink_case(case, by=carl, at=later(minutes=8), because="Apart.")
        changed = link_case(case, by=carl, at=later(minutes=9), incident=open_incident())
        assert (changed.is_system_wide, changed.kind) == (False, "")
        assert case.events.filter(kind="incident_linked").last().data.keys() == {"incident"}

    def test_is_refused_while_it_is_part_of_another(self, case, carl, incident, open_incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        with pytest.raises(PartOfAnother, match=incident.number):
            link_case(case, by=carl, at=later(minutes=6), incident=open_incident())
        assert case.incident_links.count() == 1

    def test_is_refused_to_an_incident_that_is_over_and_of_a_closed_case(
        self, case, carl, incident, resolve, later, open_incident
    ):
        resolve(incident, [])
        with pytest.raises(IllegalMove, match="Resolved"):
            link_case(case, by=carl, at=later(minutes=61), incident=incident)
        close(case, by=carl, at=later(minutes=62), reason="withdrawn")
        with pytest.raises(IllegalMove, match="Closed"):
            link_case(case, by=carl, at=later(minutes=63), incident=open_incident())
        assert not case.incident_links.exists()

    def test_is_refused_to_customers_dispatchers_and_administrators(self, case, alice, dora, adam, incident, later):
        for person in (alice, dora, adam):
            with pytest.raises(NotAllowed):
                link_case(case, by=person, at=later(minutes=5), incident=incident)

    def test_tells_what_was_published_last_and_nothing_older(self, case, carl, incident, publish, later):
        publish(incident, minutes=5, text_en="First.", text_fr="Premier.")
        publish(incident, minutes=6, text_en="Second.", text_fr="Second (fr).")
        link_case(case, by=carl, at=later(minutes=10), incident=incident)
        spread(later(minutes=10))
        assert list(case.messages.filter(purpose="incident").values_list("body", flat=True)) == ["Second."]

    def test_stands_in_the_record_of_the_incident(self, case, carl, incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        event = incident.events.get(kind="case_linked")
        assert (event.actor, event.data) == (carl, {"case": case.number})

    def test_of_a_second_open_incident_is_refused_by_the_database_too(self, case, carl, incident, open_incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        with pytest.raises(IntegrityError), transaction.atomic():
            IncidentCase.objects.create(incident=open_incident(), case=case, linked_at=later(minutes=6), linked_by=carl)


class TestUnlinkCase:
    def test_takes_back_what_the_link_made_of_the_case(self, alice, open_case, carl, incident, later):
        critical = open_case(alice, severity="critical")
        link_case(critical, by=carl, at=later(minutes=5), incident=incident)
        changed = unlink_case(critical, by=carl, at=later(minutes=6), because="Another error.")
        assert (changed.is_system_wide, changed.kind) == (False, "")
        assert critical.commitments.get(metric="root_cause").state == "cancelled"
        assert critical.notes.get().body == "Another error."

    def test_leaves_what_somebody_judged_since(self, case, carl, nora, incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        judge_reach(case, by=nora, at=later(minutes=6), is_system_wide=False, because="No.")
        judge_reach(case, by=nora, at=later(minutes=7), is_system_wide=True, because="Yes, after all.")
        classify(case, by=nora, at=later(minutes=8), type=CaseType.objects.get(pk="defect"), kind="other")
        changed = unlink_case(case, by=carl, at=later(minutes=9), because="Apart.")
        assert (changed.is_system_wide, changed.kind) == (True, "other")

    def test_leaves_what_somebody_judged_who_had_waited_for_the_case(self, case, carl, nora, incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        judge_reach(case, by=nora, at=later(minutes=4), is_system_wide=False, because="No.")
        judge_reach(case, by=nora, at=later(minutes=4), is_system_wide=True, because="Yes, after all.")
        assert unlink_case(case, by=carl, at=later(minutes=9), because="Apart.").is_system_wide

    def test_leaves_what_was_so_before(self, case, carl, nora, incident, later):
        judge_reach(case, by=nora, at=later(minutes=1), is_system_wide=True, because="Yes.")
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        assert unlink_case(case, by=carl, at=later(minutes=6), because="Apart.").is_system_wide

    def test_keeps_the_link_as_history_and_lets_the_case_be_part_of_another(
        self, case, carl, incident, open_incident, later
    ):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        unlink_case(case, by=carl, at=later(minutes=6), because="Apart.")
        link_case(case, by=carl, at=later(minutes=7), incident=open_incident())
        first, second = case.incident_links.order_by("pk")
        assert (first.unlinked_by, first.unlinked_at, first.holds) == (carl, later(minutes=6), False)
        assert second.holds
        with pytest.raises(DatabaseError), transaction.atomic():
            first.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentCase.objects.filter(pk=first.pk).update(unlinked_at=None, unlinked_by=None)

    def test_is_refused_of_a_case_that_is_no_part(self, case, carl, later):
        with pytest.raises(NotPartOfIt):
            unlink_case(case, by=carl, at=later(minutes=6), because="Apart.")

    def test_cannot_be_read_by_the_customer_as_words(self, case, carl, alice, incident, later, signed_in):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        unlink_case(case, by=carl, at=later(minutes=6), because="CANARY among us")
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        assert "CANARY" not in page
        assert "is not part of the known problem" in page

    def test_of_a_case_with_a_solution_holds(self, case, carl, incident, later):
        link_case(case, by=carl, at=later(minutes=5), incident=incident)
        provide_solution(case, by=carl, at=later(minutes=6), body="So.")
        unlink_case(case, by=carl, at=later(minutes=7), because="Apart.")
        assert Case.objects.get(pk=case.pk).status == "solution_provided"
