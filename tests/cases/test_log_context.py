"""What every log line of a request says: the request, who asks, and whose case it is about."""

import pytest
from django.urls import reverse
from structlog.contextvars import get_contextvars

pytestmark = pytest.mark.django_db


class TestLogContext:
    @pytest.mark.parametrize(("who", "name"), [("alice", "portal:case"), ("carl", "desk:case")])
    def test_names_request_actor_and_account(self, who, name, case, carl, request, signed_in):
        person = request.getfixturevalue(who)
        response = signed_in(person).get(reverse(name, args=[case.number]))
        bound = get_contextvars()
        assert bound["request_id"] == response["X-Request-ID"]
        assert (bound["actor_id"], bound["account_id"]) == (person.pk, case.account_id)

    def test_begins_anew_with_every_request(self, case, alice, client, signed_in):
        signed_in(alice).get(reverse("portal:case", args=[case.number]))
        client.get("/healthz")
        assert not {"actor_id", "account_id"} & set(get_contextvars())
