"""log_assistance and correct_assistance: how minutes are split, who is told, what is refused."""

from datetime import date

import pytest

from cases.events import sentence
from cases.lifecycle import (
    agree_to_consulting,
    assign,
    close,
    correct_assistance,
    log_assistance,
    open_case,
    refer_to_consulting,
)
from cases.lifecycle.time_entries import ConsentNeeded, CorrectedAlready, NoInstance, NothingCorrected, NotYourEntry
from cases.models import AssistanceKind, CaseType, OutboxMail, TimeEntry
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from cases.time_entries import allowance
from contacts.models import Account, Instance, Team
from contacts.roles import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(reference):
    return AssistanceKind.objects.get(code="configuration")


@pytest.fixture
def helped(case, carl, kind, later):
    """`helped(25)`: so many minutes of help on Alice's case; returns the entry."""

    def make(minutes, **more):
        given = {"by": carl, "at": later(minutes=5), "kind": kind, "words": "Set up the export.", **more}
        log_assistance(given.pop("case", case), minutes=minutes, **given)
        return TimeEntry.objects.latest("pk")

    return make


def parts(entry):
    return entry.free_minutes, entry.billable_minutes


def stands(case):
    found = allowance.meter(case.instance_id)
    return found.used, found.billable, found.left


class TestLogAssistance:
    def test_is_free_as_long_as_there_is_something_left(self, case, helped, carl, kind, later):
        entry = helped(25)
        assert (entry.minutes, parts(entry), entry.by, entry.kind) == (25, (25, 0), carl, kind)
        assert (entry.worked_on, entry.at, entry.instance) == (date(2027, 6, 8), later(minutes=5), case.instance)
        assert stands(case) == (25, 0, 35)

    def test_is_told_in_the_timeline_in_both_languages(self, case, helped):
        helped(25)
        event = case.events.get(kind="assistance_logged")
        assert sentence(event) == (
            "Carl Care wrote down help (Configuration): 25 minutes, free of charge. “Set up the export.”"
            " 35 minutes of 60 minutes of free help are left."
        )
        assert not event.data["used_up"]

    def test_tells_nobody_by_mail_while_free(self, case, helped, mona):
        case.account.customer_success_manager = mona
        case.account.save()
        helped(25)
        assert not OutboxMail.objects.filter(notice__startswith="assistance").exists()

    def test_that_reaches_the_allowance_says_so_to_the_customer(self, case, alice, helped):
        helped(45)
        helped(15)
        event = case.events.filter(kind="assistance_logged").latest("pk")
        assert event.data["used_up"]
        assert sentence(event).endswith("The free help of the instance is used up: further help is billable.")
        assert list(OutboxMail.objects.filter(notice="assistance_told").values_list("recipient", "event")) == [
            (alice.pk, event.pk)
        ]

    def test_counts_over_all_cases_of_the_instance(self, case, alice, open_case, helped):
        other = open_case(alice, subject="Another one")
        elsewhere = open_case(alice, product="daptiv")
        helped(40)
        helped(20, case=other)
        helped(60, case=elsewhere)
        assert stands(case) == stands(other) == (60, 0, 0)

    def test_beyond_what_is_free_is_refused_with_the_choice(self, case, helped):
        helped(50)
        with pytest.raises(ConsentNeeded, match=r"Only 10 minutes of it are free\. The other 15 minutes are billable"):
            helped(25)
        helped(10)
        with pytest.raises(ConsentNeeded, match=r"used up\. These 25 minutes are billable"):
            helped(25)
        assert stands(case) == (60, 0, 0)
        assert case.events.filter(kind="assistance_logged").count() == 2

    def test_takes_the_instances_own_allowance_before_the_plans(self, case, helped):
        Instance.objects.filter(pk=case.instance_id).update(free_help_minutes=120)
        assert parts(helped(100)) == (100, 0)
        Instance.objects.filter(pk=case.instance_id).update(free_help_minutes=0)
        assert stands(case) == (100, 0, 0)
        with pytest.raises(ConsentNeeded):
            helped(1)

    def test_is_refused_without_an_instance(self, alice, at, kind, carl, later):
        account = alice.accounts.get()
        product = account.instances.get(product__code="changepoint").product
        case = open_case(
            by=alice,
            at=at,
            account=account,
            product=product,
            type=CaseType.objects.get(code="issue"),
            subject="How?",
            body="How?",
            severity=None,
        )
        with pytest.raises(NoInstance, match="names no instance"):
            log_assistance(case, by=carl, at=later(minutes=1), kind=kind, minutes=5, words="So.")

    @pytest.mark.parametrize("who", ["alice", "dora", "adam"])
    def test_is_refused_to_who_does_not_solve(self, helped, request, who):
        with pytest.raises(NotAllowed):
            helped(5, by=request.getfixturevalue(who))

    def test_can_be_written_down_after_the_case_has_closed(self, case, carl, helped, later):
        close(case, by=carl, at=later(minutes=2), reason="withdrawn")
        assert parts(helped(5)) == (5, 0)

    def test_sent_twice_is_written_down_once(self, case, helped):
        key = "0b7f9d46-6d6e-4b6f-9a53-a7b8b7b0a001"
        helped(5, submission=key)
        helped(5, submission=key)
        assert stands(case) == (5, 0, 55)

    def test_leaves_status_and_clocks_alone(self, case, helped):
        before = list(case.commitments.order_by("pk").values_list("metric", "state", "due_at"))
        helped(5)
        case.refresh_from_db()
        assert case.status == "new"
        assert list(case.commitments.order_by("pk").values_list("metric", "state", "due_at")) == before


class TestCorrectAssistance:
    @pytest.fixture
    def corrected(self, case, carl, later):
        def make(entry, minutes=None, **more):
            given = {"by": carl, "at": later(minutes=9), "because": "A slip.", **more}
            return correct_assistance(case, entry=entry, minutes=minutes, **given)

        return make

    def test_takes_back_with_the_same_split(self, case, helped, corrected):
        entry = helped(45)
        corrected(entry)
        mirror = TimeEntry.objects.get(corrects=entry)
        assert (mirror.minutes, parts(mirror), mirror.words) == (-45, (-45, 0), "A slip.")
        assert stands(case) == (0, 0, 60)
        assert sentence(case.events.get(kind="assistance_corrected")) == (
            "Carl Care corrected an entry of help (Configuration): taken back: 45 minutes, free of charge. A slip."
            " 60 minutes of 60 minutes of free help are left."
        )

    def test_replaces_by_what_is_split_anew(self, case, helped, corrected, reference):
        entry = helped(45)
        report = AssistanceKind.objects.get(code="custom-report")
        corrected(entry, 60, kind=report)
        mirror, right = TimeEntry.objects.filter(corrects=entry).order_by("pk")
        assert (parts(mirror), mirror.kind) == ((-45, 0), entry.kind)
        assert (parts(right), right.kind, right.words) == ((60, 0), report, entry.words)
        assert case.events.get(kind="assistance_corrected").data["used_up"]
        assert OutboxMail.objects.filter(notice="assistance_told").count() == 1

    def test_leaves_later_entries_as_they_are(self, case, helped, corrected):
        first, second = helped(40), helped(20)
        corrected(first, 10)
        second.refresh_from_db()
        assert (parts(second), stands(case)) == ((20, 0), (30, 0, 30))

    def test_beyond_what_is_free_is_refused_and_takes_nothing_back(self, case, helped, corrected):
        entry = helped(45)
        with pytest.raises(ConsentNeeded, match="The other 30 minutes"):
            corrected(entry, 90)
        assert stands(case) == (45, 0, 15)

    def test_is_done_once_and_what_replaced_it_can_be_corrected(self, case, helped, corrected):
        entry = helped(45)
        corrected(entry, 30)
        with pytest.raises(CorrectedAlready):
            corrected(entry)
        corrected(TimeEntry.objects.get(corrects=entry, minutes__gt=0), 20)
        with pytest.raises(CorrectedAlready):
            corrected(TimeEntry.objects.filter(minutes__lt=0).first())
        assert stands(case) == (20, 0, 40)

    def test_that_changes_nothing_is_refused(self, helped, corrected):
        entry = helped(45)
        with pytest.raises(NothingCorrected):
            corrected(entry, 45)
        with pytest.raises(NothingCorrected):
            corrected(entry, 45, kind=entry.kind)

    def test_is_for_who_wrote_it_and_for_managers(self, case, helped, corrected, nora, mona):
        entry = helped(45)
        with pytest.raises(NotYourEntry, match="Carl Care, who wrote it"):
            corrected(entry, by=nora)
        corrected(entry, by=mona)
        assert stands(case) == (0, 0, 60)

    def test_of_another_case_is_not_found(self, alice, open_case, helped, corrected):
        entry = helped(10, case=open_case(alice, subject="Another one"))
        with pytest.raises(TimeEntry.DoesNotExist):
            corrected(entry)


SAID = allowance.Consent("Yes, go ahead, send us the bill.", "phone")


class TestWhatIsBillable:
    @pytest.fixture
    def consented(self, case, alice, carl, later):
        refer_to_consulting(case, by=carl, at=later(minutes=2), reason="Two more reports.", estimate_minutes=90)
        return agree_to_consulting(case, by=alice, at=later(minutes=3))

    def test_is_split_where_the_customer_has_agreed_before(self, case, consented, helped):
        helped(50)
        entry = helped(25)
        assert (parts(entry), entry.referral) == ((10, 15), case.consulting_referrals.get())
        assert stands(case) == (60, 15, 0)
        event = case.events.filter(kind="assistance_logged").latest("pk")
        assert "25 minutes, 15 minutes of them billable" in sentence(event)
        assert event.data["used_up"]
        assert parts(helped(30)) == (0, 30)
        assert not case.events.filter(kind="assistance_logged").latest("pk").data["used_up"]

    def test_stays_refused_while_the_customer_has_only_been_asked(self, case, carl, helped, later):
        refer_to_consulting(case, by=carl, at=later(minutes=2), reason="Two more reports.")
        with pytest.raises(ConsentNeeded):
            helped(61)

    def test_is_told_to_the_customer_and_the_success_manager(self, case, alice, mona, consented, helped):
        Account.objects.filter(pk=case.account_id).update(customer_success_manager=mona)
        helped(61)
        event = case.events.get(kind="assistance_logged")
        told = OutboxMail.objects.filter(event=event).values_list("notice", "recipient")
        assert set(told) == {("assistance_told", alice.pk), ("assistance_billed", mona.pk)}

    def test_is_agreed_to_with_the_entry_and_goes_to_consulting(self, case, alice, carl, helped, later):
        helped(50)
        entry = helped(25, consent=SAID)
        case.refresh_from_db()
        assert (case.team.code, case.owner, case.status) == ("consulting", None, "in_progress")
        referral = case.consulting_referrals.get()
        assert (referral.state, referral.given_by, referral.decided_by) == ("agreed", alice, carl)
        assert (referral.channel, referral.words.body, referral.estimate_minutes) == ("phone", SAID.words, 15)
        assert (parts(entry), entry.referral) == ((10, 15), referral)
        assert [event.kind for event in case.events.order_by("pk")][-3:] == [
            "consulting_referred",
            "assistance_logged",
            "consulting_agreed",
        ]
        assert {event.at for event in case.events.order_by("pk")[3:]} == {later(minutes=5)}

    def test_needs_no_second_consent(self, case, helped):
        helped(61, consent=SAID)
        helped(30, consent=SAID)
        assert case.consulting_referrals.count() == 1
        assert stands(case) == (60, 31, 0)

    def test_answers_the_question_that_waits(self, case, carl, helped, later):
        refer_to_consulting(case, by=carl, at=later(minutes=2), reason="Two more reports.")
        helped(61, consent=SAID)
        assert case.consulting_referrals.get().was_agreed

    def test_leaves_a_consent_that_is_not_needed_alone(self, case, helped):
        helped(60, consent=SAID)
        case.refresh_from_db()
        assert (case.team.code, case.consulting_referrals.count()) == ("customer-care-1", 0)

    def test_of_a_specialist_is_written_down_before_the_case_leaves_their_sight(self, case, mona, helped, later):
        pia = person("Pia Product", Role.PRODUCT_MANAGEMENT)
        assign(case, by=mona, at=later(minutes=1), owner=pia, team=Team.objects.get(code="product-management"))
        helped(61, by=pia, consent=SAID)
        assert stands(case) == (60, 1, 0)

    def test_is_refused_whole_where_the_customer_cannot_be_asked(self, case, carl, helped, later):
        close(case, by=carl, at=later(minutes=2), reason="withdrawn")
        with pytest.raises(IllegalMove):
            helped(61, consent=SAID)
        assert (stands(case), case.consulting_referrals.count()) == ((0, 0, 60), 0)

    def test_sent_twice_is_agreed_to_and_billed_once(self, case, helped):
        key = "0b7f9d46-6d6e-4b6f-9a53-a7b8b7b0a002"
        for _turn in range(2):
            helped(61, consent=SAID, submission=key)
        assert (stands(case), case.consulting_referrals.count()) == ((60, 1, 0), 1)

    def test_is_corrected_with_its_consent(self, case, mona, consented, helped, later):
        entry = helped(70)
        correct_assistance(case, by=mona, at=later(minutes=9), entry=entry, minutes=65, because="A slip.")
        mirror, right = TimeEntry.objects.filter(corrects=entry).order_by("pk")
        assert (parts(mirror), mirror.referral) == ((-60, -10), entry.referral)
        assert (parts(right), right.referral) == ((60, 5), entry.referral)
        assert "65 minutes, 5 minutes of them billable, instead of 70 minutes, 10 minutes" in sentence(
            case.events.get(kind="assistance_corrected")
        )
        assert OutboxMail.objects.filter(notice="assistance_told").count() == 2

    def test_is_given_the_minutes_that_were_freed_by_a_correction_of_its_own(
        self, case, mona, consented, helped, later
    ):
        """Freed minutes wait for the next entry; a later one takes them only where a manager corrects it too."""
        first, second = helped(60), helped(20)
        correct_assistance(case, by=mona, at=later(minutes=9), entry=first, minutes=None, because="Not ours.")
        assert stands(case) == (0, 20, 60)
        correct_assistance(case, by=mona, at=later(minutes=9), entry=second, minutes=20, because="Free again.")
        assert stands(case) == (20, 0, 40)

    def test_can_be_agreed_to_with_a_correction(self, case, carl, helped, later):
        entry = helped(50)
        changed = correct_assistance(
            case, by=carl, at=later(minutes=9), entry=entry, minutes=70, because="A slip.", consent=SAID
        )
        assert (changed.team.code, stands(case)) == ("consulting", (60, 10, 0))
