"""The day on which a case closes by itself, shown from the first reminder on, and "Keep it open"."""

from datetime import timedelta

import pytest

from cases.jobs import auto_close
from cases.models import Case
from tests.cases.portal.conftest import read


@pytest.fixture
def reminded(solved, clock):
    """Alice's case after the first reminder."""
    clock.moment = solved.countdown_at
    auto_close.sweep(clock.moment)
    clock.later(minutes=1)
    return Case.objects.get(pk=solved.pk)


def address(case):
    return f"/cases/{case.number}/keep-open/"


class TestThePage:
    def test_says_nothing_of_closing_before_the_first_reminder(self, here, solved):
        page = read(here.get(f"/cases/{solved.number}/"))
        assert "closes by itself" not in page
        assert "Keep it open" not in page

    def test_says_the_day_from_the_first_reminder_on(self, here, reminded):
        page = read(here.get(f"/cases/{reminded.number}/"))
        assert "Without a word from you, this case closes by itself on" in page
        for anchor in ("accept-solution", "reject-solution", "keep-open"):
            assert f'id="{anchor}"' in page

    def test_says_nothing_of_it_once_the_case_was_held(self, here, reminded, clock):
        clock.moment = reminded.close_at + timedelta(minutes=1)
        auto_close.sweep(clock.moment)
        assert "closes by itself" not in read(here.get(f"/cases/{reminded.number}/"))


class TestKeepOpen:
    def test_gives_more_days_and_leaves_the_solution_to_be_accepted(self, here, reminded, clock):
        page = read(here.post(address(reminded), follow=True))
        assert "The case stays open" in page
        for anchor in ("accept-solution", "reject-solution"):
            assert f'id="{anchor}"' in page
        kept = Case.objects.get(pk=reminded.pk)
        assert (kept.status, kept.countdown_from, kept.contact_attempts) == ("solution_provided", clock.moment, 0)
        assert kept.close_at > reminded.close_at
        assert "closes by itself" not in page  # until the next reminder

    def test_changes_nothing_by_a_link_of_a_mail(self, here, reminded):
        for verb in ("keep-open", "accept-solution", "reject-solution"):
            response = here.get(f"/cases/{reminded.number}/{verb}/")
            assert (response.status_code, response.url) == (302, f"/cases/{reminded.number}/")
        assert Case.objects.get(pk=reminded.pk).status == "solution_provided"

    def test_is_not_there_for_a_stranger(self, signed_in, eve, reminded):
        assert signed_in(eve).post(address(reminded)).status_code == 404

    def test_twice_changes_nothing_more(self, here, reminded):
        here.post(address(reminded))
        assert "being counted already" in read(here.post(address(reminded), follow=True))
        assert Case.objects.get(pk=reminded.pk).events.filter(kind="kept_open").count() == 1
