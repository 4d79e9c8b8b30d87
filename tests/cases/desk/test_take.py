"""Taking a case."""

import pytest
from django.test import Client

from cases import lifecycle
from cases.models import Event
from tests.cases.desk.conftest import fresh, last, read, to
from tests.proofs.races.pairs import at_once


class TestTake:
    def test_makes_it_ones_own(self, here, case, carl):
        response = here.post(to("take", case), follow=True)
        assert "The case is yours." in read(response)
        assert (fresh(case).owner, fresh(case).status, last(case).kind) == (carl, "in_progress", "taken")

    def test_says_who_was_sooner(self, here, case, nora, clock):
        lifecycle.take(case, by=nora, at=clock.later(minutes=1))
        response = here.post(to("take", case), follow=True)
        assert "Nora Night has taken this case already." in read(response)
        assert fresh(case).owner == nora

    def test_is_not_offered_where_somebody_has_it(self, here, case, nora, clock):
        assert to("take", case) in here.get(to("case", case)).content.decode()
        lifecycle.take(case, by=nora, at=clock.later(minutes=1))
        assert to("take", case) not in here.get(to("case", case)).content.decode()

    def test_is_refused_on_a_closed_case(self, here, case, nora, clock):
        lifecycle.close(case, by=nora, at=clock.later(minutes=1), reason="withdrawn")
        response = here.post(to("take", case), follow=True)
        assert "This cannot be done while the case is “Closed”." in read(response)

    def test_says_it_in_the_readers_language(self, here, case, carl, nora, clock):
        lifecycle.take(case, by=nora, at=clock.later(minutes=1))
        carl.language = "fr"
        carl.save(update_fields=["language"])
        response = here.post(to("take", case), follow=True)
        assert '<html lang="fr"' in read(response)
        assert "cc-alert-warning" in read(response)


@pytest.mark.django_db(transaction=True)
class TestTwoWhoTakeAtOnce:
    def test_one_wins_and_the_other_is_told_who(self, open_case, alice, carl, nora):
        browsers = [Client(), Client()]
        for browser, user in zip(browsers, (carl, nora), strict=True):
            browser.force_login(user)
        for turn in range(8):
            case = open_case(alice, subject=f"Race {turn}")
            answers = at_once(*(lambda b=b, case=case: b.post(to("take", case), follow=True) for b in browsers))
            winner = fresh(case).owner
            assert winner in (carl, nora)
            assert Event.objects.filter(case=case, kind="taken").count() == 1
            told = sorted("The case is yours." in read(answer) for answer in answers)
            assert told == [False, True]
            loser = next(read(answer) for answer in answers if "The case is yours." not in read(answer))
            assert f"{winner.name} has taken this case already." in loser
