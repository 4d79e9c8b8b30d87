"""Who comes in: our own people, by right; for customers the consultants' pages do not exist."""

import pytest
from django.urls import reverse

from cases.lifecycle import agree_to_consulting, refer_to_consulting
from cases.models import Breach
from cases.urls import desk
from contacts.models import Team, User
from contacts.roles import Role
from tests.cases.desk.conftest import fresh, to
from tests.conftest import person

NAMES = [pattern.name for pattern in desk.urlpatterns]
TAKES = {pattern.name: set(pattern.pattern.converters) for pattern in desk.urlpatterns}
ABOUT_A_CASE = [name for name in NAMES if "case_id" in TAKES[name]]
OF_A_CASE = [name for name in NAMES if TAKES[name] == {"case_id"}]
WORDS = {"body": "x", "reason": "x", "way": "steps", "because": "x"}
OF_ITS_PARTS = {
    "mail_id": 1,
    "breach_id": 1,
    "message_id": 1,
    "entry_id": 1,
    "metric": "response",
    "cycle": 1,
    "period_no": 1,
    "report_id": 1,
    "incident_id": 1,
}


def address(name, case):
    parts = {part: OF_ITS_PARTS[part] for part in TAKES[name] - {"case_id"}}
    if "mail_id" in parts:
        parts["mail_id"] = case.mails.get().pk
    if "breach_id" in parts:
        parts["breach_id"] = Breach.objects.get_or_create(case=case, defaults=missed(case))[0].pk
    if "message_id" in parts:
        parts["message_id"] = case.messages.first().pk
    own = {"case_id": case.number} if "case_id" in TAKES[name] else {}
    return reverse(f"desk:{name}", kwargs=own | parts)


def missed(case):
    """What a missed first answer would have on record."""
    clock = case.commitments.get(metric="response")
    taken = ("metric", "cycle", "period_no", "kind", "severity", "minutes", "started_at", "due_at", "breach_at")
    own = {name: getattr(clock, name) for name in (*taken, "calendar_id", "calendar_revision")}
    return own | {"plan_id": case.plan_id, "matrix_id": case.matrix_id, "detected_at": clock.breach_at}


class TestACustomer:
    def test_finds_no_such_page(self, signed_in, alice, case):
        browser = signed_in(alice)
        for name in NAMES:
            assert browser.get(address(name, case)).status_code == 404, name
            assert browser.post(address(name, case), WORDS).status_code == 404, name
            assert fresh(case).events.count() == 1, name


class TestAStranger:
    def test_is_sent_to_the_door(self, client, case):
        for name in NAMES:
            response = client.get(address(name, case))
            assert response.status_code == 302, name
            assert "/accounts/login/" in response.url, name


@pytest.fixture
def connie(reference: None) -> User:
    """A specialist, who sees what her team holds."""
    user = person("Connie Consulting", Role.CONSULTING)
    Team.objects.get(code="consulting").members.add(user)
    return user


class TestASpecialist:
    def test_finds_no_case_that_her_team_does_not_hold(self, signed_in, connie, case):
        browser = signed_in(connie)
        for name in ABOUT_A_CASE:
            assert browser.get(address(name, case)).status_code in (404, 405), name
            assert browser.post(address(name, case), WORDS).status_code in (404, 405), name
            assert fresh(case).events.count() == 1, name

    def test_works_the_case_that_her_team_holds(self, signed_in, connie, case, carl, clock):
        refer_to_consulting(case, by=carl, at=clock.later(minutes=1), reason="Shall Consulting do it?")
        agree_to_consulting(case, by=case.customer, at=clock.later(minutes=1))
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
        reads = {"case", "export_json", "export_pdf"}
        assert shown[adam] == reads
        said = {"reply", "note", "ask_customer", "change_severity", "request_severity", "classify"}
        routed = {"assign", "dispatch", "transfer"}
        kept_in_order = {"merge", "link", "tag", "follow"}
        assert shown[dora] == reads | said | routed | kept_in_order
        assert shown[carl] >= {"take", "provide_solution", "restore_service", "hand_to_development", "close"}
        assert "resume_work" not in shown[carl]
        assert "withdraw_restoration" not in shown[carl]


FORMS = (
    "change_severity",
    "request_severity",
    "classify",
    "exclude",
    "include",
    "judge_code_change",
    "judge_code_problem",
    "judge_reach",
    "promise_release",
    "agree_date",
    "withdraw_agreed_date",
    "report_root_cause",
)


def test_nothing_is_done_by_following_a_link(here, case):
    for name in (
        "reply",
        "note",
        "take",
        "ask_customer",
        "restore_service",
        "provide_solution",
        "resume_work",
        "withdraw_severity_request",
    ):
        assert here.get(to(name, case)).status_code == 405
    for name in (*FORMS, "assign", "close", "hand_to_development", "await_release", "reopen"):
        assert here.get(to(name, case)).status_code == 200
    assert fresh(case).events.count() == 1
