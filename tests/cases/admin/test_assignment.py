"""The back office of routing: rules, a sample tried on them, objectives of a type, referrals, absences."""

from datetime import timedelta

import pgtrigger
import pytest
from django.urls import reverse
from django.utils import timezone

from cases.lifecycle import refer_to_consulting
from cases.models import CaseType, CaseTypeMatrix, DispatchRule
from contacts.models import Absence, Plan, Region, Team
from products.models import Product
from sla import editing
from sla.models import Matrix

pytestmark = pytest.mark.django_db

TRY = reverse("admin:cases_dispatchrule_try")


@pytest.fixture
def office(signed_in, mona, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return signed_in(mona)


def read(response) -> str:
    return " ".join(response.content.decode().split())


def rule(**more) -> dict:
    """What the form of a rule sends."""
    team = Team.objects.get(code=more.pop("team", "customer-care-2")).pk
    return {"code": "french", "name_en": "French", "position": "5", "is_active": "on", "team": team, **more}


class TestDispatchRules:
    def test_are_listed_in_the_order_in_which_they_are_asked(self, office):
        page = read(office.get(reverse("admin:cases_dispatchrule_changelist")))
        names = ["Cloud Operations", "Version out of support", "Cases by mail", "Everything else"]
        places = [page.index(f">{name}</a>") for name in names]
        assert places == sorted(places)
        assert "version out of support" in page

    def test_are_added_by_a_manager_and_recorded(self, office, open_case, eve):
        office.post(reverse("admin:cases_dispatchrule_add"), rule(language="fr", hands_over="on"))
        added = DispatchRule.objects.get(pk="french")
        assert (added.language, added.hands_over, added.team.code) == ("fr", True, "customer-care-2")
        assert open_case(eve).dispatch_rule == added

    def test_send_nothing_to_a_team_whose_work_is_billed(self, office):
        response = office.post(reverse("admin:cases_dispatchrule_add"), rule(team="consulting"))
        assert "The work of Consulting is billed" in read(response)
        assert not DispatchRule.objects.filter(pk="french").exists()

    def test_for_all_else_keeps_its_conditions_and_its_place(self, office):
        address = reverse("admin:cases_dispatchrule_change", args=["otherwise"])
        office.post(address, rule(language="fr", team="customer-care-2") | {"name_en": "The rest"})
        kept = DispatchRule.objects.get(pk="otherwise")
        assert (kept.name_en, kept.language, kept.position, kept.team.code) == ("The rest", "", 90, "customer-care-2")
        office.post(reverse("admin:cases_dispatchrule_delete", args=["otherwise"]), {"post": "yes"})
        assert DispatchRule.objects.filter(pk="otherwise").exists()

    def test_are_loaded_again_without_undoing_what_a_manager_did(self, office):
        from django.core.management import call_command

        DispatchRule.objects.filter(pk="mail").update(hands_over=False, position=7)
        DispatchRule.objects.get(pk="cloud-operations").delete()
        call_command("load_reference", verbosity=0)
        mail = DispatchRule.objects.get(pk="mail")
        assert (mail.hands_over, mail.position) == (False, 7)
        assert not DispatchRule.objects.filter(pk="cloud-operations").exists()

    @pytest.mark.parametrize("who", ["carl", "nora", "dora", "alice"])
    def test_are_no_business_of_others(self, signed_in, settings, request, who):
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        browser = signed_in(request.getfixturevalue(who))
        for address in (TRY, reverse("admin:cases_dispatchrule_changelist")):
            assert browser.get(address, follow=True).status_code == 403


class TestTryDispatch:
    def sample(self, **more) -> dict:
        return {
            "product": Product.objects.get(code="changepoint").pk,
            "region": Region.objects.get(code="americas-apac").pk,
            "language": "en",
            "type": "defect",
            "plan": Plan.objects.get(code="standard").pk,
            "severity": "2",
            "channel": "mail",
            "moment": "2027-06-08T15:00",
        } | more

    def test_asks_for_a_sample(self, office):
        page = read(office.get(TRY))
        assert "Version out of support" in page
        assert 'id="rules"' not in page

    def test_says_which_rule_takes_it_and_who_would_get_it(self, office, carl, nora):
        Team.objects.get(code="customer-care-1").members.add(nora)
        Absence.objects.create(user=nora, starts_at="2027-06-08T00:00Z", ends_at="2027-06-10T00:00Z")
        page = read(office.get(TRY, self.sample()))
        rows = page[page.index('id="rules"') :]
        assert (
            "Cases by mail</a></th> <td>Customer Care, level I</td> <td>handed to somebody</td> <td><b>takes it</b>"
            in rows
        )
        assert "would hold, but comes later" in rows
        assert rows.count("does not hold") == 2
        people = page[page.index('id="candidates"') :]
        assert people.index("Carl Care") < people.index("Nora Night")
        assert "<b>gets it</b>" in people
        assert "away, back" in people

    def test_goes_by_the_moment(self, office, carl):
        page = read(office.get(TRY, self.sample(moment="2027-06-08T02:00")))
        assert "not at work, back" in page
        assert "gets it" not in page

    @pytest.mark.parametrize(
        ("facts", "team"),
        [
            ({"type": "cloud_operations"}, "Cloud Operations"),
            ({"outdated": "on"}, "Product Management"),
            ({"channel": "web"}, "Customer Care, level I"),
        ],
    )
    def test_shows_the_team(self, office, facts, team):
        page = read(office.get(TRY, self.sample(**facts)))
        assert f"<caption>{team}, " in page
        assert "waits in the queue; by hand it would go so" in page

    def test_changes_nothing_and_takes_few_queries(self, office, carl, django_assert_max_num_queries):
        office.get(TRY, self.sample())
        with django_assert_max_num_queries(24):
            office.get(TRY, self.sample())

    def test_refuses_what_is_no_sample(self, office):
        assert 'id="rules"' not in read(office.get(TRY, self.sample(severity="9")))


class TestCaseTypeMatrix:
    def test_takes_a_version_that_no_case_was_promised(self, office):
        general = Matrix.objects.get(code="2021")
        address = reverse("admin:cases_casetypematrix_add")
        refused = office.post(address, {"type": "cloud_operations", "matrix": general.pk})
        assert "in force for all cases" in read(refused)
        coming = timezone.localdate() + timedelta(days=30)
        copy = editing.publish(general, code="cloud", document="Cloud", effective_from=coming)
        office.post(address, {"type": "cloud_operations", "matrix": copy.pk})
        assert CaseTypeMatrix.objects.get().type == CaseType.objects.get(pk="cloud_operations")

    def test_that_is_in_force_stays(self, office):
        general = Matrix.objects.get(code="2021")
        past = timezone.localdate() - timedelta(days=1)
        with pgtrigger.ignore(
            "sla.Matrix:begins_after_today",
            "sla.MatrixRow:targets_in_force_stay",
            "cases.CaseTypeMatrix:version_follows",
        ):
            copy = editing.publish(
                general, code="cloud", document="Cloud", effective_from=past, series="cloud_operations"
            )
            own = CaseTypeMatrix.objects.create(type_id="cloud_operations", matrix=copy)
        assert (
            office.post(reverse("admin:cases_casetypematrix_delete", args=[own.pk]), {"post": "yes"}).status_code == 403
        )
        assert CaseTypeMatrix.objects.exists()


class TestMatrices:
    def test_end_where_the_next_version_of_the_same_line_begins(self, office):
        general = Matrix.objects.get(code="2021")
        coming = timezone.localdate() + timedelta(days=30)
        copy = editing.publish(general, code="cloud", document="Cloud", effective_from=coming)
        CaseTypeMatrix.objects.create(type_id="cloud_operations", matrix=copy)
        page = read(office.get(reverse("admin:sla_matrix_changelist")))
        assert page.count("until another follows") == 2
        assert page.count("all cases") == 1

    def test_copied_from_a_types_own_are_the_types_own(self, office):
        general = Matrix.objects.get(code="2021")
        coming = timezone.localdate() + timedelta(days=30)
        own = editing.publish(general, code="cloud", document="Cloud", effective_from=coming)
        CaseTypeMatrix.objects.create(type_id="cloud_operations", matrix=own)
        for source, code in ((own, "cloud-2"), (general, "all-2")):
            later = coming + timedelta(days=1 + source.pk)
            words = {"code": code, "document": "Next", "effective_from": later.isoformat()}
            office.post(reverse("admin:sla_matrix_publish", args=[source.pk]), words)
        assert set(CaseTypeMatrix.objects.values_list("matrix__code", flat=True)) == {"cloud", "cloud-2"}
        assert Matrix.objects.filter(code="all-2").exists()


class TestReferrals:
    def test_are_read_there(self, office, case, carl, later):
        refer_to_consulting(case, by=carl, at=later(minutes=1), reason="Shall we?")
        page = read(office.get(reverse("admin:cases_consultingreferral_changelist")))
        assert case.number in page or "Waits for the customer’s consent" in page
        assert office.get(reverse("admin:cases_consultingreferral_add")).status_code == 403


class TestAbsences:
    def test_of_anybody_are_entered_by_a_manager(self, office, carl, alice):
        address = reverse("admin:contacts_absence_add")
        words = {"starts_at": "2027-07-01T08:00", "ends_at": "2027-07-08T08:00"}
        office.post(address, words | {"user": carl.pk})
        assert Absence.objects.get().user == carl
        overlapping = office.post(address, words | {"user": carl.pk})
        assert "This person is away at that time already." in read(overlapping)
        assert "is a customer" in read(office.post(address, words | {"user": alice.pk}))
        backward = words | {"user": carl.pk, "ends_at": "2027-06-01T08:00"}
        assert "An absence ends after it begins." in read(office.post(address, backward))
