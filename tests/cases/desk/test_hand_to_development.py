"""Handing a case to the developers, and taking the work up again."""

from cases import lifecycle
from cases.models import Note
from tests.cases.desk.conftest import fresh, last, read, to


class TestHandToDevelopment:
    def test_leaves_a_note_for_them(self, here, signed_in, alice, case):
        response = here.post(to("hand_to_development", case), {"body": "Field lost in save()."}, follow=True)
        assert "The case is with the developers." in read(response)
        assert fresh(case).status == "development"
        assert Note.objects.get(case=case).body == "Field lost in save()."
        assert "Field lost" not in read(signed_in(alice).get(f"/cases/{case.number}/"))

    def test_needs_the_note(self, here, case):
        response = here.post(to("hand_to_development", case), {"body": ""})
        assert response.status_code == 422
        assert fresh(case).status == "new"

    def test_keeps_the_note_when_it_is_refused(self, here, case, nora, clock):
        lifecycle.close(case, by=nora, at=clock.later(minutes=1), reason="withdrawn")
        page = read(here.post(to("hand_to_development", case), {"body": "My long note"}))
        assert "My long note</textarea>" in page
        assert "“Closed”" in page


class TestResumeWork:
    def test_takes_it_up_again(self, here, case, carl, clock):
        lifecycle.hand_to_development(case, by=carl, at=clock.later(minutes=1), body="See the log.")
        response = here.post(to("resume_work", case), follow=True)
        assert "The work goes on" in read(response)
        assert fresh(case).status == "in_progress"
        assert last(case).kind == "work_resumed"

    def test_ends_the_wait_for_the_customer(self, here, case, carl, clock):
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which?")
        assert to("resume_work", case) in here.get(to("case", case)).content.decode()
        here.post(to("resume_work", case))
        assert fresh(case).status == "in_progress"

    def test_is_refused_while_it_is_being_worked(self, here, case):
        response = here.post(to("resume_work", case), follow=True)
        assert "This cannot be done while the case is “New”." in read(response)
