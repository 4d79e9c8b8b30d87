"""Writing a case while telephoning."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, CaseType
from contacts.models import Instance, Membership
from tests.cases.desk.conftest import read, to
from tests.conftest import member, person

OPEN = reverse("desk:open_case")


@pytest.fixture
def calling(alice, acme):
    return Membership.objects.get(user=alice, account=acme)


@pytest.fixture
def call(acme, clock):
    """What Alice says on the phone."""
    return {
        "instance": Instance.objects.get(account=acme, product__code="changepoint").pk,
        "type": CaseType.objects.get(code="defect").pk,
        "severity": "1",
        "subject": "Nobody can sign in",
        "body": "Since ten o'clock.",
        "received_at": local(clock.moment),
    }


def local(moment: datetime) -> str:
    """As the field of a browser in Chicago sends it."""
    return timezone.localtime(moment, timezone.get_fixed_timezone(-300)).strftime("%Y-%m-%dT%H:%M:%S")


class TestWhoIsCalling:
    @pytest.mark.parametrize("words", ["alice", "ADAMS", "acme alice", "alice@example", "512 346 84"])
    def test_is_found_by_what_one_hears(self, here, alice, eve, words):
        alice.phone = "+1 (512) 346-8460"
        alice.save(update_fields=["phone"])
        page = read(here.get(OPEN, {"q": words}))
        assert "Alice Adams" in page
        assert "Eve" not in page

    def test_is_found_once_for_each_company(self, here, alice, acme, globex):
        member(alice, globex)
        page = read(here.get(OPEN, {"q": "alice"}))
        assert page.count("Alice Adams") == 2
        assert "Globex" in page

    def test_is_nobody_of_ours_and_nobody_who_has_left(self, here, carl, alice):
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        for words in ("Carl", "alice", "%", "_", "\\"):
            assert "Nobody found" in read(here.get(OPEN, {"q": words}))

    @pytest.mark.parametrize("strange", ["x", "0", "-1", "9" * 30, "²"])
    def test_must_exist(self, here, strange):
        assert "Who is calling?" in read(here.get(OPEN, {"caller": strange}))


class TestOpenCase:
    def test_counts_from_when_the_call_began(self, here, alice, acme, carl, calling, call, clock):
        began = clock.moment
        at = clock.later(minutes=12)
        response = here.post(f"{OPEN}?caller={calling.pk}", call)
        case = Case.objects.get()
        assert response.url == to("case", case)
        assert (case.customer, case.account, case.channel, case.severity) == (alice, acme, "phone", 1)
        assert (case.received_at, case.opened_at) == (began, at)
        assert case.events.get().actor == carl
        # The talk was the first answer; restoration is what comes next.
        assert (case.next_metric, case.next_due_at) == ("restoration", began + timedelta(hours=2))

    @pytest.mark.parametrize(("now", "meant"), [("06:40", "06:30"), ("07:40", "07:30")])
    def test_asks_about_the_hour_that_autumn_repeats(self, now, meant, here, calling, call, clock):
        clock.moment = datetime.fromisoformat(f"2027-11-07T{now}+00:00")
        typed = call | {"received_at": "2027-11-07T01:30:00"}
        asked = here.post(f"{OPEN}?caller={calling.pk}", typed)
        assert (asked.status_code, Case.objects.count()) == (422, 0)
        assert "Which of the two?" in read(asked)
        which = "first" if meant == "06:30" else "second"
        here.post(f"{OPEN}?caller={calling.pk}", typed | {"received_at_which": which})
        assert Case.objects.get().received_at == datetime.fromisoformat(f"2027-11-07T{meant}+00:00")

    def test_offers_the_time_at_which_the_page_was_first_opened(self, here, calling, clock):
        began = clock.moment
        clock.later(minutes=3)
        page = read(here.get(OPEN, {"caller": calling.pk, "began": began.isoformat()}))
        assert f'value="{local(began)[:16]}"' in page
        for strange in ("x", "2027-13-45", (clock.moment + timedelta(days=1)).isoformat()):
            assert f'value="{local(clock.moment)[:16]}"' in read(
                here.get(OPEN, {"caller": calling.pk, "began": strange})
            )

    @pytest.mark.parametrize("off", [timedelta(minutes=5), timedelta(days=-2)])
    def test_refuses_a_call_of_the_future_or_of_long_ago(self, here, calling, call, clock, off):
        response = here.post(f"{OPEN}?caller={calling.pk}", call | {"received_at": local(clock.moment + off)})
        assert response.status_code == 422
        assert "Since ten o&#x27;clock." in read(response)
        assert not Case.objects.exists()

    def test_without_a_severity_is_moderate_for_now(self, here, calling, call):
        here.post(f"{OPEN}?caller={calling.pk}", call | {"severity": ""})
        case = Case.objects.get()
        assert (case.severity, case.severity_is_provisional) == (3, True)
        assert "(provisional)" in read(here.get(to("case", case)))

    def test_is_one_case_when_sent_twice(self, here, calling, call):
        call["submission"] = str(uuid4())
        first, second = (here.post(f"{OPEN}?caller={calling.pk}", call) for _turn in range(2))
        assert first.url == second.url
        assert Case.objects.count() == 1

    def test_tells_for_what_the_caller_may_not_and_who_may(self, here, alice, bob, acme, call):
        calling = Membership.objects.get(user=bob, account=acme)
        page = read(here.get(OPEN, {"caller": calling.pk}))
        refused = page.split("Not for these products")[1]
        assert "Changepoint" in refused
        assert "Daptiv" not in refused
        assert "alice@example.com" in refused
        response = here.post(f"{OPEN}?caller={calling.pk}", call)
        assert response.status_code == 422
        assert not Case.objects.exists()

    def test_takes_no_instance_of_another_account(self, here, calling, globex, call):
        foreign = Instance.objects.filter(account=globex).first()
        response = here.post(f"{OPEN}?caller={calling.pk}", call | {"instance": foreign.pk})
        assert response.status_code == 422
        assert not Case.objects.exists()

    def test_says_so_where_nothing_can_be_opened(self, here, acme):
        lonely = member(person("Zoe Zero"), acme)
        Instance.objects.filter(account=acme).update(is_active=False)
        calling = Membership.objects.get(user=lonely)
        assert "No case can be opened for this person" in read(here.get(OPEN, {"caller": calling.pk}))

    @pytest.mark.parametrize("role", ["administrator", "consulting", "product_management"])
    def test_is_not_for_those_who_open_no_cases_nor_do_they_look_callers_up(self, role, signed_in, calling, call):
        browser = signed_in(person("Otto Other", role))
        assert browser.post(f"{OPEN}?caller={calling.pk}", call).status_code == 404
        assert browser.get(OPEN, {"q": "alice"}).status_code == 404
        assert not Case.objects.exists()
