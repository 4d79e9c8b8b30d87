"""Giving a case to somebody."""

from datetime import timedelta

from django.utils import timezone

from contacts import absences
from contacts.models import Team
from tests.cases.desk.conftest import fresh, last, read, to


class TestAssign:
    def test_gives_it_to_a_person(self, here, case, nora):
        response = here.post(to("assign", case), {"owner": nora.pk}, follow=True)
        assert "Nora Night has the case now." in read(response)
        assert fresh(case).owner == nora
        assert fresh(case).team == case.team
        assert last(case).data == {"owner": "Nora Night"}

    def test_gives_it_to_a_team_too(self, here, case, nora):
        second = Team.objects.get(code="customer-care-2")
        here.post(to("assign", case), {"owner": nora.pk, "team": second.pk})
        assert (fresh(case).owner, fresh(case).team) == (nora, second)

    def test_offers_our_own_people_and_teams(self, here, case, carl, nora, dora, adam, alice):
        nora.is_active = False
        nora.save(update_fields=["is_active"])
        page = read(here.get(to("assign", case)))
        assert "Carl Care" in page
        assert "Dora Dispatch" in page
        for name in ("Nora Night", "Adam Admin", "Alice Adams</option>"):
            assert name not in page
        assert Team.objects.get(code="consulting").name in page

    def test_says_who_is_away_and_lets_them_be_chosen(self, here, case, nora, dora):
        now = timezone.now()
        back = now + timedelta(days=3)
        absences.enter(nora, starts_at=now - timedelta(hours=1), ends_at=back)
        absences.enter(dora, starts_at=back, ends_at=back + timedelta(days=1))
        page = read(here.get(to("assign", case)))
        assert f"Nora Night (away until {back:%a} {back.day} {back:%b})" in page
        assert ">Dora Dispatch</option>" in page
        here.post(to("assign", case), {"owner": nora.pk})
        assert fresh(case).owner == nora

    def test_gives_it_to_no_customer(self, here, case, alice):
        response = here.post(to("assign", case), {"owner": alice.pk})
        assert response.status_code == 422
        assert fresh(case).owner is None

    def test_opens_in_the_dialog_of_the_case(self, here, case):
        response = here.get(to("assign", case), headers={"HX-Request": "true"})
        assert "<html" not in read(response)
        assert response["HX-Retarget"] == "#act"
        refused = here.post(to("assign", case), {"owner": "x"}, headers={"HX-Request": "true"})
        assert refused.status_code == 200
        assert refused["HX-Retarget"] == "#act"
        assert "is-invalid" in read(refused)
