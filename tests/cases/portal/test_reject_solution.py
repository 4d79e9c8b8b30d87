"""Rejecting a solution in the portal."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cases.portal.conftest import read


def address(case):
    return f"/cases/{case.number}/reject-solution/"


class TestRejectSolution:
    def test_takes_the_case_back_into_work(self, here, solved, clock):
        clock.later(minutes=5)
        picture = SimpleUploadedFile("still.png", b"\x89PNG\r\n\x1a\n")
        page = read(here.post(address(solved), {"reason": "Still fails", "files": picture}, follow=True))
        solved.refresh_from_db()
        assert solved.status == "in_progress"
        assert "We have taken the case back into work." in page
        assert "Still fails" in page
        assert solved.attachments.get().name == "still.png"

    def test_wants_a_reason(self, here, solved):
        response = here.post(address(solved), {"reason": ""})
        assert response.status_code == 422
        assert '<details id="reject-solution" open' in read(response)
        solved.refresh_from_db()
        assert solved.status == "solution_provided"

    def test_keeps_the_reason_where_there_is_no_solution(self, here, case):
        response = here.post(address(case), {"reason": "Still fails"})
        assert response.status_code == 422
        assert "Still fails" in read(response)
        assert "This cannot be done while the case is “New”." in read(response)

    def test_is_not_there_for_strangers(self, signed_in, eve, solved):
        assert signed_in(eve).post(address(solved), {"reason": "No"}).status_code == 404
        solved.refresh_from_db()
        assert solved.status == "solution_provided"
