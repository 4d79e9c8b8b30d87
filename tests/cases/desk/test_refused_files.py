"""Files sent with a form that is refused, as a browser without JavaScript sends them: the page asks for them again."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.lifecycle import reply

ASKED = "please choose them again"


def sent(**more):
    return {"body": " ", "files": SimpleUploadedFile("trace.txt", b"What went wrong."), **more}


@pytest.mark.django_db
class TestRefusedFiles:
    VERBS = ["reply", "ask_customer", "restore_service", "provide_solution", "note", "answer_review"]

    @pytest.fixture
    def case(self, open_case, alice):
        return open_case(alice)

    def post(self, browser, case, verb, words, **headers):
        answer = browser.post(reverse(f"desk:{verb}", args=[case.number]), words, **headers)
        return answer.status_code, ASKED in answer.content.decode()

    @pytest.mark.parametrize("verb", VERBS)
    def test_are_asked_for_again(self, verb, case, nora, signed_in):
        assert self.post(signed_in(nora), case, verb, sent()) == (422, True)

    @pytest.mark.parametrize("verb", VERBS)
    def test_are_not_asked_for_where_there_were_none(self, verb, case, nora, signed_in):
        assert self.post(signed_in(nora), case, verb, {"body": " "}) == (422, False)

    def test_are_asked_for_where_a_reply_is_held_back(self, case, alice, nora, clock, signed_in):
        seen = case.events.latest("pk").pk
        reply(case, by=alice, at=clock.later(minutes=1), body="It is worse now.")
        words = sent(body="Try this.", seen=seen, submission=str(uuid4()))
        assert self.post(signed_in(nora), case, "reply", words) == (422, True)
        assert not case.messages.filter(body="Try this.").exists()

    @pytest.mark.parametrize("verb", VERBS[:-1])
    def test_stay_where_the_page_of_the_composer_stays(self, verb, case, nora, signed_in):
        assert self.post(signed_in(nora), case, verb, sent(), headers={"HX-Request": "true"}) == (200, False)
