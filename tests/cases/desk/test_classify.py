"""Saying what a case is about, and whose defect it is."""

from cases import lifecycle
from tests.cases.desk.conftest import fresh, last, read, to


class TestClassify:
    def test_says_what_it_is_and_the_clocks_follow(self, here, case):
        response = here.post(to("classify", case), {"type": "defect", "kind": "other"}, follow=True)
        assert "The case is classified." in read(response)
        assert (fresh(case).kind, last(case).kind) == ("other", "classified")
        # A Major defect in what we run has no promised restoration.
        assert case.commitments.get(metric="restoration").state == "cancelled"
        assert "What we run, not our code" in read(response)

    def test_ends_the_clocks_where_the_type_has_no_promised_times(self, here, case):
        here.post(to("classify", case), {"type": "functional", "kind": ""})
        assert fresh(case).exclusion is not None
        assert fresh(case).sla_state == ""

    def test_shows_what_is_known(self, here, case):
        page = read(here.get(to("classify", case)))
        assert 'value="defect" selected' in page
        assert "Counts as a defect of our software until it is known." in page

    def test_proposes_our_software_where_a_problem_of_code_was_found(self, here, case, nora, clock):
        defect = case.type
        lifecycle.classify(case, by=nora, at=clock.later(minutes=1), type=defect, kind="other")
        lifecycle.judge_code_problem(case, by=nora, at=clock.later(minutes=1), identified=True, because="Trace.")
        page = read(here.get(to("classify", case)))
        assert "“Our software” is proposed below" in page
        own = page.split('value="own"')[1][:200]
        assert "checked" in own

    def test_refuses_what_is_no_kind(self, here, case):
        assert here.post(to("classify", case), {"type": "defect", "kind": "theirs"}).status_code == 422
        assert fresh(case).kind == ""
