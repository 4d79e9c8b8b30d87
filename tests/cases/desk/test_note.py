"""Writing among ourselves."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import lifecycle
from cases.models import Note, OutboxMail
from tests.cases.desk.conftest import fresh, read, to


class TestNote:
    def test_is_kept_for_our_own_people_alone(self, here, signed_in, alice, case):
        mails = OutboxMail.objects.count()
        response = here.post(to("note", case), {"body": "Looks like the cache again."}, follow=True)
        assert "The customer does not see it." in read(response)
        assert "Looks like the cache again." in read(response)
        assert Note.objects.get(case=case).body == "Looks like the cache again."
        assert "cache" not in read(signed_in(alice).get(f"/cases/{case.number}/"))
        assert OutboxMail.objects.count() == mails

    def test_touches_neither_status_nor_last_word(self, here, case):
        before = fresh(case)
        here.post(to("note", case), {"body": "Hm"})
        after = fresh(case)
        assert (after.status, after.last_word_at, after.next_due_at) == (
            before.status,
            before.last_word_at,
            before.next_due_at,
        )

    def test_takes_files_along(self, here, case):
        here.post(to("note", case), {"body": "Log", "files": SimpleUploadedFile("trace.log", b"line")})
        assert Note.objects.get(case=case).attachments.get().name == "trace.log"

    def test_can_be_written_on_a_closed_case(self, here, case, carl, clock):
        lifecycle.close(case, by=carl, at=clock.later(minutes=1), reason="withdrawn")
        assert here.post(to("note", case), {"body": "For the next one"}).status_code == 302

    def test_keeps_the_draft_that_is_refused_in_its_own_composer(self, here, case):
        sent = {"body": "My draft", "files": SimpleUploadedFile("a.exe", b"MZ")}
        response = here.post(to("note", case), sent)
        assert response.status_code == 422
        note, reply = read(response).split('id="note"')[1], read(response).split('id="note"')[0]
        assert "My draft</textarea>" in note
        assert "My draft" not in reply.split('id="reply"')[1]
        htmx = here.post(to("note", case), {"body": ""}, headers={"HX-Request": "true"})
        assert htmx["HX-Retarget"] == "#note-refused"
