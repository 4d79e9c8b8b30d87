"""Signing in: the one door, its limits, its mails, and that it tells strangers nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from cases.notifications.delivery import deliver_all
from contacts import people
from contacts.models import SignInMail, User
from tests.conftest import PASSWORD, person
from tests.contacts.delivered import delivered
from tests.smtp import Sink

NEW_PASSWORD = "violet tractor sings twice"


@pytest.fixture
def zoe(db: None) -> User:
    """A customer whose address is confirmed, as after the welcome mail."""
    user = person("Zoe Zimmer", language="fr", time_zone="Europe/Paris")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **headers)


def is_signed_in(client: Client) -> bool:
    request = RequestFactory().get("/")
    request.session = client.session  # type: ignore[attr-defined]
    return get_user(request).is_authenticated


def link_in(message: Any) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", message.body)
    assert found, message.body
    return found.group(1)


def choose_password(client: Client, path: str, password: str = NEW_PASSWORD) -> Any:
    """Follow the link of a mail as a browser does, and send the form."""
    page = client.get(path, follow=True)
    target = page.redirect_chain[-1][0] if page.redirect_chain else path
    return client.post(target, {"password1": password, "password2": password})


class TestSignIn:
    def test_opens_the_first_page(self, client: Client, zoe: User) -> None:
        response = sign_in(client, "Zoe@Example.com")
        assert response["Location"] == "/"
        assert is_signed_in(client)

    @pytest.mark.parametrize("path", ["/cases/", "/desk/", "/accounts/profile/", "/admin/", "/directory/"])
    def test_comes_before_every_page_and_leads_back(self, client: Client, zoe: User, path: str) -> None:
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0].startswith(f"/accounts/login/?next={path}")
        assert response.status_code == 200

    @pytest.mark.parametrize("path", ["/healthz", "/accounts/login/", "/accounts/password/reset/"])
    def test_is_not_asked_for_at_the_door(self, client: Client, db: None, path: str) -> None:
        assert client.get(path).status_code == 200

    def test_refuses_a_person_who_may_no_longer_sign_in(self, client: Client, zoe: User) -> None:
        User.objects.filter(pk=zoe.pk).update(is_active=False)
        sign_in(client, zoe.email)
        assert not is_signed_in(client)

    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_never_leads_off_the_site(self, client: Client, zoe: User, target: str) -> None:
        response = client.post(reverse("account_login"), {"login": zoe.email, "password": PASSWORD, "next": target})
        assert response["Location"] == "/"

    def test_nobody_signs_up(self, client: Client, db: None) -> None:
        fields = {"email": "new@example.com", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        assert "new@example.com" not in client.get(reverse("account_login")).content.decode()
        client.post(reverse("account_signup"), fields)
        assert not User.objects.filter(email="new@example.com").exists()

    def test_a_fragment_names_the_way_to_sign_in_and_back_to_its_page(self, client: Client, db: None) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/?view=mine"}
        response = client.get("/cases/", headers=headers)
        assert response.status_code == 401
        assert response["X-Sign-In"] == "/accounts/login/?next=/cases/%3Fview%3Dmine"


class TestLimits:
    def test_five_misses_close_the_account_for_a_while_from_wherever(self, client: Client, zoe: User) -> None:
        for number in range(20):
            # Rotating addresses, forwarded headers and host names are what an attacker has.
            sign_in(
                client,
                ("zoe@example.com", "ZOE@example.com", " Zoe@Example.COM ")[number % 3],
                "wrong",
                REMOTE_ADDR=f"10.0.0.{number}",
                HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
                HTTP_HOST=f"localhost:{8000 + number}",
            )
            if number == 3:
                assert sign_in(Client(), zoe.email, REMOTE_ADDR="10.9.9.9")["Location"] == "/"
        response = sign_in(client, zoe.email, REMOTE_ADDR="10.9.9.8")
        assert response.status_code == 200
        assert not is_signed_in(client)

    def test_no_password_is_hashed_beyond_the_limit(self, client: Client, zoe: User, monkeypatch: Any) -> None:
        looked_at: list[str] = []
        check = User.check_password
        monkeypatch.setattr(User, "check_password", lambda self, raw: looked_at.append(raw) or check(self, raw))
        for number in range(12):
            sign_in(client, zoe.email, f"wrong {number}", REMOTE_ADDR=f"10.0.0.{number}")
        assert len(looked_at) == 5

    def test_ten_misses_a_minute_from_one_address(self, client: Client, db: None) -> None:
        answers = [sign_in(client, f"nobody{number}@example.com", "wrong").content for number in range(12)]
        assert len({b"oo many" in answer for answer in answers[:10]}) == 1
        assert b"oo many" in answers[10]
        assert b"oo many" in answers[11]

    def test_the_owner_gets_in_by_the_mail_while_somebody_guesses(self, client: Client, zoe: User) -> None:
        for number in range(8):
            sign_in(client, zoe.email, "wrong", REMOTE_ADDR=f"10.0.0.{number}")
        client.post(reverse("account_reset_password"), {"email": zoe.email}, REMOTE_ADDR="10.9.9.9")
        choose_password(client, link_in(delivered()[-1]))
        sign_in(client, zoe.email, NEW_PASSWORD, REMOTE_ADDR="10.9.9.9")
        assert is_signed_in(client)


class TestPasswordReset:
    def ask(self, client: Client, email: str) -> Any:
        return client.post(reverse("account_reset_password"), {"email": email}, follow=True)

    def test_the_page_is_the_same_for_a_stranger(self, zoe: User) -> None:
        known, unknown = self.ask(Client(), zoe.email), self.ask(Client(), "stranger@example.com")
        assert known.redirect_chain == unknown.redirect_chain
        plain = [
            re.sub(rb'nonce="[^"]*"|value="[^"]*"|X-CSRFToken": "[^"]*"', b"", r.content) for r in (known, unknown)
        ]
        assert plain[0] == plain[1]

    def test_a_stranger_is_told_so_only_by_mail(self, client: Client, zoe: User) -> None:
        self.ask(client, "stranger@example.com")
        assert delivered()[-1].to == ["stranger@example.com"]
        assert "signup" not in delivered()[-1].body
        assert "/password/reset/key/" not in delivered()[-1].body

    def test_a_person_who_may_not_sign_in_gets_no_link(self, client: Client, zoe: User) -> None:
        User.objects.filter(pk=zoe.pk).update(is_active=False)
        self.ask(client, zoe.email)
        assert "/password/reset/key/" not in delivered()[-1].body

    def test_the_link_changes_the_password_once(self, client: Client, zoe: User) -> None:
        self.ask(client, zoe.email)
        path = link_in(delivered()[-1])
        choose_password(client, path)
        assert User.objects.get(pk=zoe.pk).check_password(NEW_PASSWORD)
        choose_password(Client(), path, "another good password")
        assert User.objects.get(pk=zoe.pk).check_password(NEW_PASSWORD)

    def test_the_link_ends_after_an_hour(self, client: Client, zoe: User, settings: Any, monkeypatch: Any) -> None:
        self.ask(client, zoe.email)
        assert settings.PASSWORD_RESET_TIMEOUT == 3600
        now = default_token_generator._now()
        monkeypatch.setattr(type(default_token_generator), "_now", lambda self: now + timedelta(seconds=3605))
        choose_password(client, link_in(delivered()[-1]))
        assert User.objects.get(pk=zoe.pk).check_password(PASSWORD)

    def test_the_link_leads_to_our_site_whatever_host_was_asked(self, client: Client, zoe: User) -> None:
        client.post(reverse("account_reset_password"), {"email": zoe.email}, HTTP_HOST="localhost:6666")
        assert "6666" not in delivered()[-1].body
        assert link_in(delivered()[-1])

    def test_the_mail_speaks_the_language_of_its_reader(self, client: Client, zoe: User) -> None:
        self.ask(client, zoe.email)
        text, html = delivered()[-1].body, delivered()[-1].alternatives[0][0]
        assert '<html lang="fr">' in html
        assert link_in(delivered()[-1]) in html
        assert zoe.email in text

    def test_waits_for_no_relay_and_loses_no_mail(self, zoe: User, sink: Sink) -> None:
        sink.stop()
        for email in (zoe.email, "stranger@example.com"):
            response = self.ask(Client(), email)
            assert response.redirect_chain == [(reverse("account_reset_password_done"), 302)]
        deliver_all(at=timezone.now())
        sink.start()
        deliver_all(at=timezone.now() + timedelta(minutes=5))
        assert [caught.recipients[0] for caught in sink.messages] == [zoe.email, "stranger@example.com"]

    def test_a_link_is_forgotten_once_it_is_sent_or_refused_for_good(self, zoe: User, sink: Sink) -> None:
        self.ask(Client(), zoe.email)
        assert "/password/reset/key/" in SignInMail.objects.get().text
        sink.refuse("550 5.1.1 unknown")
        deliver_all(at=timezone.now())
        assert not SignInMail.objects.exists()
        assert not sink.messages

    def test_a_link_that_is_over_is_not_sent(self, zoe: User, sink: Sink) -> None:
        self.ask(Client(), zoe.email)
        deliver_all(at=timezone.now() + timedelta(minutes=61))
        assert not SignInMail.objects.exists()
        assert not sink.messages


class TestWelcome:
    def test_a_new_person_chooses_a_password_by_the_mail(self, client: Client, rf: RequestFactory, db: None) -> None:
        user = User(email="nina@example.com", name="Nina New", language="fr")
        people.enter(user)
        people.welcome(user)
        assert delivered()[-1].to == ["nina@example.com"]
        choose_password(client, link_in(delivered()[-1]))
        sign_in(client, "nina@example.com", NEW_PASSWORD)
        assert is_signed_in(client)

    def test_without_the_mail_nobody_gets_in(self, client: Client, db: None) -> None:
        people.enter(User(email="nina@example.com", name="Nina New"))
        for password in ("", "!", "nina"):
            sign_in(client, "nina@example.com", password)
        assert not is_signed_in(client)

    def test_a_changed_address_is_confirmed_at_the_next_sign_in(self, client: Client, zoe: User) -> None:
        zoe.email = "zoe.zimmer@example.com"
        people.change(zoe)
        sign_in(client, zoe.email)
        assert not is_signed_in(client)
        assert delivered()[-1].to == [zoe.email]
        client.post(link_in(delivered()[-1]))
        sign_in(client, zoe.email)
        assert is_signed_in(client)


class TestChangeOfAddress:
    def ask_for(self, client: Client, zoe: User, email: str) -> Any:
        sign_in(client, zoe.email)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client.post(reverse("account_email"), {"action_add": "", "email": email}, follow=True)

    def test_holds_once_the_new_one_is_confirmed_and_the_old_one_is_told(self, client: Client, zoe: User) -> None:
        self.ask_for(client, zoe, "zimmer@example.com")
        zoe.refresh_from_db()
        assert zoe.email == "zoe@example.com"
        assert delivered()[-1].to == ["zimmer@example.com"]
        client.post(link_in(delivered()[-1]))
        zoe.refresh_from_db()
        assert zoe.email == "zimmer@example.com"
        assert delivered()[-1].to == ["zoe@example.com"]
        assert EmailAddress.objects.get(user=zoe).email == "zimmer@example.com"

    def test_does_not_tell_whether_an_address_is_known_here(self, client: Client, zoe: User) -> None:
        person("Bob Brown")
        free = self.ask_for(client, zoe, "free@example.com")
        taken = self.ask_for(Client(), zoe, "bob@example.com")
        assert free.redirect_chain == taken.redirect_chain
        said = [[m.message.replace(a, "") for m in r.context["messages"]] for r, a in ((free, "free"), (taken, "bob"))]
        assert said[0] == said[1]
        assert delivered()[-1].to == ["bob@example.com"]
        assert "/confirm-email/" not in delivered()[-1].body

    def test_fails_where_somebody_else_took_the_address_meanwhile(self, client: Client, zoe: User) -> None:
        self.ask_for(client, zoe, "bob@example.com")
        confirmation = link_in(delivered()[-1])
        person("Bob Brown")
        page = client.post(confirmation, follow=True)
        assert [m.level_tag for m in page.context["messages"]][-1] == "error"
        assert User.objects.get(pk=zoe.pk).email == "zoe@example.com"


class TestSession:
    def test_a_changed_password_ends_the_other_sessions(self, zoe: User, signed_in: Callable[[User], Client]) -> None:
        here, elsewhere = Client(), signed_in(zoe)
        sign_in(here, zoe.email)
        fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        here.post(reverse("account_change_password"), fields)
        assert User.objects.get(pk=zoe.pk).check_password(NEW_PASSWORD)
        assert is_signed_in(here)
        assert elsewhere.get(reverse("contacts:profile")).status_code == 302
        assert delivered()[-1].to == [zoe.email]

    def test_ends_at_the_next_request_of_a_person_who_was_disabled(
        self, zoe: User, signed_in: Callable[[User], Client]
    ) -> None:
        client = signed_in(zoe)
        assert client.get(reverse("contacts:profile")).status_code == 200
        User.objects.filter(pk=zoe.pk).update(is_active=False)
        assert client.get(reverse("contacts:profile")).status_code == 302

    def test_gets_a_new_key_at_signing_in(self, client: Client, zoe: User) -> None:
        session = client.session
        session["planted"] = True
        session.save()
        before = client.session.session_key
        sign_in(client, zoe.email)
        assert client.session.session_key != before
