"""Tags in the back office: managers rename, retire and merge them; nobody deletes one."""

import pytest
from django.urls import reverse

from cases.lifecycle import tag
from cases.models import Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(signed_in, mona, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return signed_in(mona)


@pytest.fixture
def sso(case, carl, later):
    tag(case, by=carl, at=later(minutes=1), names=["sso"])
    return Tag.objects.get()


def page(one):
    return reverse("admin:cases_tag_change", args=[one.pk])


class TestTags:
    def test_are_listed_with_their_cases(self, office, sso):
        text = office.get(reverse("admin:cases_tag_changelist")).content.decode()
        assert "sso" in text
        assert '<td class="field-on_cases">1</td>' in text

    def test_are_renamed_in_their_one_spelling(self, office, sso):
        office.post(page(sso), {"name": "Single  Sign-On"})
        sso.refresh_from_db()
        assert sso.name == "single sign-on"

    def test_are_not_renamed_to_another(self, office, sso, later):
        Tag.objects.create(name="login", coined_at=later())
        assert office.post(page(sso), {"name": "Login"}).status_code == 200
        sso.refresh_from_db()
        assert sso.name == "sso"

    def test_are_merged(self, office, case, sso, later):
        other = Tag.objects.create(name="login", coined_at=later())
        office.post(page(sso), {"name": "sso", "into": other.pk})
        sso.refresh_from_db()
        assert (sso.merged_into, sso.is_retired) == (other, True)
        assert case.tagged.get(removed_at__isnull=True).tag == other

    def test_are_coined(self, office, mona):
        office.post(reverse("admin:cases_tag_add"), {"name": "Outage"})
        assert (Tag.objects.get().name, Tag.objects.get().coined_by) == ("outage", mona)

    @pytest.mark.parametrize("merged", [False, True])
    def test_are_retired_and_brought_back_unless_merged(self, office, sso, merged, later):
        changelist = reverse("admin:cases_tag_changelist")
        office.post(changelist, {"action": "retire", "_selected_action": sso.pk})
        sso.refresh_from_db()
        assert sso.is_retired
        if merged:
            Tag.objects.filter(pk=sso.pk).update(merged_into=Tag.objects.create(name="login", coined_at=later()))
        office.post(changelist, {"action": "bring_back", "_selected_action": sso.pk})
        sso.refresh_from_db()
        assert sso.is_retired is merged

    def test_are_not_deleted(self, office, sso):
        assert office.post(reverse("admin:cases_tag_delete", args=[sso.pk]), {"post": "yes"}).status_code == 403

    def test_are_no_business_of_a_consultant(self, signed_in, carl, sso):
        assert signed_in(carl).get(page(sso)).status_code in (302, 403, 404)


class TestTheRest:
    @pytest.mark.parametrize("model", ["casetag", "caselink", "follower", "similarityrule"])
    def test_is_listed(self, office, sso, model):
        assert office.get(reverse(f"admin:cases_{model}_changelist")).status_code == 200

    def test_the_rule_of_similar_cases_is_edited(self, office):
        address = reverse("admin:cases_similarityrule_change", args=["default"])
        assert office.post(address, {"within_hours": 48, "least_percent": 70}).status_code == 302
