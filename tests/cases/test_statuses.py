"""The table of statuses is whole: every move leads somewhere that exists, from somewhere that allows it."""

import pytest

from cases import permissions, statuses
from cases.events import KINDS
from config.look import icons
from sla.clocks import Category


class TestTable:
    def test_moves_lead_to_rows_of_the_table(self):
        for row in statuses.STATUSES.values():
            assert {target for target in row.moves.values() if target} <= set(statuses.STATUSES)

    def test_every_verb_has_a_rule_of_who_may(self):
        verbs = {verb for row in statuses.STATUSES.values() for verb in row.moves}
        assert verbs | {"open_case"} == set(permissions.MAY)

    def test_every_status_can_be_reached_and_left(self):
        reached = {target for row in statuses.STATUSES.values() for target in row.moves.values()} | {statuses.NEW}
        assert reached >= set(statuses.STATUSES)
        assert all(any(row.moves.values()) for row in statuses.STATUSES.values())

    def test_only_a_reopening_leaves_closed(self):
        moves = {verb for verb, target in statuses.STATUSES["closed"].moves.items() if target}
        assert moves == {"reopen"}

    def test_solved_is_reached_by_a_solution_or_a_release_that_brings_it(self):
        rows = [row for row in statuses.STATUSES.values() if not row.has_solution]
        into = {verb for row in rows for verb, to in row.moves.items() if to in statuses.SOLVED}
        assert into == {"provide_solution", "release_fix"}

    def test_waiting_is_the_only_category_in_which_the_customer_is_awaited_before_a_solution(self):
        for row in statuses.STATUSES.values():
            if row.is_open:
                assert (row.awaited == "customer") == (row.category == Category.WAITING)


class TestMove:
    @pytest.mark.parametrize("verb", ["reply", "accept_solution", "close", "ask_customer"])
    def test_refuses_what_a_closed_case_does_not_allow(self, verb):
        with pytest.raises(statuses.IllegalMove, match="Closed"):
            statuses.move("closed", verb)

    def test_stays_where_nothing_changes(self):
        assert statuses.move("waiting", "note") == "waiting"


class TestKinds:
    def test_are_told_with_an_actor_unless_the_clocks_did_it(self):
        for kind in KINDS.values():
            assert ("%(actor)s" in str(kind.sentence)) is not kind.of_clocks, kind.code

    def test_have_an_icon_that_is_drawn(self):
        drawn = set(icons.names())
        assert {kind.icon for kind in KINDS.values()} <= drawn

    def test_of_the_clocks_are_told_by_no_mail_to_the_customer_and_teach_clocks_nothing(self):
        for kind in KINDS.values():
            if kind.of_clocks:
                assert not (kind.notice)
                assert not (kind.answers)
                assert not (kind.reports)
                assert (kind.restores, kind.dates, kind.excuses) == (None, None, None)
