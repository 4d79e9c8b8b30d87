"""Answering the customer from the desk."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import lifecycle
from cases.models import Commitment, OutboxMail
from tests.cases.desk.conftest import fresh, last, read, to


class TestReply:
    def test_says_it_to_the_customer_and_meets_the_first_answer(self, here, case, carl, clock):
        clock.later(minutes=30)
        response = here.post(to("reply", case), {"body": "I am looking at it."}, follow=True)
        assert "Your reply is on its way to the customer." in read(response)
        said = case.messages.latest("id")
        assert (said.author, said.body, said.from_customer, said.at) == (
            carl,
            "I am looking at it.",
            False,
            clock.moment,
        )
        assert fresh(case).status == "in_progress"
        assert Commitment.objects.get(case=case, metric="response").state == "met"
        assert OutboxMail.objects.filter(case=case, event=last(case), recipient=case.customer).exists()

    def test_takes_files_along(self, here, case):
        here.post(to("reply", case), {"body": "See", "files": SimpleUploadedFile("patch.zip", b"PK\x03\x04")})
        assert case.messages.latest("id").attachments.get().name == "patch.zip"

    def test_is_said_once_when_sent_twice(self, here, case):
        sent = {"body": "Once", "submission": str(uuid4())}
        assert here.post(to("reply", case), sent).status_code == here.post(to("reply", case), sent).status_code == 302
        assert case.messages.filter(body="Once").count() == 1

    def test_says_nothing_without_words(self, here, case):
        response = here.post(to("reply", case), {"body": " \n "})
        assert response.status_code == 422
        assert "Nothing has been sent." in read(response)
        assert case.messages.count() == 1

    def test_keeps_the_draft_when_a_file_is_refused(self, here, case):
        response = here.post(to("reply", case), {"body": "My long draft", "files": SimpleUploadedFile("a.exe", b"MZ")})
        page = read(response)
        assert "My long draft</textarea>" in page
        assert "“a.exe”: files of this kind are not taken." in page
        assert "Your files could not be kept: please choose them again." in page
        assert case.messages.count() == 1

    def test_keeps_the_draft_when_the_case_was_closed_meanwhile(self, here, case, nora, clock):
        lifecycle.close(case, by=nora, at=clock.later(minutes=1), reason="duplicate")
        page = read(here.post(to("reply", case), {"body": "My long draft"}))
        assert "My long draft</textarea>" in page
        assert "This cannot be done while the case is “Closed”." in page

    def test_tells_htmx_why_not_in_the_page_that_is_open(self, here, case):
        response = here.post(to("reply", case), {"body": ""}, headers={"HX-Request": "true"})
        assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#reply-refused", "innerHTML")
        assert "<html" not in read(response)

    def test_keeps_what_was_written_as_it_was_written(self, here, case):
        here.post(to("reply", case), {"body": "a < b\n\n<b>not bold</b>"})
        assert case.messages.latest("id").body == "a < b\n\n<b>not bold</b>"
        assert "&lt;b&gt;not bold&lt;/b&gt;" in here.get(to("case", case)).content.decode()
