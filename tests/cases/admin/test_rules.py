"""The rules of the house in the back office: when cases close, when managers are told again, what a release says."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.lifecycle import await_release
from cases.models import Case, ClosingRule, ReleaseNotice, ReviewRule
from contacts.models import User
from products.models import Product, Release
from sla.effective_dates import latest_date

pytestmark = pytest.mark.django_db

RULE = {
    "code": "next",
    "first_attempt_days": "2",
    "second_attempt_days": "4",
    "closing_days": "8",
    "wanted_attempts": "2",
}


def rule(on: date, **changes: str) -> dict[str, str]:
    return RULE | {"effective_from": on.isoformat()} | changes


@pytest.fixture
def client(reference: None, mona: User, signed_in: Any) -> Any:
    return signed_in(mona)


def errors(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = answer.context["adminform"].form.errors
    return found


class TestClosingRule:
    ADD = "admin:cases_closingrule_add"

    def test_is_added_for_a_day_to_come_and_changed_until_then(self, client: Any) -> None:
        tomorrow = latest_date(timezone.now()) + timedelta(days=1)  # everywhere
        assert client.post(reverse(self.ADD), rule(tomorrow)).status_code == 302
        added = ClosingRule.objects.get(code="next")
        change = reverse("admin:cases_closingrule_change", args=[added.pk])
        assert client.post(change, rule(tomorrow, closing_days="9")).status_code == 302
        added.refresh_from_db()
        assert (added.closing_days, added.attempt_days) == (9, (2, 4))
        assert (
            client.post(reverse("admin:cases_closingrule_delete", args=[added.pk]), {"post": "yes"}).status_code == 302
        )
        assert not ClosingRule.objects.filter(code="next").exists()

    def test_holds_from_today_at_the_earliest(self, client: Any) -> None:
        answer = client.post(reverse(self.ADD), rule(timezone.localdate() - timedelta(days=1)))
        assert "The first date that can be chosen is" in str(errors(answer)["effective_from"])
        assert not ClosingRule.objects.filter(code="next").exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"first_attempt_days": "4"}, "__all__"),
            ({"second_attempt_days": "8"}, "__all__"),
            ({"first_attempt_days": "0"}, "first_attempt_days"),
            ({"closing_days": "251"}, "closing_days"),
            ({"wanted_attempts": "3"}, "wanted_attempts"),
            ({"closing_days": ""}, "closing_days"),
        ],
    )
    def test_has_days_that_follow_each_other(self, client: Any, changes: dict[str, str], field: str) -> None:
        answer = client.post(reverse(self.ADD), rule(timezone.localdate() + timedelta(days=1), **changes))
        assert answer.status_code == 200
        assert field in errors(answer)
        assert not ClosingRule.objects.filter(code="next").exists()

    def test_in_force_is_read_only(self, client: Any) -> None:
        held = ClosingRule.objects.get(code="2021")
        change = reverse("admin:cases_closingrule_change", args=[held.pk])
        page = client.get(change)
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(change, rule(date(2021, 1, 1), code="2021")).status_code == 403
        delete = reverse("admin:cases_closingrule_delete", args=[held.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403


class TestReviewRule:
    @pytest.fixture
    def change(self, reference: None) -> str:
        return reverse("admin:cases_reviewrule_change", args=[ReviewRule.objects.get().pk])

    def test_says_after_how_many_minutes_managers_are_told_again(self, client: Any, change: str) -> None:
        assert client.post(change, {"remind_after_minutes": "20"}).status_code == 302
        assert ReviewRule.objects.get().remind_after_minutes == 20

    @pytest.mark.parametrize("minutes", ["0", "-1", "", "soon"])
    def test_waits_at_least_a_minute(self, client: Any, change: str, minutes: str) -> None:
        answer = client.post(change, {"remind_after_minutes": minutes})
        assert answer.status_code == 200
        assert errors(answer)
        assert ReviewRule.objects.get().remind_after_minutes == 15

    def test_is_not_taken_away(self, client: Any) -> None:
        delete = reverse("admin:cases_reviewrule_delete", args=[ReviewRule.objects.get().pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403


class TestReleaseNotice:
    def test_are_changed_with_places_that_are_known(self, client: Any) -> None:
        change = reverse("admin:cases_releasenotice_change", args=["fixed"])
        words = {"text_en": "{product} {version} is out.", "text_fr": "", "notes_en": "See {notes}", "notes_fr": ""}
        assert client.post(change, words).status_code == 302
        assert ReleaseNotice.objects.get().text_en == "{product} {version} is out."
        answer = client.post(change, words | {"text_en": "{verison} is out.", "notes_en": "{0}"})
        assert "Nothing is filled in for {verison}." in str(errors(answer)["text_en"])
        assert "notes_en" in errors(answer)

    def test_are_neither_added_nor_taken_away(self, client: Any) -> None:
        assert client.get(reverse("admin:cases_releasenotice_add")).status_code == 403
        assert client.post(reverse("admin:cases_releasenotice_delete", args=["fixed"])).status_code == 403


class TestAwaitedRelease:
    @pytest.fixture
    def release(self, reference: None) -> Release:
        product = Product.objects.get(code="changepoint")
        return Release.objects.create(product=product, version="2027.6", released_on=date(2027, 6, 21))

    @pytest.fixture
    def waiting(self, alice: User, nora: User, open_case: Any, release: Release, later: Any) -> list[Case]:
        return [await_release(open_case(alice), by=nora, at=later(hours=1), release=release) for _ in range(3)]

    def changed(self, release: Release, **changes: str) -> dict[str, str]:
        said = {"product": str(release.product_id), "version": release.version, "notes_url": ""}
        return said | {"released_on": release.released_on.isoformat()} | changes

    def test_says_how_many_cases_wait_before_it_is_changed(
        self, waiting: list[Case], release: Release, client: Any
    ) -> None:
        page = client.get(reverse("admin:products_release_change", args=[release.pk])).content.decode()
        assert "3 cases wait for it and become “Solution provided”" in page
        assert reverse("desk:releases") in page
        listed = client.get(reverse("admin:products_release_changelist"))
        assert {row.version: row.awaited_by for row in listed.context["cl"].result_list}["2027.6"] == 3

    def test_says_it_again_after_the_day_is_moved_or_it_is_withdrawn(
        self, waiting: list[Case], release: Release, client: Any
    ) -> None:
        change = reverse("admin:products_release_change", args=[release.pk])
        moved = client.post(change, self.changed(release, released_on="2027-06-24"), follow=True)
        assert "3 cases wait for it and become" in moved.content.decode()
        withdrawn = client.post(change, self.changed(release, is_withdrawn="on"), follow=True)
        assert "3 cases wait for it and go on waiting" in withdrawn.content.decode()
        release.refresh_from_db()
        assert release.is_withdrawn

    def test_that_nobody_waits_for_says_so(self, release: Release, client: Any) -> None:
        page = client.get(reverse("admin:products_release_change", args=[release.pk])).content.decode()
        assert "No case waits for it." in page


class TestReleasesAtTheDesk:
    def test_show_the_cases_by_release_the_soonest_first(
        self,
        alice: User,
        nora: User,
        carl: User,
        open_case: Any,
        later: Any,
        signed_in: Any,
        django_assert_max_num_queries: Any,
    ) -> None:
        product = Product.objects.get(code="changepoint")
        second, first = (
            Release.objects.create(product=product, version=version, released_on=day)
            for version, day in (("2099.2", date(2099, 2, 1)), ("2099.1", date(2099, 1, 1)))
        )
        for release in (second, first, second):
            await_release(open_case(alice), by=nora, at=later(hours=1), release=release)
        browser = signed_in(carl)
        with django_assert_max_num_queries(9):
            page = browser.get(reverse("desk:releases"))
        assert [(one.release, len(one.cases)) for one in page.context["awaited"]] == [(first, 1), (second, 2)]
        Release.objects.filter(pk=first.pk).update(is_withdrawn=True)
        assert "Withdrawn: these cases go on waiting" in browser.get(reverse("desk:releases")).content.decode()

    def test_say_what_to_do_where_nothing_waits(self, reference: None, carl: User, alice: User, signed_in: Any) -> None:
        assert "No case waits for a release" in signed_in(carl).get(reverse("desk:releases")).content.decode()
        assert signed_in(alice).get(reverse("desk:releases")).status_code == 404

    def test_leave_a_withdrawn_release_out_of_what_can_be_chosen(self, case: Case, nora: User, signed_in: Any) -> None:
        release = Release.objects.create(product=case.product, version="2099.1", released_on=date(2099, 1, 1))
        address = reverse("desk:await_release", args=[case.number])
        assert "2099.1" in signed_in(nora).get(address).content.decode()
        Release.objects.filter(pk=release.pk).update(is_withdrawn=True)
        assert "2099.1" not in signed_in(nora).get(address).content.decode()
