"""split: a message about something else becomes a case of its own."""

from uuid import uuid4

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.attachments import accept
from cases.events import sentence
from cases.lifecycle import merge, reply, split
from cases.lifecycle.splitting import NotFromCustomer, split_off
from cases.models import Case, CaseType, OutboxMail
from cases.permissions import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(case, bob, later, settings, tmp_path):
    """What Bob wrote in Alice's case, with a file: something else."""
    settings.MEDIA_ROOT = tmp_path
    files = accept([SimpleUploadedFile("log.txt", b"canary")])
    reply(case, by=bob, at=later(minutes=5), body="By the way, reports are empty.", files=files)
    return case.messages.last()


@pytest.fixture
def opening(reference):
    return {"subject": "Reports are empty", "type": CaseType.objects.get(code="issue")}


class TestSplit:
    def test_opens_a_case_of_the_same_customer_and_instance(self, case, said, opening, carl, later):
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        made = split_off(case)
        same = ("account", "customer", "product", "instance", "desk", "plan")
        assert [getattr(made, name) for name in same] == [getattr(case, name) for name in same]
        assert (made.subject, made.status) == ("Reports are empty", "new")

    def test_copies_words_and_files_and_keeps_the_original(self, case, said, opening, carl, bob, later):
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        copy = split_off(case).messages.get()
        assert (copy.body, copy.author, copy.from_customer, copy.copied_from) == (said.body, bob, True, said)
        original, copied = said.attachments.get(), copy.attachments.get()
        assert copied.file.read() == original.file.read() == b"canary"
        assert (copied.name, copied.sha256) == (original.name, original.sha256)
        assert copied.file.name != original.file.name

    def test_counts_from_the_split(self, case, said, opening, carl, later):
        split(case, by=carl, at=later(minutes=9), message=said, severity=2, **opening)
        made = split_off(case)
        assert (made.received_at, made.opened_at) == (later(minutes=9), later(minutes=9))
        assert made.commitments.get(metric="response").due_at == later(minutes=69)

    def test_of_what_was_said_by_phone_is_not_answered_yet(self, case, said, opening, carl, later):
        with pgtrigger.ignore("cases.Message:append_only"):
            type(said).objects.filter(pk=said.pk).update(channel="phone")
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        assert split_off(case).commitments.get(metric="response").state == "running"

    def test_without_a_severity_is_provisional(self, case, said, opening, carl, later):
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        assert (split_off(case).severity, split_off(case).severity_is_provisional) == (3, True)

    def test_links_both_is_on_record_and_told(self, case, said, opening, alice, carl, later):
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        made = split_off(case)
        assert sentence(case.events.last()) == f"Carl Care split off {made.number}: “Reports are empty”"
        link = made.links.get()
        assert (link.other, link.kind) == (case, "split_off")
        assert OutboxMail.objects.get(case=made).recipient == alice

    def test_sent_twice_is_one_case(self, case, said, opening, carl, later):
        key = uuid4()
        for minute in (9, 10):
            split(case, by=carl, at=later(minutes=minute), message=said, submission=key, **opening)
        assert Case.objects.count() == 2
        assert split_off(case, key) == split_off(case)

    def test_is_refused_for_our_words_and_for_those_of_another_case(self, case, opening, alice, carl, open_case, later):
        reply(case, by=carl, at=later(minutes=6), body="Looking.")
        foreign = open_case(alice).messages.get()
        for message in (case.messages.last(), foreign):
            with pytest.raises(NotFromCustomer):
                split(case, by=carl, at=later(minutes=9), message=message, **opening)
        assert Case.objects.count() == 2

    @pytest.mark.parametrize("who", ["alice", "eve", "adam"])
    def test_is_for_those_who_route_cases(self, case, said, opening, later, request, who):
        with pytest.raises(NotAllowed):
            split(case, by=request.getfixturevalue(who), at=later(minutes=9), message=said, **opening)

    def test_can_be_merged_back(self, case, said, opening, carl, later):
        split(case, by=carl, at=later(minutes=9), message=said, **opening)
        assert merge(split_off(case), by=carl, at=later(minutes=10), into=case).merged_into_id == case.pk
