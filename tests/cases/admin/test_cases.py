"""Cases and their record in the back office: found by number, read, never changed. Types and exclusions are edited."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import lifecycle
from cases.models import Case, CaseType, OutboxMail
from contacts.models import User

RECORDS = ("case", "event", "message", "note", "commitment", "breach", "attachment", "outboxmail")


@pytest.fixture
def worked(case: Case, carl: User, later: Any) -> Case:
    """Alice's case with a reply, a minute too late, and a note."""
    lifecycle.reply(case, by=carl, at=later(minutes=61), body="We are looking into it.")
    return lifecycle.note(case, by=carl, at=later(minutes=62), body="Seen last week at another account.")


@pytest.fixture(params=["mona", "adam"])
def client_of(request: Any, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(request.getfixturevalue(request.param))


def listed(client: Client, name: str, **query: str) -> list[Any]:
    page = client.get(reverse(f"admin:cases_{name}_changelist"), query)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


class TestRecords:
    @pytest.mark.parametrize("name", ["case", "event", "message", "note", "commitment", "breach", "outboxmail"])
    def test_are_found_by_the_number_of_the_case(
        self, name: str, worked: Case, eve: User, open_case: Any, signed_in: Any, mona: User
    ) -> None:
        other = open_case(eve)
        client = signed_in(mona)
        found = listed(client, name, q=worked.number)
        assert found
        assert {getattr(row, "case_id", row.pk) for row in found} == {worked.pk}
        assert listed(client, name, q=f" cc{other.pk} ") != found
        assert listed(client, name, q="CC-999999") == []

    def test_missed_commitments_say_by_how_much_and_whether_they_count(
        self, worked: Case, signed_in: Any, mona: User, later: Any
    ) -> None:
        breach = worked.breaches.get()
        lifecycle.void_breach(worked, by=mona, at=later(minutes=70), breach=breach, because="The line was down.")
        client = signed_in(mona)
        assert "0:01:00" in client.get(reverse("admin:cases_breach_changelist")).content.decode()
        assert listed(client, "breach", voided_at__isempty="1") == []
        assert listed(client, "breach", voided_at__isempty="0") == [breach]
        inline = client.get(reverse("admin:cases_case_change", args=[worked.pk])).content.decode()
        assert "Void since" in inline
        assert "Breached" in inline

    def test_cases_are_found_by_words_too(self, worked: Case, signed_in: Any, mona: User) -> None:
        assert listed(signed_in(mona), "case", q="sheets acme") == [worked]
        assert listed(signed_in(mona), "case", q="sheets globex") == []

    @pytest.mark.parametrize("name", RECORDS)
    def test_are_not_added_changed_or_deleted(self, name: str, worked: Case, client_of: Client) -> None:
        rows = listed(client_of, name)
        assert client_of.get(reverse(f"admin:cases_{name}_add")).status_code == 403
        for row in rows[:1]:
            change = reverse(f"admin:cases_{name}_change", args=[row.pk])
            page = client_of.get(change)
            assert page.status_code == 200
            assert 'name="_save"' not in page.content.decode()
            assert client_of.post(change, {"status": "closed", "body": "forged"}).status_code == 403
            assert client_of.post(reverse(f"admin:cases_{name}_delete", args=[row.pk])).status_code == 403
            data = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
            client_of.post(reverse(f"admin:cases_{name}_changelist"), data)
        assert listed(client_of, name) == rows

    def test_need_few_queries(
        self, worked: Case, alice: User, open_case: Any, signed_in: Any, mona: User, django_assert_max_num_queries: Any
    ) -> None:
        for _number in range(3):
            open_case(alice)
        client = signed_in(mona)
        assert OutboxMail.objects.count() > 3
        for name in RECORDS:
            with django_assert_max_num_queries(13):
                listed(client, name)
        with django_assert_max_num_queries(23):  # one for each thing that a case names
            client.get(reverse("admin:cases_case_change", args=[worked.pk]))


class TestCaseType:
    def test_is_edited_but_keeps_its_code(self, reference: None, mona: User, signed_in: Any) -> None:
        data = {
            "code": "fault",
            "name_en": "Fault",
            "name_fr": "Défaut",
            "definition_en": "It is broken.",
            "definition_fr": "",
            "position": "6",
        }
        response = signed_in(mona).post(reverse("admin:cases_casetype_change", args=["defect"]), data)
        assert response.status_code == 302
        assert CaseType.objects.get(code="defect").name_en == "Fault"
        assert not CaseType.objects.filter(code="fault").exists()
