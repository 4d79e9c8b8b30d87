"""Saying whether a change of code is needed."""

import pytest

from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def there(signed_in, nora):
    """Nora's browser: a consultant of level II, who may judge."""
    return signed_in(nora)


class TestJudgeCodeChange:
    def test_voids_the_restoration_and_binds_it_again(self, there, case):
        words = {"required": "yes", "because": "canary: found in the trace"}
        response = there.post(to("judge_code_change", case), words, follow=True)
        assert "It is noted, and the restoration follows it." in read(response)
        assert (fresh(case).code_change_required, last(case).kind) == (True, "code_change_judged")
        assert case.commitments.get(metric="restoration").state == "void"
        assert "cc-clock-void" in read(response)
        there.post(to("judge_code_change", case), {"required": "no", "because": "A setting does it."})
        assert case.commitments.get(metric="restoration").state == "running"

    def test_takes_not_known_for_an_answer(self, there, case):
        there.post(to("judge_code_change", case), {"required": "no", "because": "A setting."})
        there.post(to("judge_code_change", case), {"required": "unknown", "because": "Not so sure."})
        assert fresh(case).code_change_required is None

    def test_shows_what_is_known_and_what_each_answer_does(self, there, case):
        page = read(there.get(to("judge_code_change", case)))
        assert "“Service restored” is void" in page
        assert "checked" in page.split('value="unknown"')[1][:120]

    def test_is_told_to_our_own_people_alone(self, there, signed_in, alice, case):
        there.post(to("judge_code_change", case), {"required": "yes", "because": "canary"})
        assert "canary" in read(there.get(to("case", case)))
        assert "canary" not in read(signed_in(alice).get(f"/cases/{case.number}/"))

    @pytest.mark.parametrize("answer", ["", "maybe", "True"])
    def test_wants_one_of_the_answers(self, there, case, answer):
        assert there.post(to("judge_code_change", case), {"required": answer, "because": "So."}).status_code == 422
        assert fresh(case).events.count() == 1
