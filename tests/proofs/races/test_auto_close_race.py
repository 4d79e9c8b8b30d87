"""A customer's word against the closing in silence, and two sweeps at once, on real rows: no case closed over a word.

The same checker is shown a closing that looks before it locks.
"""

from collections import Counter
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest
from django.db import IntegrityError
from django.db.models import F

from cases import auto_close
from cases.jobs import auto_close as silence
from cases.lifecycle import auto_close as steps
from cases.lifecycle import keep_open, provide_solution, reject_solution, reply
from cases.lifecycle.auto_close import Steps
from cases.models import Case, Event, OutboxMail
from cases.statuses import IllegalMove
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = (
    lambda case, by, at: reply(case, by=by, at=at, body="Wait, it is back."),
    lambda case, by, at: reject_solution(case, by=by, at=at, reason="It is back."),
    lambda case, by, at: keep_open(case, by=by, at=at),
)
SPOKEN = ("answered", "solution_rejected", "kept_open")


@pytest.fixture
def silent(alice, carl, open_case, later):
    """`silent(n)`: cases that close in silence at the instant that comes with them, their reminders sent."""

    def make(count: int) -> tuple[list[Case], datetime]:
        cases = [open_case(alice, subject=f"Silent {number}") for number in range(count)]
        for case in cases:
            solved = provide_solution(case, by=carl, at=later(hours=1), body="Reload.")
        for _attempt in range(2):
            silence.sweep(Case.objects.get(pk=solved.pk).countdown_at)
            OutboxMail.objects.filter(notice="contact_attempt").update(state="sent", sent_at=F("due_at"))
        return cases, Case.objects.get(pk=solved.pk).countdown_at

    return make


def problems(cases: list[Case]) -> list[str]:
    """Say which of these were closed over a word, or more than once: the checker."""
    found = []
    for case in Case.objects.filter(pk__in=[case.pk for case in cases]):
        kinds = Counter(Event.objects.filter(case=case).values_list("kind", flat=True))
        spoke = sum(kinds[kind] for kind in SPOKEN)
        if kinds["closed_in_silence"] + spoke != 1 or case.is_closed is bool(spoke):
            found.append(f"{case.number}: {case.status}, {dict(kinds)}")
    return found


def race(cases: list[Case], alice, at: datetime) -> Counter[str]:
    """Let the customer speak in each case at the very moment at which it is to close; return what came of it."""
    outcome: Counter[str] = Counter()
    for turn, case in enumerate(cases):
        word = WORDS[turn % len(WORDS)]
        swept, said = at_once(
            lambda case=case: steps.go_on([case.pk], at=at),
            lambda case=case, word=word: word(case, alice, at - timedelta(seconds=1)),
        )
        if isinstance(swept, IntegrityError):
            outcome["stopped by the database alone"] += 1
            continue
        assert isinstance(swept, Steps), swept
        assert isinstance(said, Case | IllegalMove), said
        outcome["closed" if isinstance(said, IllegalMove) else "spoken"] += 1
    return outcome


class TestAWordAgainstTheClosing:
    @pytest.mark.rotating(3)
    def test_leaves_no_case_closed_over_it(self, silent, alice, times, deadlocks) -> None:
        cases, at = silent(times(60))
        outcome = race(cases, alice, at)
        silence.sweep(at + timedelta(days=1))
        assert problems(cases) == []
        assert outcome["closed"] + outcome["spoken"] == len(cases)

    def test_is_lost_by_a_closing_that_looks_before_it_locks(self, silent, alice, monkeypatch) -> None:
        def look_only(ids, at, *, skip_locked):
            cases = list(auto_close.due(at).filter(pk__in=list(ids)).prefetch_related("calendar", "closing_rule"))
            end = monotonic() + 3  # the word comes now
            while monotonic() < end and not Event.objects.filter(case__in=ids, kind__in=SPOKEN).exists():
                sleep(0.01)
            return [steps._Silence(case, 2, False) for case in cases]

        monkeypatch.setattr(steps, "_look", look_only)
        cases, at = silent(6)
        outcome = race(cases, alice, at)
        assert problems(cases) or outcome["stopped by the database alone"]


class TestTwoSweepsAtOnce:
    def test_do_what_one_would_have_done(self, silent) -> None:
        cases, at = silent(30)
        results = at_once(lambda: silence.sweep(at), lambda: silence.sweep(at))
        assert [result for result in results if not isinstance(result, Steps)] == []
        silence.sweep(at)
        assert problems(cases) == []
        told = OutboxMail.objects.filter(notice="contact_attempt").values_list("case", flat=True)
        assert set(Counter(told).values()) == {2}
        assert OutboxMail.objects.filter(notice="closed").count() == len(cases)
