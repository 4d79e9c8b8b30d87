"""take, assign, hand_to_development, await_release, resume_work."""

from datetime import UTC, date, datetime

import pytest

from cases.events import sentence
from cases.lifecycle import ask_customer, assign, await_release, hand_to_development, resume_work, take
from cases.lifecycle.assignment import AlreadyTaken, CannotOwn, NotToCome, OtherProduct
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import Team
from products.models import Release

pytestmark = pytest.mark.django_db


class TestTake:
    def test_gives_the_case_to_who_takes_it(self, case, carl, later):
        changed = take(case, by=carl, at=later(minutes=1))
        assert (changed.owner, changed.status) == (carl, "in_progress")

    def test_is_no_answer_to_the_customer(self, case, carl, later):
        take(case, by=carl, at=later(minutes=1))
        assert case.commitments.get(metric="response").state == "running"

    def test_of_a_taken_case_is_refused_and_names_the_owner(self, case, carl, nora, later):
        take(case, by=carl, at=later(minutes=1))
        with pytest.raises(AlreadyTaken, match="Carl Care"):
            take(case, by=nora, at=later(minutes=1))

    def test_is_refused_to_customers(self, case, alice, later):
        with pytest.raises(NotAllowed):
            take(case, by=alice, at=later(minutes=1))


class TestAssign:
    def test_gives_the_case_to_a_person_and_a_team(self, case, dora, nora, later):
        team = Team.objects.get(code="customer-care-2")
        changed = assign(case, by=dora, at=later(minutes=1), owner=nora, team=team)
        assert (changed.owner, changed.team, changed.status) == (nora, team, "new")
        assert sentence(changed.events.get(kind="assigned")) == "Dora Dispatch gave the case to Nora Night"

    def test_to_a_customer_is_refused(self, case, dora, alice, later):
        with pytest.raises(CannotOwn):
            assign(case, by=dora, at=later(minutes=1), owner=alice)

    def test_to_someone_who_left_is_refused(self, case, dora, nora, later):
        nora.is_active = False
        nora.save(update_fields=["is_active"])
        with pytest.raises(CannotOwn):
            assign(case, by=dora, at=later(minutes=1), owner=nora)


class TestHandToDevelopment:
    def test_keeps_the_clocks_running(self, case, carl, later):
        changed = hand_to_development(case, by=carl, at=later(minutes=1), body="Null pointer in save.")
        assert changed.status == "development"
        assert changed.notes.get().body == "Null pointer in save."
        assert changed.commitments.get(metric="resolution").state == "running"


class TestAwaitRelease:
    def test_names_the_release(self, case, carl, later):
        release = Release.objects.create(product=case.product, version="2027.6", released_on=date(2027, 6, 21))
        changed = await_release(case, by=carl, at=later(minutes=1), release=release)
        assert (changed.status, changed.fixed_in) == ("awaiting_release", release)
        assert sentence(changed.events.get(kind="release_awaited")).endswith("the fix comes with Changepoint 2027.6")

    def test_that_cannot_bring_the_fix_is_refused(self, case, carl, at, later):
        """Out already (on its day once the desk has opened), withdrawn, or no newer than what the customer runs."""
        runs = case.release
        days = {"out": date(2027, 6, 7), "today": date(2027, 6, 8), "withdrawn": date(2027, 7, 1)}
        for version, day in days.items():
            release = Release.objects.create(
                product=case.product, version=version, released_on=day, is_withdrawn=version == "withdrawn"
            )
            with pytest.raises(NotToCome, match="withdrawn" if version == "withdrawn" else "out already"):
                await_release(case, by=carl, at=later(minutes=1), release=release)
        Release.objects.filter(pk=runs.pk).update(released_on=date(2027, 7, 30))
        release = Release.objects.create(product=case.product, version="older", released_on=date(2027, 7, 29))
        with pytest.raises(NotToCome, match=r"runs Changepoint 2027\.5"):
            await_release(case, by=carl, at=later(minutes=1), release=release)
        assert not case.events.filter(kind="release_awaited").exists()

    def test_of_today_is_to_come_until_the_desk_opens(self, case, carl):
        early = datetime(2027, 6, 9, 6, 59, tzinfo=UTC)  # 01:59 in Chicago; Changepoint's desk opens at 02:00
        release = Release.objects.create(product=case.product, version="2027.6", released_on=date(2027, 6, 9))
        assert await_release(case, by=carl, at=early, release=release).fixed_in == release

    def test_of_another_product_is_refused(self, case, carl, later):
        release = Release.objects.exclude(product=case.product).first()
        with pytest.raises(OtherProduct):
            await_release(case, by=carl, at=later(minutes=1), release=release)
        case.refresh_from_db()
        assert (case.status, case.fixed_in) == ("new", None)


class TestResumeWork:
    def test_ends_the_wait_for_the_customer(self, case, carl, later):
        ask_customer(case, by=carl, at=later(minutes=1), body="Which?")
        changed = resume_work(case, by=carl, at=later(minutes=31))
        assert changed.status == "in_progress"
        assert changed.commitments.get(metric="resolution").paused_seconds == 1800

    def test_of_a_new_case_is_refused(self, case, carl, later):
        with pytest.raises(IllegalMove):
            resume_work(case, by=carl, at=later(minutes=1))
