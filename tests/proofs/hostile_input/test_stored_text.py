"""What stands in the database from before the rule of clean text: every page, feed, export and mail survives it."""

import re
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.export import taking
from cases.models import Attachment, Case, Event, Incident, OutboxMail
from cases.notifications.delivery import deliver_all
from contacts.models import Account, User
from products.models import Product
from sla.text_fields import DetailsField, LineField, text_columns
from tests.journeys import addresses, world

pytestmark = pytest.mark.django_db

# In front of every text that there is: a vertical tab, a bell, an override, an isolate, a line end, no sign at all.
PLANTED = "\x0b\x07\u202e\u2066\x85\uffff"
BAD = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
OURS = [model for model in apps.get_models() if model._meta.app_label in ("sla", "products", "contacts", "cases")]


def sql(statement, *given):
    """Write as nobody can who comes by the portal: without the guards."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, given)
        cursor.execute("SET LOCAL session_replication_role = origin")


def plant(signs):
    for model in OURS:
        for field in text_columns(model):
            if field.max_length and field.max_length <= 10:
                continue  # no room: two letters of a country, hours of an offset
            column = connection.ops.quote_name(field.column)
            room = f"left({column}, {field.max_length - len(signs)})" if field.max_length else column
            sql(f"UPDATE {model._meta.db_table} SET {column} = %s || {room} WHERE {column} <> ''", signs)
        for field in model._meta.local_fields:
            if isinstance(field, DetailsField):
                # In front of every text of it that somebody wrote; codes are one word in small letters.
                words = f"regexp_replace({field.column}::text, '(: \")(?=[^\"]*[A-Z ])', '\\1' || %s, 'g')::jsonb"
                sql(f"UPDATE {model._meta.db_table} SET {field.column} = {words}", "\u202e\u2066\uffff")


@pytest.fixture
def built(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return world.build(tmp_path / "caught")


def shown(answer):
    content = answer.getvalue()
    kind = answer.get("Content-Type", "")
    return (
        content.decode()
        if kind.startswith(("text/", "application/json", "application/atom", "application/x-nd"))
        else ""
    )


def faults(client, paths):
    client.raise_request_exception = False
    for path in paths:
        answer = client.get(path)
        found = BAD.search(shown(answer).replace("\r\n", "\n"))
        if answer.status_code >= 500 or found:
            yield path, answer.status_code, found


class TestEveryOutput:
    @pytest.fixture
    def planted(self, built):
        plant(PLANTED)
        return built

    @pytest.mark.parametrize("reader", ["customer", "consultant", "manager"])
    def test_a_page_shows_none_of_it(self, planted, reader, share):
        exports = ["/desk/hours/export.csv"] if reader == "manager" else []
        assert list(faults(planted.sessions[reader], [*share(addresses.paths(planted), 3), *exports])) == []

    def test_the_back_office_shows_none_of_it(self, planted, share):
        paths = ["/admin/"]
        for model in admin.site._registry:
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            paths.append(reverse(f"{base}_changelist"))
            first = model._default_manager.order_by("pk").first()
            if first and model in OURS:
                paths.append(reverse(f"{base}_change", args=[first.pk]))
        assert list(faults(planted.sessions["manager"], share(paths, 3))) == []

    def test_the_feeds_are_well_formed(self, planted, client):
        feed, product_feed = reverse("status:feed"), reverse("status:product_feed", args=["changepoint"])
        for path in (feed, f"{feed}?lang=fr", product_feed):
            answer = client.get(path)
            assert answer.status_code == 200
            [*_entries, last] = ElementTree.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}summary")
            assert "<p>Un disque est plein.</p>" in last.text

    def test_the_records_are_whole(self, planted):
        case, by = planted.cases["in_progress"], planted.people["consultant"]
        at = timezone.now()
        assert not BAD.search(taking.take_json(case, by=by, at=at).decode())
        assert taking.take_pdf(case, by=by, at=at).startswith(b"%PDF")

    def test_the_mails_are_sent_and_hold_none_of_it(self, planted, sink):
        due = list(OutboxMail.objects.filter(state="due").values_list("pk", flat=True))
        deliver_all(timezone.now())
        left = OutboxMail.objects.filter(pk__in=due).exclude(state="sent").exclude(error="outdated")
        assert list(left.values_list("notice", "state", "error")) == []
        assert len(sink.messages) >= len(due) - 2 > 10
        for received in sink.messages:
            mail = received.message
            texts = [str(value) for value in mail.values()]
            texts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
            assert [text for text in texts if BAD.search(text.replace("\r\n", "\n"))] == []


class TestANameThatShowsNothing:
    """Written before names had to show something: something stands in its place, in the reader's language."""

    @pytest.fixture
    def unnamed(self, built):
        for model in OURS:
            for field in text_columns(model):
                if isinstance(field, LineField) and not field.unique and not field.blank:
                    serial = (
                        "repeat(%s, 1 + (id %% 7)::int)" if "id" in {f.column for f in model._meta.fields} else "%s"
                    )
                    value = f"left({serial}, 7)" if model in (Case, User, Incident, Account) else None
                    if value:
                        sql(f"UPDATE {model._meta.db_table} SET {field.column} = {value}", "\u200b")
        sql("UPDATE cases_attachment SET name = %s", "\u3164")
        return built

    def test_is_the_address_of_a_person(self, unnamed):
        alice = User.objects.get(email="alice@example.com")
        assert alice.name == str(alice) == alice.get_full_name() == "alice@example.com"
        assert User.objects.only("name").get(pk=alice.pk).name

    def test_is_said_to_be_none_elsewhere(self, unnamed):
        case = Case.objects.select_related("account").get(pk=unnamed.cases["new"].pk)
        assert case.subject == "(no subject)"
        assert case.account.name == str(case.account) == "(no name)"
        assert Incident.objects.get().title == "(no title)"
        assert Attachment.objects.first().name == "file"

    def test_stands_on_every_page(self, unnamed, share):
        for reader in ("customer", "consultant"):
            assert list(faults(unnamed.sessions[reader], share(addresses.paths(unnamed), 3))) == []
        page = unnamed.sessions["customer"].get("/cases/", headers={"Accept-Language": "fr"})
        assert "(sans objet)" in page.content.decode()

    def test_keeps_nobody_from_their_mails(self, unnamed, sink):
        deliver_all(timezone.now())
        assert {recipient for mail in sink.messages for recipient in mail.recipients} >= {"alice@example.com"}
        assert not OutboxMail.objects.filter(state="failed").exclude(error="550 5.1.1").exists()

    def test_does_not_keep_a_case_from_going_on(self, unnamed):
        from cases.lifecycle import reply

        case = unnamed.cases["new"]
        reply(Case.objects.get(pk=case.pk), by=unnamed.people["consultant"], at=timezone.now(), body="Bonjour.")
        # What ran out before is written down with it, at whatever time of the week this runs.
        assert list(Event.objects.filter(case=case).exclude(kind="breached").values_list("kind", flat=True)) == [
            "opened",
            "replied",
        ]

    def test_is_not_a_product_s_either(self, db):
        sql("UPDATE products_product SET name = %s WHERE code = 'changepoint'", "\u2800")
        assert Product.objects.get(code="changepoint").name == "(no name)"
