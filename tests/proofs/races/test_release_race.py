"""Two sweeps at once, and a person beside them: each waiting case gets its release as the solution once."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from cases.jobs import release_fixes
from cases.lifecycle import await_release, resume_work
from cases.models import Case, Event, OutboxMail
from cases.statuses import IllegalMove
from products.models import Product, Release
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)

OUT = datetime(2027, 6, 22, 15, 0, tzinfo=UTC)
CASES = 12


@pytest.fixture
def waiting(alice, nora, open_case, later):
    product = Product.objects.get(code="changepoint")
    release = Release.objects.create(product=product, version="2027.6", released_on=date(2027, 6, 21))
    return [
        await_release(open_case(alice), by=nora, at=later(minutes=minute), release=release) for minute in range(CASES)
    ]


class TestTwoSweepsAtOnce:
    def test_solve_each_case_once(self, waiting):
        at_once(*[lambda: release_fixes.sweep(OUT)] * 2)
        release_fixes.sweep(OUT)  # what one of them skipped because the other held it
        assert set(Case.objects.values_list("status", flat=True)) == {"solution_provided"}
        assert Event.objects.filter(kind="fix_released").count() == CASES
        assert OutboxMail.objects.filter(notice="fix_released").count() == CASES

    def test_leave_alone_what_somebody_takes_up_meanwhile(self, waiting, nora):
        def resume() -> None:
            for case in reversed(waiting):
                with suppress(IllegalMove):
                    resume_work(case, by=nora, at=OUT)

        at_once(lambda: release_fixes.sweep(OUT), resume)
        # Whoever came first, each case was solved at most once, and ends where its last event says.
        for case in Case.objects.all():
            assert case.events.filter(kind="fix_released").count() <= 1
            assert case.status == case.events.latest("pk").status == "in_progress"
