"""Incidents on the pages of cases: the desk's dialogs and suggestions, many linked at once, what the customer reads."""

import pytest
from django.urls import reverse

from cases.jobs.incident_updates import spread
from cases.lifecycle import link_case
from cases.models import Case, IncidentCase

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


@pytest.fixture
def desk(carl, signed_in):
    return signed_in(carl)


class TestOnTheDesk:
    def test_an_incident_of_the_product_is_suggested(self, case, incident, desk):
        shown = text(desk.get(f"/desk/{case.number}/"))
        assert 'id="incident-suggested"' in shown
        assert incident.title in shown

    def test_an_incident_of_another_product_is_not(self, case, open_incident, desk):
        open_incident(product="daptiv")
        assert 'id="incident-suggested"' not in text(desk.get(f"/desk/{case.number}/"))

    def test_the_link_is_made_in_a_dialog_that_chooses_the_likely_one(self, case, incident, open_incident, desk):
        open_incident(product="daptiv")
        address = reverse("desk:link_case", args=[case.number])
        shown = text(desk.get(address, HTTP_HX_REQUEST="true"))
        assert f'value="{incident.pk}"' in shown
        assert "checked" in shown.split(f'value="{incident.pk}"')[1].split(">")[0]
        assert desk.post(address, {"incident": incident.pk}).status_code == 302
        assert IncidentCase.objects.get().case == case
        assert 'id="incident"' in text(desk.get(f"/desk/{case.number}/"))

    def test_a_second_link_is_refused_in_words(self, case, incident, open_incident, desk, carl, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        response = desk.post(reverse("desk:link_case", args=[case.number]), {"incident": open_incident().pk})
        assert (response.status_code, "already" in text(response)) == (422, True)

    def test_an_incident_that_is_over_is_not_offered(self, case, incident, resolve, desk):
        resolve(incident, [])
        response = desk.post(reverse("desk:link_case", args=[case.number]), {"incident": incident.pk})
        assert response.status_code == 422
        assert "No incident is under way" in text(desk.get(reverse("desk:link_case", args=[case.number])))

    def test_the_case_is_taken_out_for_a_reason(self, case, incident, desk, carl, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        address = reverse("desk:unlink_case", args=[case.number])
        assert desk.post(address, {"because": ""}).status_code == 422
        assert desk.post(address, {"because": "Another error."}).status_code == 302
        assert not IncidentCase.objects.filter(unlinked_at=None).exists()


class TestManyAtOnce:
    @pytest.fixture
    def incident(self, open_incident, at):
        return open_incident(started_at=at)

    @pytest.fixture
    def candidates(self, incident, desk):
        def shown(**query):
            response = desk.get(reverse("incidents:link_cases", args=[incident.number]), query)
            assert response.status_code == 200
            return {case.pk for case in response.context["page"]}

        return shown

    def test_offers_open_cases_of_its_products_since_it_began(
        self, incident, candidates, alice, carl, open_case, open_incident, later
    ):
        fits, other = open_case(alice), open_case(alice, product="daptiv")
        early = open_case(alice, at=later(hours=-3))
        taken = open_case(alice)
        link_case(taken, by=carl, at=later(minutes=1), incident=open_incident())
        assert candidates() == {fits.pk}
        assert candidates(product="daptiv") == {other.pk}
        assert candidates(since="2027-06-01T00:00") == {fits.pk, early.pk}
        assert candidates(words="nothing like it") == set()
        assert candidates(words="sheets") == {fits.pk}

    def test_links_those_ticked(self, incident, alice, open_case, desk):
        ticked, left = open_case(alice), open_case(alice)
        desk.post(reverse("incidents:link_cases", args=[incident.number]), {"case": [ticked.pk]})
        assert list(IncidentCase.objects.values_list("case", flat=True)) == [ticked.pk]
        assert not Case.objects.get(pk=left.pk).is_system_wide

    def test_links_all_that_are_found_and_tells_how_many_were_not(
        self, incident, alice, open_case, desk, carl, later, open_incident
    ):
        cases = [open_case(alice) for _number in range(3)]
        odd = open_case(alice, subject="Another matter")
        address = reverse("incidents:link_cases", args=[incident.number])
        shown = text(desk.post(f"{address}?words=sheets", {"all": "yes"}, follow=True))
        assert "3 cases are part of it now." in shown
        assert set(IncidentCase.objects.values_list("case", flat=True)) == {case.pk for case in cases}
        link_case(odd, by=carl, at=later(minutes=1), incident=open_incident())
        shown = text(desk.post(address, {"case": [odd.pk]}, follow=True))
        assert f"{odd.number}: The case is part of" in shown

    def test_says_that_nothing_was_ticked(self, incident, desk):
        address = reverse("incidents:link_cases", args=[incident.number])
        assert "No case was ticked." in text(desk.post(address, {"case": ["x"]}, follow=True))

    def test_says_what_to_do_where_nothing_fits(self, incident, desk):
        assert "No open case fits" in text(desk.get(reverse("incidents:link_cases", args=[incident.number])))


class TestForTheCustomer:
    def test_the_problem_is_named_in_their_language_with_what_was_said_last(
        self, incident, publish, eve, carl, open_case, signed_in, later
    ):
        case = open_case(eve)
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        browser = signed_in(eve)
        browser.cookies["django_language"] = "fr"
        shown = text(browser.get(f"/cases/{case.number}/"))
        assert "Les feuilles de temps ne sont pas enregistrées" in shown
        publish(incident)
        spread(later(minutes=11))
        shown = text(browser.get(f"/cases/{case.number}/"))
        assert shown.count("Un disque est plein.") == 2  # in the box, and in the timeline
        assert "A disk is full." not in shown

    def test_nothing_of_others_who_are_part_of_it_is_told(
        self, incident, publish, resolve, alice, eve, carl, open_case, signed_in, later
    ):
        mine, theirs = open_case(alice), open_case(eve, subject="CANARY of Globex")
        for case in (mine, theirs):
            link_case(case, by=carl, at=later(minutes=1), incident=incident)
        publish(incident)
        spread(later(minutes=11))
        resolve(incident, [mine, theirs])
        spread(later(minutes=61))
        shown = text(signed_in(alice).get(f"/cases/{mine.number}/"))
        for canary in ("CANARY", "Globex", "Étienne", theirs.number, "of 2"):
            assert canary not in shown

    def test_without_an_incident_nothing_is_said(self, case, alice, signed_in):
        assert 'id="known-problem"' not in text(signed_in(alice).get(f"/cases/{case.number}/"))

    def test_an_incident_that_is_not_public_has_no_page_to_follow(
        self, case, open_incident, alice, carl, later, signed_in
    ):
        link_case(case, by=carl, at=later(minutes=1), incident=open_incident(is_public=False))
        shown = text(signed_in(alice).get(f"/cases/{case.number}/"))
        assert 'id="known-problem"' in shown
        assert "/status/" not in shown
