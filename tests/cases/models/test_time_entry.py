"""What the database itself refuses of hours of help: by raw SQL, bulk insert, the shell."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases.lifecycle import agree_to_consulting, correct_assistance, log_assistance, refer_to_consulting
from cases.models import AssistanceKind, TimeEntry
from cases.time_entries import allowance
from contacts.models import Instance, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(case, carl, later):
    """`row(free=20)`: an entry that was not written yet."""

    def make(free=0, billable=0, **more):
        given = {
            "case": case,
            "instance_id": case.instance_id,
            "kind_id": "configuration",
            "minutes": free + billable,
            "worked_on": date(2027, 6, 8),
            "at": later(minutes=5),
            "by": carl,
            "words": "So.",
        }
        return TimeEntry(free_minutes=free, billable_minutes=billable, **{**given, **more})

    return make


@pytest.fixture
def entry(case, carl, later):
    kind = AssistanceKind.objects.get(code="configuration")
    log_assistance(case, by=carl, at=later(minutes=5), kind=kind, minutes=40, words="So.")
    return case.time_entries.get()


def written(*rows):
    with transaction.atomic():
        TimeEntry.objects.bulk_create(rows)
        connection.check_constraints()  # what waits for the end of the transaction


def refused(*rows, error=IntegrityError, match=None):
    with pytest.raises(error, match=match):
        written(*rows)


class TestTheDatabaseRefuses:
    def test_more_free_minutes_than_the_plan_gives(self, row):
        written(row(60))
        refused(row(1), match="has 60 free minutes of help, 60 are used, 1 more are too many")

    def test_them_in_one_statement_too(self, row):
        refused(row(40), row(21))
        written(row(40), row(20))

    def test_more_than_the_instance_has_of_its_own(self, row, case):
        Instance.objects.filter(pk=case.instance_id).update(free_help_minutes=90)
        written(row(90))
        refused(row(1))

    def test_any_once_the_plan_gives_less(self, row, case):
        written(row(30))
        Plan.objects.filter(pk=case.account.plan_id).update(free_help_minutes=20)
        refused(row(1))
        assert allowance.meter(case.instance_id).left == 0

    def test_minutes_that_do_not_add_up(self, row):
        refused(row(10, minutes=11))
        refused(row(0))
        refused(row(-5))

    def test_what_says_nothing(self, row):
        refused(row(5, words=""))

    def test_the_instance_of_another_case(self, row, case):
        other = Instance.objects.exclude(pk=case.instance_id).first()
        refused(row(5, instance_id=other.pk), match="instance of its case")

    def test_billable_minutes_without_a_consent(self, row):
        refused(row(0, 5), match="time_entry_billed_with_consent")

    def test_billable_minutes_with_a_consent_that_was_not_given(self, case, alice, carl, open_case, row, later):
        refer_to_consulting(case, by=carl, at=later(minutes=1), reason="More.")
        asked = case.consulting_referrals.get()
        refused(row(0, 5, referral=asked), match="has not agreed to")
        agree_to_consulting(case, by=alice, at=later(minutes=2))
        other = open_case(alice, subject="Another one")
        refused(row(0, 5, referral=asked, case=other), match="has not agreed to")
        written(row(0, 5, referral=asked))

    def test_a_second_correction(self, case, carl, entry, row, later):
        correct_assistance(case, by=carl, at=later(minutes=6), entry=entry, minutes=10, because="A slip.")
        refused(row(-40, corrects=entry))
        refused(row(1, corrects=entry))

    @pytest.mark.parametrize(
        ("free", "billable", "more"),
        [(-39, 0, {}), (-30, -10, {}), (-41, 1, {}), (-40, 0, {"kind_id": "custom-report"})],
    )
    def test_a_correction_with_another_split(self, entry, row, free, billable, more):
        refused(row(free, billable, corrects=entry, **more))

    def test_a_correction_of_a_correction(self, case, carl, entry, row, later):
        correct_assistance(case, by=carl, at=later(minutes=6), entry=entry, minutes=None, because="A slip.")
        mirror = TimeEntry.objects.get(corrects=entry)
        refused(row(-40, corrects=mirror))
        refused(row(5, corrects=mirror))

    def test_a_correction_from_another_case(self, alice, open_case, entry, row):
        refused(row(-40, corrects=entry, case=open_case(alice, subject="Another one")))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE cases_timeentry SET words = 'Other.'",
            "UPDATE cases_timeentry SET free_minutes = 0, billable_minutes = 40",
            "DELETE FROM cases_timeentry",
        ],
    )
    def test_any_change_of_an_entry(self, entry, statement):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        entry.refresh_from_db()
        assert (entry.words, entry.minutes) == ("So.", 40)


class TestMeter:
    @pytest.mark.parametrize(("minutes", "parts"), [(10, (10, 0)), (20, (20, 0)), (21, (20, 1)), (600, (20, 580))])
    def test_splits_by_what_is_left(self, minutes, parts):
        split = allowance.Meter(60, 40, 0).split(minutes)
        assert (split.free, split.billable, split.minutes) == (*parts, minutes)

    def test_has_nothing_left_where_the_allowance_was_lowered(self):
        lowered = allowance.Meter(30, 40, 0)
        assert (lowered.left, lowered.is_used_up, lowered.split(5).free) == (0, True, 0)
