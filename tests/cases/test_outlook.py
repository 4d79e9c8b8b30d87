"""Promised times in words, as they stand on a case."""

from cases import lifecycle, outlook


def told(case, at):
    case.refresh_from_db()
    return {line.label: line for line in outlook.lines(case, case.commitments.all(), at=at)}


class TestLines:
    def test_tells_what_is_words_only_in_place_of_a_time(self, alice, open_case, at):
        line = told(open_case(alice, severity="moderate"), at)["Solution"]
        assert line.due_at is None
        assert line.words == "in a later update, as both sides agree"

    def test_tells_on_what_a_promise_depends(self, case, at):
        assert told(case, at)["Service restored"].words == "if no change of code is needed"

    def test_is_late_as_soon_as_the_time_is_over(self, case, later):
        assert not told(case, later(minutes=60))["First answer"].is_late
        assert told(case, later(minutes=60, seconds=1))["First answer"].is_late

    def test_keeps_of_many_status_updates_the_current_one(self, eve, open_case, carl, later):
        case = open_case(eve, severity="critical")
        lifecycle.reply(case, by=carl, at=later(hours=13), body="Still at it")
        lines = told(case, later(hours=13))
        assert lines["Status update"].is_running
        missed = outlook.missed(case.commitments.all(), lines.values())
        assert [clock.metric for clock in missed] == ["status_update", "status_update"]

    def test_tells_nothing_where_nothing_is_promised(self, alice, open_case, at):
        assert told(open_case(alice, type="functional"), at) == {}
