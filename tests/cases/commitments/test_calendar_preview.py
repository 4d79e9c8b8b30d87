"""Which clocks other hours would move: told beforehand, exactly as the sweep does it afterwards."""

import json

import pgtrigger
import pytest
from django.urls import reverse

from cases.commitments import calendar_preview
from cases.jobs import commitments
from cases.lifecycle import ask_customer, reply
from cases.models import Commitment
from sla import compiled, editing
from sla.models import Calendar, CalendarVersion, MatrixRow

pytestmark = pytest.mark.django_db
SHORT = {str(day): [["10:30", "12:00"]] for day in range(5)}


def edit(calendar, at, week=SHORT, closed=()):
    CalendarVersion.objects.filter(calendar=calendar).update(week=week)
    editing.close(calendar, dict.fromkeys(closed, ""), at=at, by="Mona")


@pytest.fixture
def desk(reference):
    """The calendar of Changepoint."""
    return Calendar.objects.get(code="changepoint")


@pytest.fixture
def shorter(desk):
    """The hours of that calendar, were they shorter."""
    stated = editing.statement(desk)
    return {**stated, "versions": [{"from": None, "week": SHORT}]}


@pytest.fixture
def lives(alice, bob, carl, open_case, at, later):
    """Cases on that calendar: fresh, answered, waiting for the customer, with a missed clock; and one on another."""
    cases = [open_case(alice, severity=severity) for severity in ("critical", "major", "moderate", "minor")]
    cases += [open_case(alice, at=later(minutes=-90)) for _number in range(2)]
    reply(cases[1], by=carl, at=later(minutes=3), body="Hello")
    ask_customer(cases[4], by=carl, at=later(minutes=4), body="Which?")
    cases.append(open_case(alice, product="daptiv"))
    commitments.sweep(later(minutes=10))
    return cases


def moves(user, calendar, definition, at, **more):
    calendar.refresh_from_db()
    return calendar_preview.moves(user, calendar, compiled.hours(definition), at=at, **more)


class TestMoves:
    def test_are_those_that_the_sweep_makes(self, mona, desk, shorter, lives, later):
        told = moves(mona, desk, shorter, later(minutes=20))
        before = dict(Commitment.objects.values_list("pk", "due_at"))
        edit(desk, later(minutes=20))
        commitments.sweep(later(minutes=20))
        rows = Commitment.objects.filter(breached_at__isnull=True)
        moved = {
            (row.case_id, row.metric, before[row.pk], row.due_at)
            for row in rows
            if row.pk in before and before[row.pk] != row.due_at
        }
        assert {(move.case_id, move.metric, move.due_at, move.due_then) for move in told.first} == moved
        assert told.moving == len(told.first) == len(moved) > 8
        assert told.running >= told.moving

    def test_follow_an_edition_that_the_sweep_has_yet_to_reach(self, mona, desk, shorter, lives, later):
        edit(desk, later(minutes=12), week={str(day): [["02:00", "13:00"]] for day in range(5)})
        told = moves(mona, desk, shorter, later(minutes=20))
        edit(desk, later(minutes=20))
        commitments.sweep(later(minutes=20))
        then = {(row.case_id, row.metric): row.due_at for row in Commitment.objects.filter(breached_at__isnull=True)}
        assert told.moving > 8
        assert all(then[move.case_id, move.metric] == move.due_then for move in told.first)

    def test_come_soonest_first_and_are_counted_beyond_those_shown(self, mona, desk, shorter, lives, later):
        told = moves(mona, desk, shorter, later(minutes=20), most=3)
        assert len(told.first) == 3
        assert told.moving > 3
        all_of_them = moves(mona, desk, shorter, later(minutes=20)).first
        assert list(told.first) == sorted(all_of_them, key=lambda move: (move.due_at, move.case_id))[:3]

    def test_are_none_for_the_same_hours(self, mona, desk, lives, later):
        told = moves(mona, desk, editing.statement(desk), later(minutes=20))
        assert (told.moving, told.first) == (0, ())
        assert told.running > 8

    def test_leave_out_what_is_promised_for_a_date_or_in_elapsed_time(self, mona, desk, shorter, case, later):
        Commitment.objects.filter(metric="resolution").update(is_dated=True)
        case.commitments.filter(metric="restoration").update(metric="root_cause")
        told = moves(mona, desk, shorter, later(minutes=20))
        assert (told.running, [move.metric for move in told.first]) == (1, ["response"])

    def test_leave_out_targets_in_elapsed_time_whatever_they_promise(
        self, mona, desk, shorter, open_case, alice, later
    ):
        with pgtrigger.ignore("sla.MatrixRow:targets_in_force_stay"):
            MatrixRow.objects.filter(kind="own", severity=2, metric="response").update(clock="elapsed")
        compiled.forget()
        open_case(alice)
        told = moves(mona, desk, shorter, later(minutes=20))
        assert "response" not in {move.metric for move in told.first}
        assert told.moving == 2

    def test_say_never_where_the_hours_never_come(self, mona, desk, case, later):
        stated = editing.statement(desk)
        never = {**stated, "versions": [{"from": None, "week": {}}]}
        assert {move.due_then for move in moves(mona, desk, never, later(minutes=20)).first} == {None}

    def test_are_of_cases_that_the_reader_may_see(self, desk, shorter, case, eve, carl, later):
        assert moves(carl, desk, shorter, later(minutes=20)).running == 3
        assert moves(eve, desk, shorter, later(minutes=20)).running == 0

    def test_need_two_queries(self, mona, desk, shorter, lives, later, django_assert_num_queries):
        moves(mona, desk, shorter, later(minutes=20))
        with django_assert_num_queries(2):
            calendar_preview.moves(mona, desk, compiled.hours(shorter), at=later(minutes=20))


class TestPage:
    address = staticmethod(lambda: reverse("desk:moving_clocks"))

    @pytest.fixture
    def sent(self, desk, shorter):
        return {"calendar": desk.pk, "definition": json.dumps(shorter)}

    @pytest.fixture(autouse=True)
    def _now(self, monkeypatch, later):
        monkeypatch.setattr("django.utils.timezone.now", lambda: later(minutes=20))

    def test_lists_the_clocks_with_their_times(self, mona, signed_in, case, sent):
        response = signed_in(mona).post(self.address(), sent)
        page = response.content.decode()
        assert response.status_code == 200
        assert "<html" in page
        assert reverse("desk:case", args=[case.number]) in page
        assert "3</strong> clocks would be due at another time" in page
        assert "Tue 8 Jun, 16:00" in page  # due now, in the reader's zone

    def test_is_a_part_of_the_preview_for_htmx(self, mona, signed_in, case, sent):
        page = signed_in(mona).post(self.address(), sent, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
        assert case.number in page

    @pytest.mark.parametrize(
        "definition", ["", "nonsense", "[]", "{}", "null", '{"zone": "Mars", "round_the_clock": false}', "7"]
    )
    def test_says_so_where_the_hours_cannot_be_read(self, mona, signed_in, sent, definition):
        response = signed_in(mona).post(self.address(), sent | {"definition": definition})
        assert response.status_code == 422
        assert "It cannot be said which clocks would move" in response.content.decode()

    def test_is_not_there_for_those_who_may_not_change_calendars(self, alice, carl, dora, signed_in, case, sent):
        for user in (alice, carl, dora):
            assert signed_in(user).post(self.address(), sent).status_code == 404

    def test_changes_nothing(self, mona, signed_in, case, sent):
        before = list(Commitment.objects.order_by("pk").values())
        signed_in(mona).post(self.address(), sent)
        assert list(Commitment.objects.order_by("pk").values()) == before
        assert Calendar.objects.get(code="changepoint").revision == 1
