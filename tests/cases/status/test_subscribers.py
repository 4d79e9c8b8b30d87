"""Updates by mail: asked for, confirmed by a button, left; nothing is told of who is known."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.jobs import sweep as sweeping
from cases.models import IncidentUpdate, StatusMail, StatusSubscriber
from cases.notifications import delivery
from cases.status_page import subscribers
from contacts.models.mail_delivery import Delivery
from products.models import Product
from tests.cases.status.conftest import read

pytestmark = pytest.mark.django_db

SUE = "sue@reader.example"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    """The limits count what others asked for in the hour before."""
    cache.clear()


def ask(client, email=SUE, **more):
    return client.post("/status/subscribe/", {"email": email, "language": "en", **more})


def link_in(mail):
    """The address of the link to confirm, as the mail has it."""
    return re.search(r"http://[^/]+(/status/confirm/\S+)", mail.part("plain")).group(1)


@pytest.fixture
def confirmed(reference, at):
    """`confirmed("sue@…", "daptiv", language="fr")`: somebody who gets updates."""

    def make(email=SUE, *codes, language="en"):
        subscriber = StatusSubscriber.objects.create(
            email=email, language=language, all_products=not codes, asked_at=at, confirmed_at=at
        )
        subscriber.products.set(Product.objects.filter(code__in=codes))
        return subscriber

    return make


class TestAsking:
    def test_sends_a_link_and_subscribes_nobody(self, client, reference, sink, at):
        assert ask(client).url == reverse("status:asked")
        subscriber = StatusSubscriber.objects.get()
        assert (subscriber.confirmed_at, subscriber.all_products) == (None, True)
        delivery.deliver(at)
        [mail] = sink.messages
        assert mail.recipients == (SUE,)
        assert client.get(link_in(mail)).status_code == 200
        assert StatusSubscriber.objects.get().confirmed_at is None

    def test_answers_the_same_for_known_and_unknown(self, client, confirmed):
        confirmed()
        answers = [ask(client, email) for email in (SUE, "new@reader.example", SUE.upper())]
        assert {(answer.status_code, answer.url, answer.content) for answer in answers} == {
            (302, reverse("status:asked"), b"")
        }
        assert StatusMail.objects.filter(update=None).count() == 2  # one of the two spellings was replaced

    def test_does_as_many_queries_for_known_and_unknown(self, client, confirmed, reference):
        confirmed("known@reader.example")
        counts = []
        for email in ("known@reader.example", "other@reader.example"):
            with CaptureQueriesContext(connection) as captured:
                ask(client, email)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_writes_to_one_address_three_times_an_hour_and_says_nothing_of_it(self, client, reference):
        assert {ask(client).url for _time in range(6)} == {reverse("status:asked")}
        last = StatusSubscriber.objects.get()
        ask(client)
        assert StatusSubscriber.objects.get().token_hash == last.token_hash

    def test_stops_who_asks_for_many(self, client, reference):
        codes = [ask(client, f"{number}@reader.example").status_code for number in range(12)]
        assert codes[:10] == [302] * 10
        assert codes[-1] == 429
        assert StatusSubscriber.objects.count() == 10

    @pytest.mark.parametrize("email", ["", "nobody", "a@b, c@d.example", "x" * 250 + "@d.example", "a\nb@d.example"])
    def test_refuses_what_is_no_address(self, client, reference, email):
        assert ask(client, email).status_code == 422
        assert not StatusSubscriber.objects.exists()

    def test_refuses_a_product_that_is_none(self, client, reference):
        assert ask(client, products=["nothing"]).status_code == 422

    def test_needs_the_token_of_its_page(self, reference):
        from django.test import Client

        assert Client(enforce_csrf_checks=True).post("/status/subscribe/", {"email": SUE}).status_code == 403

    def test_says_nothing_that_somebody_wrote(self, client, reference, sink, at):
        """Whoever asks in the name of a victim sends them our words alone."""
        ask(client, products=["daptiv"], language="fr")
        delivery.deliver(at)
        body = sink.messages[0].part("plain")
        assert "Daptiv" in body
        assert sink.messages[0].message["Content-Language"] == "fr"
        assert link_in(sink.messages[0]).endswith("/?lang=fr")

    def test_never_writes_to_ourselves(self, client, reference, sink, at, settings):
        settings.DEFAULT_FROM_EMAIL = "Customer Care <care@house.example>"
        ask(client, "care@house.example")
        assert delivery.deliver(at) == {Delivery.WITHHELD: 1}
        assert not sink.messages


class TestTheLink:
    @pytest.fixture
    def link(self, client, reference):
        ask(client, products=["daptiv", "barometer"])
        return subscribers.link_of(StatusSubscriber.objects.get())

    def test_is_kept_as_a_hash_alone(self, link):
        row = StatusSubscriber.objects.values().get()
        assert row["token_hash"] == hashlib.sha256(link.encode()).hexdigest()
        assert link not in str(row)
        assert link not in str(list(StatusMail.objects.values()))

    def test_changes_nothing_when_followed(self, client, link):
        page = read(client.get(f"/status/confirm/{link}/"))
        assert "Daptiv, Barometer" in page
        assert SUE in page
        assert StatusSubscriber.objects.get().confirmed_at is None

    def test_confirms_by_the_button_once(self, client, link, at):
        assert "You get the updates" in read(client.post(f"/status/confirm/{link}/"))
        subscriber = StatusSubscriber.objects.get()
        assert (subscriber.confirmed_at, subscriber.token_hash) == (at, "")
        assert client.post(f"/status/confirm/{link}/").status_code == 410
        assert client.get(f"/status/confirm/{link}/").status_code == 410

    def test_holds_for_two_days(self, client, link, now):
        now(hours=47, minutes=59)
        assert client.get(f"/status/confirm/{link}/").status_code == 200
        now(hours=48)
        assert client.post(f"/status/confirm/{link}/").status_code == 410

    def test_of_a_second_request_ends_the_first(self, client, link, now):
        now(minutes=5)
        ask(client)
        assert client.post(f"/status/confirm/{link}/").status_code == 410
        assert StatusSubscriber.objects.get().confirmed_at is None

    def test_that_nobody_made_is_over(self, client, link):
        for made_up in ("x", "0" * 64, link[:-1] + "0g"):
            assert client.post(f"/status/confirm/{made_up}/").status_code == 410

    def test_survives_a_change_of_key(self, client, link, settings):
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
        assert subscribers.link_of(StatusSubscriber.objects.get()) == link

    def test_cannot_be_made_from_what_the_database_knows(self, link, settings):
        settings.SECRET_KEY = "another-key-" * 5
        assert subscribers.link_of(StatusSubscriber.objects.get()) is None

    def test_changes_what_somebody_chose_before(self, client, confirmed, now):
        known = confirmed(SUE.title())
        ask(client, products=["daptiv"], language="fr")
        assert StatusSubscriber.objects.get(pk=known.pk).all_products
        waiting = StatusSubscriber.objects.get(confirmed_at=None)
        client.post(f"/status/confirm/{subscribers.link_of(waiting)}/")
        one = StatusSubscriber.objects.get()
        assert (one.pk, one.language, one.all_products) == (known.pk, "fr", False)
        assert one.products.get().code == "daptiv"


class TestTheDatabase:
    def test_keeps_one_of_each_address(self, confirmed, at):
        confirmed()
        with pytest.raises(IntegrityError), transaction.atomic():
            confirmed(SUE.upper())

    def test_knows_no_link_of_who_has_confirmed(self, confirmed):
        subscriber = confirmed()
        subscriber.token_hash = "x"
        with pytest.raises(IntegrityError), transaction.atomic():
            subscriber.save()


class TestForgetting:
    def test_is_done_by_the_sweep_where_nobody_confirmed(self, client, confirmed, later):
        confirmed()
        ask(client, "late@reader.example")
        sweeping.sweep(later(hours=47))
        assert StatusSubscriber.objects.count() == 2
        sweeping.sweep(later(hours=48))
        assert StatusSubscriber.objects.get().email == SUE


class TestAnUpdate:
    def test_is_written_to_each_who_wants_it_once(self, confirmed, open_incident, publish):
        wanted = {confirmed("all@x.example"), confirmed("daptiv@x.example", "daptiv", "barometer")}
        confirmed("other@x.example", "clarizen")
        StatusSubscriber.objects.create(email="unconfirmed@x.example", asked_at="2027-06-08T00:00Z")
        publish(open_incident(product="daptiv"))
        update = IncidentUpdate.objects.get()
        subscribers.put_update(update)  # said twice
        mails = StatusMail.objects.filter(update=update)
        assert {mail.subscriber for mail in mails} == wanted
        assert mails.count() == 2

    def test_of_what_is_not_public_is_written_to_nobody(self, confirmed, open_incident, publish):
        confirmed()
        publish(open_incident(is_public=False))
        assert not StatusMail.objects.exists()

    def test_is_one_statement_for_five_thousand(self, incident, publish, at):
        StatusSubscriber.objects.bulk_create(
            StatusSubscriber(email=f"{number}@many.example", asked_at=at, confirmed_at=at) for number in range(5000)
        )
        publish(incident)
        update = IncidentUpdate.objects.select_related("incident").get()
        assert StatusMail.objects.filter(update=update, state=Delivery.DUE).count() == 5000
        assert StatusMail.objects.values("message_id").distinct().count() == 5000
        StatusMail.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            subscribers.put_update(update)
        assert len(captured) == 1

    def test_comes_in_the_language_of_each_with_the_way_out(self, client, confirmed, incident, publish, sink, later):
        french, english = confirmed("f@x.example", language="fr"), confirmed("e@x.example")
        publish(incident)
        delivery.deliver_all(later(minutes=11))
        mails = {mail.recipients[0]: mail for mail in sink.messages}
        assert "Un disque est plein." in mails[french.email].part("plain")
        mail = mails[english.email]
        assert mail.message["Subject"] == "Time sheets are not saved – Identified"
        assert "A disk is full." in mail.part("html")
        assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.message["Auto-Submitted"] == "auto-generated"
        way_out = re.fullmatch(r"<http://[^/]+(/status/leave/.+/)>", mail.message["List-Unsubscribe"].strip()).group(1)
        assert way_out in mail.part("plain")
        assert client.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert list(StatusSubscriber.objects.all()) == [french]

    def test_follows_the_earlier_ones_in_one_thread(self, confirmed, incident, publish, sink, later):
        confirmed()
        publish(incident, minutes=1)
        publish(incident, minutes=2)
        delivery.deliver_all(later(minutes=3))
        first, second = sink.messages
        assert second.message["In-Reply-To"] == first.id

    def test_is_withheld_once_the_incident_is_no_longer_public(self, confirmed, incident, publish, sink, later):
        confirmed()
        publish(incident)
        type(incident).objects.update(is_public=False)
        assert delivery.deliver(later(minutes=11)) == {Delivery.WITHHELD: 1}

    def test_never_holds_up_what_is_said_about_a_case(self, confirmed, incident, publish, case, sink, later):
        for number in range(3):
            confirmed(f"{number}@x.example")
        publish(incident, minutes=0)
        delivery.deliver(later(minutes=1), limit=1)
        assert sink.messages[0].recipients == (case.customer.email,)

    def test_waits_with_all_others_while_the_relay_is_away(self, confirmed, incident, publish, settings, later):
        confirmed()
        publish(incident)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        at = later(minutes=11)
        assert delivery.deliver(at) == {Delivery.DUE: 1}
        mail = StatusMail.objects.get()
        assert (mail.state, mail.due_at, mail.attempts) == ("due", at + delivery.RELAY_PAUSE, 0)


class TestLeaving:
    def test_is_done_by_the_button_not_by_following_the_link(self, client, confirmed):
        way_out = reverse("status:leave", args=[subscribers.way_out(confirmed())])
        assert SUE in read(client.get(way_out))
        assert StatusSubscriber.objects.exists()
        assert "You get no updates" in read(client.post(way_out))
        assert not StatusSubscriber.objects.exists()

    def test_again_says_the_same(self, client, confirmed):
        way_out = reverse("status:leave", args=[subscribers.way_out(confirmed())])
        client.post(way_out)
        for response in (client.get(way_out), client.post(way_out)):
            assert (response.status_code, "You get no updates" in read(response)) == (200, True)

    def test_needs_what_we_signed(self, client, confirmed):
        subscriber = confirmed()
        client.post(reverse("status:leave", args=[f"{subscriber.pk}:AAAA"]))
        assert StatusSubscriber.objects.exists()

    def test_needs_no_token_for_one_press_in_a_mail_program(self, confirmed):
        from django.test import Client

        way_out = reverse("status:leave", args=[subscribers.way_out(confirmed())])
        response = Client(enforce_csrf_checks=True).post(way_out, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.cookies.output()) == (200, "")

    def test_takes_the_mails_that_wait_with_it(self, confirmed, incident, publish):
        subscriber = confirmed()
        publish(incident)
        subscribers.leave(subscribers.way_out(subscriber))
        assert not StatusMail.objects.exists()
        assert timedelta(hours=48) == subscribers.LINK_HOLDS
