"""Answering in the portal."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import lifecycle
from tests.cases.portal.conftest import read


@pytest.fixture
def address(case):
    return f"/cases/{case.number}/reply/"


class TestReply:
    def test_says_it_in_the_case(self, here, alice, case, address):
        response = here.post(address, {"body": "It happens in Firefox too."}, follow=True)
        assert "Your message has been sent." in read(response)
        said = case.messages.latest("id")
        assert (said.author, said.body, said.from_customer) == (alice, "It happens in Firefox too.", True)

    def test_ends_the_wait_for_the_customer(self, here, case, carl, clock, address):
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which version?")
        clock.later(minutes=1)
        here.post(address, {"body": "2027.5"})
        case.refresh_from_db()
        assert case.status == "in_progress"

    def test_brings_files(self, here, case, address):
        here.post(address, {"body": "See", "files": SimpleUploadedFile("trace.log", b"line")})
        assert case.attachments.get().name == "trace.log"

    def test_is_said_once_when_sent_twice(self, here, case, address):
        sent = {"body": "Once", "submission": str(uuid4())}
        assert here.post(address, sent).status_code == here.post(address, sent).status_code == 302
        assert case.messages.filter(body="Once").count() == 1

    def test_says_nothing_without_words(self, here, case, address):
        response = here.post(address, {"body": "  "})
        assert response.status_code == 422
        assert case.messages.count() == 1

    def test_keeps_the_words_when_a_file_is_refused(self, here, case, address):
        response = here.post(address, {"body": "My long text", "files": SimpleUploadedFile("a.exe", b"MZ")})
        assert response.status_code == 422
        page = read(response)
        assert "My long text" in page
        assert "“a.exe”" in page
        assert "please choose them again" in page
        assert case.messages.count() == 1

    def test_keeps_the_words_when_the_case_was_closed_meanwhile(self, here, closed, address):
        response = here.post(address, {"body": "My long text"})
        assert response.status_code == 422
        page = read(response)
        assert "My long text" in page
        assert "This cannot be done while the case is “Closed”." in page
        assert "Open the case again" in page

    def test_is_not_there_for_strangers(self, signed_in, eve, case, address):
        assert signed_in(eve).post(address, {"body": "Hello"}).status_code == 404
        assert case.messages.count() == 1

    def test_leads_our_own_people_to_the_desk_and_says_nothing(self, signed_in, carl, case, address):
        assert signed_in(carl).post(address, {"body": "Hello"}).url == f"/desk/{case.number}/"
        assert case.messages.count() == 1
