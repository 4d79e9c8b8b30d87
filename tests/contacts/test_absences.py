"""The page on which each of ours enters when they are away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Absence

pytestmark = pytest.mark.django_db

PAGE = reverse("contacts:absences")
WEEK = {"starts_at": "2037-07-01T08:00", "ends_at": "2037-07-08T08:00", "note": "Sea"}


@pytest.fixture
def here(signed_in, carl, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return signed_in(carl)


def read(response) -> str:
    return " ".join(response.content.decode().split())


def away(user, *, days: float, hours: float = 24) -> Absence:
    start = timezone.now() + timedelta(days=days)
    return Absence.objects.create(user=user, starts_at=start, ends_at=start + timedelta(hours=hours))


class TestAbsences:
    def test_says_that_nothing_is_entered(self, here):
        assert "Nothing is entered" in read(here.get(PAGE))

    def test_are_entered_in_ones_own_zone(self, here, carl):
        page = read(here.post(PAGE, WEEK, follow=True))
        absence = Absence.objects.get()
        assert (absence.user, absence.starts_at.isoformat()) == (carl, "2037-07-01T13:00:00+00:00")
        assert "Sea" in page

    @pytest.mark.parametrize("wrong", [{"ends_at": "2037-06-30T08:00"}, {"ends_at": ""}, {"starts_at": "soon"}])
    def test_refuse_what_is_none_and_keep_what_was_written(self, here, wrong):
        response = here.post(PAGE, WEEK | wrong)
        assert response.status_code == 422
        assert "Sea" in read(response)
        assert not Absence.objects.exists()

    def test_do_not_overlap(self, here):
        here.post(PAGE, WEEK)
        assert "away at that time already" in read(here.post(PAGE, WEEK))
        assert Absence.objects.count() == 1

    def test_show_nothing_of_others_and_take_few_queries(self, here, carl, nora, django_assert_max_num_queries):
        away(nora, days=3)
        for number in range(8):
            away(carl, days=10 + 2 * number)
        here.get(PAGE)
        with django_assert_max_num_queries(8):
            page = read(here.get(PAGE))
        assert page.count("Strike it") == 8

    def test_are_no_page_for_customers(self, signed_in, alice):
        browser = signed_in(alice)
        assert browser.get(PAGE).status_code == 404
        assert "/accounts/absences/" not in read(browser.get(reverse("contacts:profile")))


class TestTakeBack:
    def take_back(self, browser, absence):
        return browser.post(reverse("contacts:take_absence_back", args=[absence.pk]))

    def test_strikes_one_to_come(self, here, carl):
        self.take_back(here, away(carl, days=3))
        assert not Absence.objects.exists()

    def test_ends_one_that_has_begun_and_keeps_it(self, here, carl):
        absence = away(carl, days=-0.5)
        self.take_back(here, absence)
        absence.refresh_from_db()
        assert absence.starts_at < absence.ends_at <= timezone.now()
        assert "Past absences" in read(here.get(PAGE))

    def test_of_another_or_of_the_past_is_not_found(self, here, carl, nora):
        for absence in (away(nora, days=3), away(carl, days=-3)):
            assert self.take_back(here, absence).status_code == 404
        assert Absence.objects.count() == 2
