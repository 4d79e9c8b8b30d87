"""The demo's letter box: what the catcher kept is shown, harmless, and only where it may be."""

import mailbox
from email.message import EmailMessage

import pytest
from django.urls import include, path

from config.dev import mailbox as caught_mail
from config.urls import urlpatterns as all_addresses

# The portal has these addresses only where CAUGHT_MAIL_DIR was set at the start.
urlpatterns = [*all_addresses, path("demo/mail/", include("config.dev.mailbox_urls"))]
handler404 = "config.web.views.not_found"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

EVIL = "<script>alert(1)</script><p style='color:red'>Hello</p><a href='http://127.0.0.1/cases/'>open</a>"


@pytest.fixture
def letter_box(tmp_path, settings):
    """`letter_box("subject")`: catch a mail as the demo's catcher does; returns its key."""
    settings.CAUGHT_MAIL_DIR = str(tmp_path / "mail")
    settings.DEMO = True
    folder = mailbox.Maildir(settings.CAUGHT_MAIL_DIR)

    def catch(subject="Hello", *, html=EVIL, text="See http://127.0.0.1:8000/cases/CC-000001/ <now>"):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "Care <care@x.example>", "Éve <eve@example.com>", subject
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        return folder.add(message)

    return catch


class TestTheList:
    def test_has_the_newest_first_without_signing_in(self, letter_box, client):
        for place in range(3):
            letter_box(f"Number {place} & more")
        page = client.get("/demo/mail/").content.decode()
        assert page.index("Number 2 &amp; more") < page.index("Number 1 &amp;") < page.index("Number 0 &amp;")
        assert "eve@example.com" in page

    def test_says_so_when_it_is_empty(self, letter_box, client):
        assert "No mail yet" in client.get("/demo/mail/").content.decode()

    def test_stays_bounded(self, letter_box, client, monkeypatch):
        monkeypatch.setattr(caught_mail, "SHOWN", 2)
        for place in range(4):
            letter_box(f"Number {place}")
        page = client.get("/demo/mail/").content.decode()
        assert "Number 2" in page
        assert "Number 1" not in page

    def test_is_shown_to_who_is_signed_in_too(self, letter_box, signed_in, alice, carl):
        letter_box()
        for who in (alice, carl):
            assert signed_in(who).get("/demo/mail/").status_code == 200


class TestOneMail:
    def test_shows_text_headers_and_a_frame(self, letter_box, client):
        key = letter_box("Subject <b>")
        response = client.get(f"/demo/mail/{key}/")
        page = response.content.decode()
        assert "Subject &lt;b&gt;" in page
        assert "&lt;now&gt;" in page
        assert '<a href="http://127.0.0.1:8000/cases/CC-000001/"' in page
        assert "<dt>Subject</dt>" in page
        assert f'src="/demo/mail/{key}/html/"' in page
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
        assert "<script>alert" not in page
        assert "frame-src 'self'" in response["Content-Security-Policy"]

    def test_has_no_frame_without_html(self, letter_box, client):
        assert "<iframe" not in client.get(f"/demo/mail/{letter_box(html='')}/").content.decode()

    @pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fetc%2fpasswd", "..%2f..%2fsettings.py"])
    def test_is_not_found_where_there_is_none(self, letter_box, client, key):
        assert client.get(f"/demo/mail/{key}/").status_code == 404
        assert client.get(f"/demo/mail/{key}/html/").status_code == 404


class TestItsHtml:
    def test_can_do_nothing_but_be_looked_at(self, letter_box, client):
        response = client.get(f"/demo/mail/{letter_box()}/html/")
        assert EVIL in response.content.decode()
        policy = response["Content-Security-Policy"]
        assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
        assert "script" not in policy
        assert "allow-same-origin" not in policy
        assert "frame-ancestors 'self'" in policy
        assert response["X-Frame-Options"] == "SAMEORIGIN"


class TestOutsideTheDemo:
    def test_only_the_back_office_gets_in(self, letter_box, settings, client, signed_in, alice, carl, mona):
        key = letter_box()
        settings.DEMO = False
        for address in ("/demo/mail/", f"/demo/mail/{key}/", f"/demo/mail/{key}/html/"):
            assert client.get(address).status_code == 404
            assert signed_in(alice).get(address).status_code == 404
            assert signed_in(carl).get(address).status_code == 404
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        assert signed_in(mona).get("/demo/mail/").status_code == 200

    def test_there_is_nothing_without_a_folder(self, letter_box, settings, client):
        settings.CAUGHT_MAIL_DIR = ""
        assert client.get("/demo/mail/").status_code == 404
