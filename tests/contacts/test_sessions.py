"""How long a session lasts (config/web/sessions.py)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from contacts.models import User

BEGIN = datetime(2027, 6, 8, 7, 0, tzinfo=UTC)
PAGE = "/accounts/profile/"


@pytest.fixture
def clock(monkeypatch: Any) -> Callable[..., None]:
    """`clock(minutes=31)` sets the time of the following requests: that long after the first."""

    def turn(**since: float) -> None:
        monkeypatch.setattr("config.web.sessions.timezone.now", lambda: BEGIN + timedelta(**since))

    turn()
    return turn


def lasts(client: Client, **headers: str) -> bool:
    return client.get(PAGE, headers=headers).status_code == 200


SignedIn = Callable[[User], Client]


class TestOfOurPeople:
    def test_ends_after_half_an_hour_without_a_request(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(carl)
        assert lasts(client)
        clock(minutes=30)
        response = client.get(PAGE, follow=True)
        assert response.redirect_chain[0][0] == f"/accounts/login/?next={PAGE}"
        assert len(response.context["messages"]) == 1
        assert not lasts(client)

    def test_lasts_while_they_work(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(carl)
        for minutes in range(0, 8 * 60, 29):
            clock(minutes=minutes)
            assert lasts(client)

    def test_is_not_kept_alive_by_a_page_that_asks_by_itself(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(carl)
        assert lasts(client)
        for minutes in range(5, 30, 5):
            clock(minutes=minutes)
            assert lasts(client, **{"X-Background": "1", "HX-Request": "true"})
        clock(minutes=30)
        assert not lasts(client, **{"X-Background": "1"})

    def test_is_written_at_most_once_a_minute(
        self, carl: User, signed_in: SignedIn, clock: Any, django_assert_num_queries: Any
    ) -> None:
        client = signed_in(carl)
        assert lasts(client)
        clock(seconds=50)
        with django_assert_num_queries(2):  # the session, the person
            assert lasts(client)

    def test_lasts_while_they_type(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        """What is typed is kept as a draft, some seconds behind."""
        client = signed_in(carl)
        for minutes in range(0, 60, 20):
            clock(minutes=minutes)
            kept = client.post("/drafts/keep/", {"place": PAGE, "page": PAGE, "fields": '{"name": "Half"}'})
            assert kept.status_code == 200
        clock(minutes=69)
        assert lasts(client)

    def test_ends_twelve_hours_after_signing_in(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(carl)
        for minutes in range(0, 12 * 60, 20):
            clock(minutes=minutes)
            assert lasts(client)
        clock(hours=12)
        assert not lasts(client)

    def test_begins_anew_at_signing_in_again(self, carl: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(carl)
        assert lasts(client)
        clock(hours=13)
        assert not lasts(client)
        client.force_login(carl)
        assert lasts(client)

    @pytest.mark.parametrize(("name", "minutes"), [("STAFF_SESSION_SECONDS", 60), ("STAFF_SESSION_IDLE_SECONDS", 60)])
    def test_ends_when_the_settings_say(
        self, carl: User, signed_in: SignedIn, clock: Any, settings: Any, name: str, minutes: int
    ) -> None:
        settings.STAFF_SESSION_IDLE_SECONDS = 24 * 3600
        setattr(settings, name, minutes * 60)
        client = signed_in(carl)
        assert lasts(client)
        clock(minutes=minutes)
        assert not lasts(client)


class TestOfACustomer:
    def test_lasts_as_long_as_they_come_back_within_a_fortnight(
        self, alice: User, signed_in: SignedIn, clock: Any
    ) -> None:
        client = signed_in(alice)
        for days in range(0, 60, 13):
            clock(days=days)
            assert lasts(client)

    def test_ends_after_a_fortnight_without_them(self, alice: User, signed_in: SignedIn, clock: Any) -> None:
        client = signed_in(alice)
        assert lasts(client)
        clock(days=13)
        assert lasts(client, **{"X-Background": "1", "HX-Request": "true"})
        clock(days=14)
        assert not lasts(client)
