"""release_fix and the sweep that does it: the day of the release has come for the desk of the case."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases import releases
from cases.events import sentence, timeline
from cases.jobs import release_fixes
from cases.jobs import sweep as sweeping
from cases.lifecycle import accept_solution, await_release, provide_solution, reject_solution, release_fix, resume_work
from cases.lifecycle.releases import NotReleased, OutBeforeTheFix
from cases.models import Case, Event, OutboxMail, ReleaseNotice
from cases.models.event import SolutionWay
from cases.notifications import compose as notifications
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from products.models import Product, Release
from sla import editing
from sla.models import Calendar

pytestmark = pytest.mark.django_db

CENTRAL = ZoneInfo("America/Chicago")


def central(text: str) -> datetime:
    """ "2027-06-21 02:00" in Chicago."""
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


@pytest.fixture
def release(reference):
    """Changepoint 2027.6, on Sunday 20 June 2027: its desk opens again on Monday at 02:00 in Chicago."""
    product = Product.objects.get(code="changepoint")
    return Release.objects.create(product=product, version="2027.6", released_on=date(2027, 6, 20))


@pytest.fixture
def waiting(alice, nora, open_case, release, later):
    case = open_case(alice)
    return await_release(case, by=nora, at=later(hours=1), release=release)


def now(case):
    return Case.objects.get(pk=case.pk)


OPENING = central("2027-06-21 02:00")
MOMENT = timedelta(seconds=1)


class TestReleaseFix:
    def test_provides_the_release_as_the_solution_by_the_house(self, waiting, alice, release):
        solved = release_fix(waiting, at=OPENING)
        assert (solved.status, solved.solution_provided_at, solved.fixed_in) == ("solution_provided", OPENING, release)
        event = solved.events.get(kind="fix_released")
        assert (event.kind, event.actor, event.data["way"]) == ("fix_released", None, SolutionWay.RELEASE)
        assert sentence(event) == "Customer Care provided a solution: Changepoint 2027.6 is out and fixes it"
        assert solved.countdown_from == OPENING
        assert solved.commitments.get(metric="resolution").stopped_at == OPENING

    def test_tells_the_customer_in_their_language(self, eve, nora, open_case, release, later):
        Release.objects.filter(pk=release.pk).update(notes_url="https://notes.example/2027.6")
        case = await_release(open_case(eve), by=nora, at=later(hours=1), release=release)
        said = release_fix(case, at=OPENING).events.get(kind="fix_released").data["words"]
        assert said.startswith("Changepoint 2027.6 est sortie le 20 juin 2027.")
        assert said.endswith("https://notes.example/2027.6")
        written = notifications.compose(OutboxMail.objects.get(notice="fix_released"))
        assert (written.to[0].endswith("<eve@example.com>"), said.splitlines()[0] in written.body) == (True, True)
        assert "2027.6" in written.alternatives[0][0]

    def test_says_nothing_of_notes_where_there_are_none(self, waiting, release):
        Product.objects.filter(pk=release.product_id).update(release_notes_url="")
        said = release_fix(waiting, at=OPENING).events.get(kind="fix_released").data["words"]
        assert "What is new" not in said
        assert "{" not in said

    def test_says_what_a_manager_wrote(self, waiting):
        ReleaseNotice.objects.update(text_en="{version}! {unknown} 100 % {0}", notes_en="")
        assert (
            release_fix(waiting, at=OPENING).events.get(kind="fix_released").data["words"]
            == "2027.6! {unknown} 100 % {0}"
        )

    def test_stands_on_the_customers_page_with_its_two_answers(self, waiting, alice, signed_in):
        release_fix(waiting, at=OPENING)
        page = signed_in(alice).get(reverse("portal:case", args=[waiting.number])).content.decode()
        assert page.count("It contains the correction for this case") == 2  # above, and in the timeline
        assert reverse("portal:accept_solution", args=[waiting.number]) in page
        assert "We have given you a solution." in page

    def test_can_be_accepted_and_rejected(self, waiting, alice, nora):
        release_fix(waiting, at=OPENING)
        again = reject_solution(waiting, by=alice, at=OPENING + MOMENT, reason="Still broken.")
        assert again.status == "in_progress"
        provide_solution(again, by=nora, at=OPENING + 2 * MOMENT, body="Try.")
        assert accept_solution(again, by=alice, at=OPENING + 3 * MOMENT).is_closed

    def test_is_the_houses_alone(self, waiting, carl, mona, alice):
        for person in (carl, mona, alice):
            with pytest.raises(NotAllowed):
                release_fix(waiting, by=person, at=OPENING)

    def test_is_refused_before_the_desk_opens_on_the_day(self, waiting):
        with pytest.raises(NotReleased):
            release_fix(waiting, at=OPENING - MOMENT)

    def test_is_refused_for_a_case_that_waits_for_none(self, waiting, nora):
        resume_work(waiting, by=nora, at=OPENING - MOMENT)
        with pytest.raises(IllegalMove):
            release_fix(waiting, at=OPENING)

    def test_is_refused_for_a_release_that_was_withdrawn_or_moved(self, waiting, release):
        for change in ({"is_withdrawn": True}, {"is_withdrawn": False, "released_on": date(2027, 6, 22)}):
            Release.objects.filter(pk=release.pk).update(**change)
            with pytest.raises(NotReleased):
                release_fix(waiting, at=OPENING)


class TestAReleaseThatWasOutBefore:
    """Its day was moved to before the case began to wait: it was made without the fix."""

    @pytest.fixture
    def moved(self, waiting, release):
        Release.objects.filter(pk=release.pk).update(released_on=date(2027, 6, 8))
        return waiting

    def test_solves_nothing_and_tells_nobody(self, moved, at):
        with pytest.raises(OutBeforeTheFix):
            release_fix(moved, at=OPENING)
        assert [release_fixes.sweep(at + timedelta(days=days)) for days in (0, 1, 30)] == [0, 0, 0]
        assert now(moved).status == "awaiting_release"
        assert not OutboxMail.objects.filter(notice="fix_released").exists()

    def test_solves_those_that_waited_before_it_came(self, moved, alice, nora, open_case, release):
        early = open_case(alice, at=central("2027-06-01 10:00"))
        Release.objects.filter(pk=release.pk).update(released_on=date(2027, 6, 20))
        await_release(early, by=nora, at=central("2027-06-01 11:00"), release=release)
        Release.objects.filter(pk=release.pk).update(released_on=date(2027, 6, 8))
        assert release_fixes.sweep(OPENING) == 1
        assert (now(early).status, now(moved).status) == ("solution_provided", "awaiting_release")

    def test_stands_at_the_desk_and_in_the_back_office_until_somebody_looks(
        self, moved, carl, mona, signed_in, release
    ):
        listed = signed_in(carl).get(reverse("desk:releases")).content.decode()
        assert "was out before this case began to wait" in listed
        page = signed_in(mona).get(reverse("admin:products_release_change", args=[release.pk])).content.decode()
        assert "1 case began to wait for it after it was out, and is not solved by it" in page


class TestOutAt:
    def test_is_the_opening_on_the_day_itself(self, reference):
        calendar = Calendar.objects.get(code="changepoint")
        assert releases.out_at(calendar, date(2027, 6, 21)) == OPENING

    def test_is_the_next_opening_after_a_weekend_or_a_closed_date(self, reference, at):
        calendar = Calendar.objects.get(code="changepoint")
        editing.close(calendar, {date(2027, 6, 21): "Juneteenth"}, at=at, by="Mona")
        assert releases.out_at(calendar, date(2027, 6, 19)) == central("2027-06-22 02:00")

    def test_is_midnight_round_the_clock(self, reference):
        calendar = Calendar.objects.get(round_the_clock=True)
        assert releases.out_at(calendar, date(2027, 6, 20)) == datetime(2027, 6, 20, tzinfo=UTC)


class TestSweep:
    def test_solves_what_is_out_once(self, waiting):
        assert [release_fixes.sweep(at) for at in (OPENING - MOMENT, OPENING, OPENING, OPENING + MOMENT)] == [
            0,
            1,
            0,
            0,
        ]
        assert Event.objects.filter(kind="fix_released").count() == 1
        assert OutboxMail.objects.filter(notice="fix_released").count() == 1

    def test_is_part_of_the_pass_of_each_minute(self, waiting, sink, alice):
        swept = sweeping.sweep(OPENING)
        assert swept is not None
        assert swept.fixes == 1
        assert "Changepoint 2027.6" in sink.to(alice.email)[-1].part("plain")

    def test_goes_by_the_desk_of_each_case(self, waiting, eve, nora, open_case, release, later):
        """Projectplace in Europe opens seven hours before it does in the Americas."""
        product = Product.objects.get(code="projectplace")
        theirs = Release.objects.create(product=product, version="1", released_on=date(2027, 6, 21))
        case = await_release(open_case(eve, product="projectplace"), by=nora, at=later(hours=1), release=theirs)
        out = releases.out_at(case.calendar, theirs.released_on)
        assert release_fixes.sweep(out - MOMENT) + release_fixes.sweep(out) == 1 + (out >= OPENING)
        assert now(case).status == "solution_provided"

    def test_honours_a_day_that_was_moved_and_a_release_that_was_withdrawn(self, waiting, release):
        Release.objects.filter(pk=release.pk).update(released_on=date(2027, 6, 23))
        assert release_fixes.sweep(OPENING) == 0
        Release.objects.filter(pk=release.pk).update(is_withdrawn=True)
        assert release_fixes.sweep(OPENING + timedelta(days=9)) == 0
        Release.objects.filter(pk=release.pk).update(is_withdrawn=False)
        assert release_fixes.sweep(central("2027-06-23 02:00")) == 1

    def test_goes_on_where_it_broke_off(self, waiting, alice, nora, open_case, release, later, monkeypatch):
        others = [await_release(open_case(alice), by=nora, at=later(hours=2), release=release) for _ in range(3)]
        assert release_fixes.sweep(OPENING, most=2) == 2
        real, failing = release_fixes.release_fix, others[-1].pk

        def fails(case, **options):
            if case.pk == failing:
                raise RuntimeError("the line was cut")
            return real(case, **options)

        monkeypatch.setattr(release_fixes, "release_fix", fails)
        assert release_fixes.sweep(OPENING) == 1
        monkeypatch.setattr(release_fixes, "release_fix", real)
        assert [release_fixes.sweep(OPENING), release_fixes.sweep(OPENING)] == [1, 0]

    def test_finds_what_is_due_by_the_partial_index(self, waiting):
        with CaptureQueriesContext(connection) as captured:
            assert release_fixes.sweep(OPENING - timedelta(days=5)) == 0
        assert len(captured) == 1
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            # Of a table as small as this one any index costs as little.
            cursor.execute("DROP INDEX case_queue, case_team_queue, case_owner_queue")
            cursor.execute("EXPLAIN " + captured[0]["sql"].replace("%", "%%"), [])
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "case_awaits_release" in plan


class TestSentences:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_name_the_way_of_a_solution(self, case, carl, alice, later, language):
        said = set()
        for minute, way in enumerate(SolutionWay, start=1):
            provide_solution(case, by=carl, at=later(minutes=2 * minute), body="So.", way=way)
            with translation.override(language):
                said.add(sentence(case.events.latest("pk")))
            reject_solution(case, by=alice, at=later(minutes=2 * minute + 1), reason="No.")
        assert len(said) == 4
        assert all("%" not in words and ("provided a solution" in words) == (language == "en") for words in said)

    def test_stand_beside_the_words(self, case, carl, alice, later):
        provide_solution(case, by=carl, at=later(minutes=1), body="Reload.", way="answer")
        last = timeline.build(case, alice)[-1]
        assert last.words == "Carl Care provided a solution: an answer to the question"
