"""Saying whether a problem of code was found."""

import pytest

from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def there(signed_in, nora):
    """Nora's browser: a consultant of level II, who may judge."""
    return signed_in(nora)


class TestJudgeCodeProblem:
    def test_voids_the_solution_of_a_defect_in_what_we_run(self, there, case):
        there.post(to("classify", case), {"type": "defect", "kind": "other"})
        words = {"identified": "yes", "because": "It is in our own code."}
        response = there.post(to("judge_code_problem", case), words, follow=True)
        assert "It is noted, and the solution follows it." in read(response)
        assert (fresh(case).code_problem_identified, last(case).kind) == (True, "code_problem_judged")
        assert case.commitments.get(metric="resolution").state == "void"

    def test_says_that_such_a_case_is_one_of_our_software(self, there, case):
        assert "classify it" in read(there.get(to("judge_code_problem", case)))

    def test_is_not_for_a_consultant_of_the_first_level(self, here, case):
        response = here.post(to("judge_code_problem", case), {"identified": "yes", "because": "So."})
        assert "You may not do this to this case." in read(response)
        assert fresh(case).code_problem_identified is None
