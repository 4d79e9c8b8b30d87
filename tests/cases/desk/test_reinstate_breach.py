"""Letting a missed commitment count again."""

from cases import lifecycle
from tests.cases.desk.conftest import last, read, to
from tests.cases.desk.test_void_breach import breach, of, there  # noqa: F401  fixtures


class TestReinstateBreach:
    def test_counts_again(self, there, case, breach, mona, clock):  # noqa: F811
        lifecycle.void_breach(case, by=mona, at=clock.later(minutes=1), breach=breach, because="The line was down.")
        words = {"because": "It was not."}
        response = there.post(of(breach, "reinstate_breach"), words, follow=True)
        assert "The missed commitment counts again." in read(response)
        breach.refresh_from_db()
        assert breach.voided_at is None
        assert last(case).kind == "breach_reinstated"
        assert of(breach) in read(response)

    def test_is_refused_where_no_manager_voided_it(self, there, case, breach):  # noqa: F811
        response = there.post(of(breach, "reinstate_breach"), {"because": "So."})
        assert "No manager has voided this missed commitment." in read(response)

    def test_is_not_offered_where_a_condition_voided_it(self, there, case, nora, clock):  # noqa: F811
        lifecycle.reply(case, by=nora, at=clock.later(hours=3), body="Late.")
        late = case.breaches.get(metric="restoration")
        lifecycle.judge_code_change(case, by=nora, at=clock.later(minutes=1), required=True, because="In the trace.")
        page = read(there.get(to("case", case)))
        assert "Counts no more: In the trace." in page
        assert of(late, "reinstate_breach") not in page
        assert of(late) not in page
