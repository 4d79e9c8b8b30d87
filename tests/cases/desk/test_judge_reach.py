"""Saying whether the problem touches the whole system."""

import pytest

from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def there(signed_in, nora):
    """Nora's browser: a consultant of level II, who may judge."""
    return signed_in(nora)


class TestJudgeReach:
    def test_makes_a_root_cause_report_owed(self, there, open_case, eve):
        case = open_case(eve, severity="critical")
        there.post(to("classify", case), {"type": "defect", "kind": "other"})
        words = {"is_system_wide": "yes", "because": "All of them report it."}
        response = there.post(to("judge_reach", case), words, follow=True)
        assert "It is noted, and the root-cause report follows it." in read(response)
        assert (fresh(case).is_system_wide, last(case).kind) == (True, "system_wide_judged")
        assert case.commitments.get(metric="root_cause").state == "running"
        assert to("report_root_cause", case) in read(response)

    def test_refuses_what_is_known_already(self, there, case):
        response = there.post(to("judge_reach", case), {"is_system_wide": "no", "because": "So."})
        assert "That is known already." in read(response)

    def test_knows_no_third_answer(self, there, case):
        assert there.post(to("judge_reach", case), {"is_system_wide": "unknown", "because": "?"}).status_code == 422
