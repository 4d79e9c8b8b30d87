"""Telling the customer that the service is restored, and taking it back."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Commitment
from tests.cases.desk.conftest import fresh, last, read, to


class TestRestoreService:
    def test_tells_the_customer_and_stops_the_clock(self, here, case, clock):
        clock.later(minutes=40)
        response = here.post(to("restore_service", case), {"body": "It is up again."}, follow=True)
        assert "The service counts as restored" in read(response)
        assert fresh(case).restored_at == clock.moment
        assert case.messages.latest("id").purpose == "restoration"
        assert Commitment.objects.get(case=case, metric="restoration").state == "met"

    def test_takes_files_along(self, here, case):
        here.post(to("restore_service", case), {"body": "Up", "files": SimpleUploadedFile("graph.txt", b"up")})
        assert case.attachments.get().name == "graph.txt"

    def test_is_offered_once(self, here, case):
        assert to("restore_service", case) in here.get(to("case", case)).content.decode()
        here.post(to("restore_service", case), {"body": "Up"})
        page = here.get(to("case", case)).content.decode()
        assert to("restore_service", case) not in page
        assert to("withdraw_restoration", case) in page

    def test_needs_words(self, here, case):
        assert here.post(to("restore_service", case), {"body": ""}).status_code == 422
        assert fresh(case).restored_at is None


class TestWithdrawRestoration:
    def test_lets_the_same_clock_run_on(self, here, case, clock):
        here.post(to("restore_service", case), {"body": "Up"})
        clock.later(minutes=1)
        response = here.post(to("withdraw_restoration", case), follow=True)
        assert "The restoration clock runs again." in read(response)
        assert fresh(case).restored_at is None
        assert last(case).kind == "restoration_withdrawn"
        assert Commitment.objects.get(case=case, metric="restoration").state == "running"
