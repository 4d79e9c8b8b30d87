"""Who comes in: our own people, by right; for customers the consultants' pages do not exist."""

import pytest
from django.urls import reverse

from cases.lifecycle import assign
from cases.urls import desk
from contacts.models import Team, User
from contacts.roles import Role
from tests.cases.desk.conftest import fresh, to
from tests.conftest import person

NAMES = [pattern.name for pattern in desk.urlpatterns]
OF_A_CASE = [name for name in NAMES if name not in ("queue", "open_case", "send_again")]
WORDS = {"body": "x", "reason": "x", "way": "steps"}


def address(name, case):
    if name == "send_again":
        return reverse("desk:send_again", args=[case.number, case.mails.get().pk])
    return to(name, case) if name in OF_A_CASE else reverse(f"desk:{name}")


class TestACustomer:
    @pytest.mark.parametrize("name", NAMES)
    def test_finds_no_such_page(self, name, signed_in, alice, case):
        browser = signed_in(alice)
        assert browser.get(address(name, case)).status_code == 404
        assert browser.post(address(name, case), WORDS).status_code == 404
        assert fresh(case).events.count() == 1


class TestAStranger:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_sent_to_the_door(self, name, client, case):
        response = client.get(address(name, case))
        assert response.status_code == 302
        assert "/accounts/login/" in response.url


@pytest.fixture
def connie(reference: None) -> User:
    """A specialist, who sees what her team holds."""
    user = person("Connie Consulting", Role.CONSULTING)
    Team.objects.get(code="consulting").members.add(user)
    return user


class TestASpecialist:
    @pytest.mark.parametrize("name", [*OF_A_CASE, "send_again"])
    def test_finds_no_case_that_her_team_does_not_hold(self, name, signed_in, connie, case):
        browser = signed_in(connie)
        assert browser.get(address(name, case)).status_code in (404, 405)
        assert browser.post(address(name, case), WORDS).status_code in (404, 405)
        assert fresh(case).events.count() == 1

    def test_works_the_case_that_her_team_holds(self, signed_in, connie, case, carl, clock):
        assign(case, by=carl, at=clock.later(minutes=1), owner=connie, team=Team.objects.get(code="consulting"))
        browser = signed_in(connie)
        assert case.subject in browser.get(reverse("desk:queue")).content.decode()
        assert browser.get(to("case", case)).status_code == 200
        browser.post(to("reply", case), {"body": "Consulting answers."})
        assert fresh(case).messages.filter(author=connie).exists()


REFUSED = {
    "dora": ("take", "restore_service", "withdraw_restoration", "hand_to_development", "provide_solution", "close"),
    "adam": ("take", "reply", "note", "ask_customer", "assign", "resume_work", "close"),
}


class TestARole:
    @pytest.mark.parametrize(("who", "name"), [(who, name) for who, names in REFUSED.items() for name in names])
    def test_is_refused_what_is_not_its_own(self, who, name, request, signed_in, case, carl):
        person_ = request.getfixturevalue(who)
        words = WORDS | {"reason": "withdrawn", "owner": carl.pk}
        response = signed_in(person_).post(to(name, case), words, follow=True)
        assert "You may not do this to this case." in response.content.decode()
        assert fresh(case).events.count() == 1

    def test_sees_only_the_deeds_that_are_its_own(self, signed_in, dora, adam, carl, case):
        page = {user: signed_in(user).get(to("case", case)).content.decode() for user in (dora, adam, carl)}
        shown = {user: {name for name in OF_A_CASE if to(name, case) in text} for user, text in page.items()}
        assert shown[adam] == {"case"}
        assert shown[dora] == {"case", "reply", "note", "ask_customer", "assign"}
        assert shown[carl] >= {"take", "provide_solution", "restore_service", "hand_to_development", "close"}
        assert "resume_work" not in shown[carl]
        assert "withdraw_restoration" not in shown[carl]


def test_nothing_is_done_by_following_a_link(here, case):
    for name in ("reply", "note", "take", "ask_customer", "restore_service", "provide_solution", "resume_work"):
        assert here.get(to(name, case)).status_code == 405
    for name in ("assign", "close", "hand_to_development", "await_release", "reopen"):
        assert here.get(to(name, case)).status_code == 200
    assert fresh(case).events.count() == 1
