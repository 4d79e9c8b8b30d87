"""The mails about signing in: all that the library sends, in our words, in both languages, as text and HTML."""

from datetime import UTC, datetime
from pathlib import Path

import allauth
import pytest

from contacts.models import User
from contacts.sign_in_mails import MAILS, compose

# Mails of ways to sign in that are not open here: signing up, codes by mail, several addresses.
NOT_SENT = {
    "account/email/email_confirm",
    "account/email/email_confirmation_signup",
    "account/email/email_deleted",
    "account/email/login_code",
    "account/email/password_reset_code",
}
CONTEXT = {
    "password_reset_url": "https://care.example/reset/1-abc/",
    "activate_url": "https://care.example/confirm/xyz/",
    "home_url": "https://care.example/",
    "from_email": "old@example.com",
    "to_email": "eve@example.com",
    "timestamp": datetime(2027, 6, 8, 15, 30, tzinfo=UTC),
    "ip": "192.0.2.7",
    "user_agent": "Browser <b>1</b>",
}


@pytest.fixture
def eve() -> User:
    return User(name="Eve Étienne", email="eve@example.com", language="fr", time_zone="Europe/Paris")


def test_every_mail_of_the_library_has_our_words() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    library = {
        f"{path.parent.parent.name}/email/{path.name.removesuffix('_subject.txt')}"
        for app in ("account", "mfa")
        for path in (templates / app / "email").glob("*_subject.txt")
    }
    assert library - NOT_SENT == {name for name in MAILS if not name.startswith("contacts/")}


@pytest.mark.parametrize("name", MAILS)
class TestEveryMail:
    def test_is_whole_in_the_language_of_its_reader(self, name: str, eve: User) -> None:
        for language in ("en", "fr"):
            eve.language = language
            mail = compose(name, eve.email, eve, CONTEXT)
            html = str(mail.alternatives[0][0])
            assert f'<html lang="{language}">' in html
            assert mail.subject
            assert "\n" not in mail.subject
            assert "%(" not in mail.subject + str(mail.body) + html
            assert eve.email in str(mail.body) or name == "account/email/unknown_account"
            assert mail.to == ["eve@example.com"]
            assert mail.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_leads_on_or_tells_of_a_change_in_the_readers_time(self, name: str, eve: User) -> None:
        mail = compose(name, eve.email, eve, CONTEXT)
        html, text = str(mail.alternatives[0][0]), str(mail.body)
        link = MAILS[name].link
        if link:
            assert f'href="{CONTEXT[link]}"' in html
            assert str(CONTEXT[link]) in text
        else:
            assert "17:30" in text
            assert "192.0.2.7" in text
            assert "Browser <b>1</b>" in text
            assert "Browser &lt;b&gt;1&lt;/b&gt;" in html


def test_nobody_known_gets_a_mail_without_a_name_or_link_to_a_password(eve: User) -> None:
    mail = compose("account/email/unknown_account", "stranger@example.com", None, CONTEXT)
    assert "stranger@example.com" in str(mail.body)
    assert "reset" not in str(mail.body)
