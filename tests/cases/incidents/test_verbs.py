"""open_incident, correct_incident, publish_update, resolve_incident: who may, what is refused, what is on record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases import incident_statuses
from cases.incidents import history as incidents
from cases.jobs.incident_updates import spread
from cases.lifecycle import correct_incident, link_case
from cases.lifecycle.incidents import BeginsLater, MayNotLead, NoProduct, OneLanguage
from cases.models import Incident, IncidentDelivery, IncidentEvent, IncidentUpdate
from cases.statuses import IllegalMove
from products.models import Product

pytestmark = pytest.mark.django_db


class TestTheTable:
    def test_has_one_state_in_which_it_is_over_and_nothing_may_follow(self):
        over = [row for row in incident_statuses.STATES.values() if row.is_over]
        assert [(row.code, row.moves) for row in over] == [("resolved", {})]

    def test_leads_where_rows_are(self):
        for row in incident_statuses.STATES.values():
            assert {to for places in row.moves.values() for to in places} <= set(incident_statuses.STATES)

    def test_lets_no_update_resolve(self):
        with pytest.raises(IllegalMove):
            incident_statuses.move("monitoring", "publish_update", "resolved")


class TestOpenIncident:
    def test_is_on_record_with_who_and_when(self, incident, nora, at):
        assert (incident.number, incident.state) == (f"INC-{incident.pk:06d}", "investigating")
        assert (incident.opened_by, incident.opened_at) == (nora, at)
        assert [(row.product.code, row.effect) for row in incident.effects.all()] == [("changepoint", "down")]
        assert [line.words for line in incidents.lines(incident)] == ["Nora Night opened the incident"]

    def test_is_refused_to_all_but_level_two_and_managers(self, open_incident, mona, carl, dora, adam, alice):
        assert open_incident(by=mona).opened_by == mona
        for person in (carl, dora, adam, alice):
            with pytest.raises(MayNotLead):
                open_incident(by=person)
        assert Incident.objects.count() == 1

    def test_is_refused_without_a_product_and_in_the_future(self, open_incident, at):
        with pytest.raises(NoProduct):
            open_incident(effects={})
        with pytest.raises(BeginsLater):
            open_incident(started_at=at + timedelta(minutes=1))

    def test_sent_twice_is_one(self, open_incident):
        key = uuid4()
        assert open_incident(submission=key) == open_incident(submission=key)
        assert Incident.objects.count() == 1

    def test_needs_both_names(self, open_incident):
        with pytest.raises(IntegrityError), transaction.atomic():
            open_incident(title_fr="")


class TestCorrectIncident:
    def test_says_what_was_changed(self, incident, nora, later):
        effects = {Product.objects.get(code="daptiv"): "disturbed", Product.objects.get(code="changepoint"): "down"}
        correct_incident(incident, by=nora, at=later(minutes=1), effects=effects, is_public=False)
        incident.refresh_from_db()
        assert not incident.is_public
        assert incident.effects.count() == 2
        assert incidents.lines(incident)[0].words == (
            "Nora Night changed what is known of it: on the public status page, affected products"
        )

    def test_is_refused_where_nothing_changes(self, incident, nora, later):
        effects = {Product.objects.get(code="changepoint"): "down"}
        with pytest.raises(IllegalMove, match="known already"):
            correct_incident(incident, by=nora, at=later(minutes=1), effects=effects, is_public=True)
        assert incident.events.count() == 1

    def test_is_refused_to_level_one(self, incident, carl, later):
        with pytest.raises(MayNotLead):
            correct_incident(incident, by=carl, at=later(minutes=1), effects={Product.objects.first(): "down"})


class TestPublishUpdate:
    def test_says_it_in_both_languages_and_moves_the_incident(self, incident, publish, nora, later):
        assert publish(incident).state == "identified"
        update = incident.updates.get()
        assert (update.text_for("fr"), update.text_for("en")) == ("Un disque est plein.", "A disk is full.")
        assert (update.by, update.at, update.state) == (nora, later(minutes=10), "identified")

    @pytest.mark.parametrize("missing", ["text_en", "text_fr"])
    def test_is_refused_in_one_language(self, incident, publish, missing):
        with pytest.raises(OneLanguage):
            publish(incident, **{missing: "  "})
        incident.refresh_from_db()
        assert (incident.updates.count(), incident.state) == (0, "investigating")

    def test_is_refused_to_level_one(self, incident, publish, carl):
        with pytest.raises(MayNotLead):
            publish(incident, by=carl)

    def test_sent_twice_is_told_once(self, incident, publish, case, carl, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        key = uuid4()
        publish(incident, submission=key)
        publish(incident, submission=key, minutes=11)
        assert IncidentUpdate.objects.count() == IncidentDelivery.objects.count() == 1

    def test_is_not_lost_for_the_key_of_another_deed(self, incident, open_incident, publish):
        key = uuid4()
        publish(incident, submission=key)
        publish(open_incident(), submission=key, minutes=11)
        assert IncidentUpdate.objects.count() == 2

    def test_is_never_altered(self, incident, publish):
        publish(incident)
        for change in (
            lambda: IncidentUpdate.objects.update(text_en="Nothing happened."),
            lambda: IncidentUpdate.objects.all().delete(),
            lambda: IncidentEvent.objects.update(kind="incident_opened"),
            lambda: IncidentEvent.objects.all().delete(),
            lambda: Incident.objects.filter(pk=incident.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_after_the_end_is_refused(self, incident, publish, resolve):
        resolve(incident, [])
        with pytest.raises(IllegalMove, match="Resolved"):
            publish(incident, minutes=61)


class TestResolveIncident:
    def test_gives_the_solution_to_those_chosen_and_tells_the_others(
        self, incident, resolve, alice, eve, carl, open_case, later
    ):
        chosen, left = open_case(alice), open_case(eve)
        for case in (chosen, left):
            link_case(case, by=carl, at=later(minutes=1), incident=incident)
        resolved = resolve(incident, [chosen])
        assert (resolved.state, resolved.resolved_at) == ("resolved", later(minutes=60))
        spread(later(minutes=61))
        chosen.refresh_from_db()
        left.refresh_from_db()
        assert (chosen.status, left.status) == ("solution_provided", "in_progress")
        assert chosen.messages.get(purpose="solution").body == "It works again."
        assert left.messages.get(purpose="incident").body == "Tout fonctionne à nouveau."
        assert incidents.lines(incident)[0].words == (
            "Nora Night resolved the incident. Cases that get the solution: 1; that are told alone: 1"
        )

    def test_lets_a_case_that_comes_back_be_part_of_another(self, case, incident, open_incident, resolve, carl, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        resolve(incident, [])
        link_case(case, by=carl, at=later(minutes=61), incident=open_incident())
        assert case.incident_links.filter(holds=True).count() == 1

    def test_is_refused_to_level_one_and_twice(self, incident, resolve, carl):
        with pytest.raises(MayNotLead):
            resolve(incident, [], by=carl)
        resolve(incident, [])
        with pytest.raises(IllegalMove):
            resolve(incident, [], minutes=61)

    def test_gives_no_solution_to_a_case_that_is_no_part_of_it(self, incident, resolve, case, nora, later):
        resolve(incident, [case])
        assert spread(later(minutes=61)) == 0
        case.refresh_from_db()
        assert case.status == "new"
