"""transfer, and absences, by which nobody is told who is away."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import Error

from cases.events import sentence
from cases.lifecycle import assign, take, transfer
from cases.lifecycle.assignment import CannotOwn, NeedsConsent
from cases.lifecycle.dispatch import NotOfTheTeam, SameTeam
from cases.models import Case, Event
from cases.permissions import NotAllowed
from contacts.roles import Role
from sla.models import Calendar
from tests.cases.lifecycle.test_dispatch import away, consultant, fresh, recipients, team

pytestmark = pytest.mark.django_db


class TestTransfer:
    def test_passes_the_case_on_with_a_note(self, case, carl, later):
        take(case, by=carl, at=later(minutes=1))
        changed = transfer(case, by=carl, at=later(minutes=2), team=team("product-management"), body="A wish, I think.")
        assert (changed.team.code, changed.owner, changed.owned_since) == ("product-management", None, None)
        assert changed.notes.get().body == "A wish, I think."
        event = case.events.get(kind="transferred")
        assert sentence(event) == "Carl Care passed the case on to Product Management"

    def test_to_a_person_of_that_team(self, case, carl, nora, later):
        changed = transfer(case, by=carl, at=later(minutes=1), team=team("customer-care-2"), body="Please.", owner=nora)
        assert (changed.owner, changed.owned_since) == (nora, later(minutes=1))
        assert sentence(case.events.get(kind="transferred")).endswith("to Customer Care, level II (Nora Night)")
        assert recipients(case, "transferred") == {nora}

    def test_tells_those_of_the_team_who_are_at_work(self, case, carl, nora, later):
        late = consultant("Lars Late", teams="customer-care-2", working_hours=Calendar.objects.get(code="emea"))
        transfer(case, by=carl, at=later(hours=2), team=team("customer-care-2"), body="Please.")  # 19:00 in Berlin
        assert recipients(case, "transferred") == {nora}
        assert late not in recipients(case, "transferred")

    def test_ends_the_wait_for_somebody(self, mailed, dora, later):
        case = mailed()
        transfer(case, by=dora, at=later(minutes=1), team=team("customer-care-2"), body="Please.")
        assert (fresh(case).dispatch_at, fresh(case).dispatch_rule) == (None, None)

    def test_moves_no_clock(self, case, carl, later):
        before = list(case.commitments.order_by("pk").values("metric", "state", "due_at"))
        transfer(case, by=carl, at=later(minutes=1), team=team("product-management"), body="Please.")
        assert list(case.commitments.order_by("pk").values("metric", "state", "due_at")) == before

    def test_leaves_the_customer_their_case(self, case, alice, carl, later):
        transfer(case, by=carl, at=later(minutes=1), team=team("product-management"), body="Please.")
        assert Case.objects.visible_to(alice).filter(pk=case.pk).exists()

    def test_to_the_same_team_is_refused(self, case, carl, later):
        with pytest.raises(SameTeam):
            transfer(case, by=carl, at=later(minutes=1), team=case.team, body="Please.")

    def test_to_who_cannot_own_or_is_of_another_team_is_refused(self, case, carl, dora, alice, later):
        two = team("customer-care-2")
        for owner, refusal in ((alice, CannotOwn), (dora, CannotOwn), (carl, NotOfTheTeam)):
            with pytest.raises(refusal):
                transfer(case, by=dora, at=later(minutes=1), team=two, body="Please.", owner=owner)

    def test_to_consulting_is_refused_without_consent_and_so_is_assign(self, case, dora, carl, later):
        for verb in (
            lambda: transfer(case, by=dora, at=later(minutes=1), team=team("consulting"), body="Please."),
            lambda: assign(case, by=dora, at=later(minutes=1), owner=carl, team=team("consulting")),
        ):
            with pytest.raises(NeedsConsent, match="The work of Consulting is billed"):
                verb()
        assert fresh(case).team.code == "customer-care-1"

    def test_is_refused_to_customers_and_to_specialists_who_do_not_see_it(self, case, alice, later):
        priya = consultant("Priya Product", teams="product-management", role=Role.PRODUCT_MANAGEMENT)
        for by in (alice, priya):
            with pytest.raises(NotAllowed):
                transfer(case, by=by, at=later(minutes=1), team=team("customer-care-2"), body="Please.")

    def test_back_is_a_specialists_to_do(self, case, carl, later):
        priya = consultant("Priya Product", teams="product-management", role=Role.PRODUCT_MANAGEMENT)
        transfer(case, by=carl, at=later(minutes=1), team=team("product-management"), body="Yours?")
        changed = transfer(case, by=priya, at=later(minutes=2), team=team("customer-care-1"), body="No, yours.")
        assert changed.team.code == "customer-care-1"
        assert Event.objects.filter(case=case, kind="transferred").count() == 2


class TestAbsence:
    def test_ends_after_it_begins_and_overlaps_no_other_of_the_same_person(self, carl, nora, at):
        away(carl, at, days=2)
        away(nora, at, days=2)
        away(carl, at + timedelta(days=2), days=1)
        for start, span in ((at + timedelta(days=1), 1), (at - timedelta(days=1), 9), (at, -1)):
            with pytest.raises(Error), transaction.atomic():
                away(carl, start, days=span)
