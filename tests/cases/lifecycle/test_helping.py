"""log_assistance and correct_assistance: how minutes are split, who is told, what is refused."""

from datetime import date

import pytest

from cases import assistance
from cases.events import sentence
from cases.lifecycle import (
    ConsentNeeded,
    CorrectedAlready,
    NoInstance,
    NothingCorrected,
    NotYourEntry,
    close,
    correct_assistance,
    log_assistance,
    open_case,
)
from cases.models import AssistanceKind, CaseType, OutboxMail, TimeEntry
from cases.permissions import NotAllowed
from contacts.models import Instance

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
    found = assistance.meter(case.instance_id)
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
