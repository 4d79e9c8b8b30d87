"""open_case and reopen."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from cases.lifecycle import open_case as open_case_verb
from cases.lifecycle import provide_solution, reopen
from cases.models import Case, CaseType, Event, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.entitlements import NotEntitled
from contacts.models import Account, Instance
from products.models import Product, Release
from sla.matrices import Severity

pytestmark = pytest.mark.django_db


class TestOpenCase:
    def test_starts_new_with_the_first_team_and_nobody_owning_it(self, case, alice, acme, at):
        case.refresh_from_db()
        assert (case.status, case.owner, case.team.code) == ("new", None, "customer-care-1")
        assert (case.account, case.customer, case.opened_at, case.received_at) == (acme, alice, at, at)

    def test_keeps_what_was_promised_at_opening(self, case):
        assert case.plan.code == "standard"
        assert case.matrix.code == "2021"
        assert case.desk.product == case.product
        assert case.release == case.instance.release

    def test_records_one_event_and_the_description(self, case, alice):
        event = Event.objects.get(case=case)
        assert (event.kind, event.actor, event.status) == ("opened", alice, "new")
        assert case.messages.get().body == "Saving ends in an error since this morning."
        assert event.message == case.messages.get()

    def test_acknowledges_by_mail(self, case, alice):
        mail = OutboxMail.objects.get(case=case)
        assert (mail.notice, mail.recipient, mail.state) == ("acknowledgement", alice, "due")

    def test_starts_the_clocks_of_the_severity(self, case):
        assert {row.metric for row in case.commitments.all()} == {"response", "restoration", "resolution"}
        assert case.next_metric == "response"
        assert case.next_due_at == case.commitments.get(metric="response").due_at

    def test_opened_as_critical_is_critical_at_once(self, alice, open_case):
        case = open_case(alice, severity="critical")
        assert case.severity == Severity.CRITICAL
        assert case.commitments.filter(metric="status_update").exists()

    def test_without_a_severity_is_moderate_and_provisional(self, alice, acme, dora, at):
        product = Product.objects.get(code="daptiv")
        case = open_case_verb(
            by=dora,
            customer=alice,
            at=at,
            account=acme,
            product=product,
            type=CaseType.objects.get(code="issue"),
            subject="From a mail",
            body="Please help",
            severity=None,
            instance=Instance.objects.get(account=acme, product=product),
            channel="mail",
        )
        assert (case.severity, case.severity_is_provisional) == (Severity.MODERATE, True)

    def test_by_phone_writes_down_the_texts_of_the_customer_and_was_an_answer(self, alice, carl, open_case, later):
        case = open_case(carl, account=alice.accounts.get(), customer=alice, channel="phone", at=later(minutes=9))
        message = case.messages.get()
        assert (message.author, message.from_customer, message.channel) == (alice, True, "phone")
        assert case.last_word_by == alice
        assert case.commitments.get(metric="response").state == "met"
        assert case.commitments.get(metric="resolution").state == "running"

    def test_promises_nothing_for_an_excluded_type(self, alice, open_case):
        case = open_case(alice, type="enhancement")
        assert case.exclusion.code == "enhancement"
        assert not case.commitments.exists()
        assert case.next_due_at is None

    def test_promises_no_times_for_a_version_no_longer_covered(self, alice, acme, open_case, at):
        product = Product.objects.get(code="changepoint")
        for day, version in enumerate(("2027.6", "2027.7"), start=1):
            Release.objects.create(product=product, version=version, released_on=at.date().replace(day=day))
        case = open_case(alice)
        assert not case.version_covered
        assert case.exclusion.code == "unsupported_version"
        assert not case.commitments.exists()
        assert open_case(alice, type="enhancement").exclusion.code == "enhancement"

    def test_is_refused_to_who_was_not_designated_and_names_colleagues(self, bob, alice, open_case):
        with pytest.raises(NotEntitled) as refusal:
            open_case(bob, product="changepoint")
        assert refusal.value.verdict.colleagues == (alice,)
        assert not Case.objects.exists()

    def test_is_open_to_any_user_where_the_product_says_so(self, bob, open_case):
        assert open_case(bob, product="barometer").customer == bob

    def test_is_refused_for_another_account(self, eve, acme, open_case):
        with pytest.raises(NotEntitled):
            open_case(eve, account=acme)

    def test_is_refused_in_the_name_of_a_colleague(self, alice, bob, open_case):
        with pytest.raises(NotAllowed):
            open_case(bob, product="barometer", customer=alice)

    def test_sent_twice_gives_one_case(self, alice, open_case):
        key = uuid4()
        first, second = open_case(alice, submission=key), open_case(alice, submission=key)
        assert first.pk == second.pk
        assert (Case.objects.count(), Event.objects.count(), OutboxMail.objects.count()) == (1, 1, 1)

    def test_sent_with_the_key_of_somebody_else_is_refused_and_gives_nothing_away(self, alice, eve, open_case):
        key = uuid4()
        open_case(alice, submission=key)
        with pytest.raises(IntegrityError):
            open_case(eve, submission=key)
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("of", [("Globex", "changepoint"), ("Acme", "daptiv")])
    def test_is_refused_for_an_instance_of_another_account_or_product(self, of, alice, acme, globex, at):
        name, product = of
        with pytest.raises(NotAllowed):
            open_case_verb(
                by=alice,
                at=at,
                account=acme,
                product=Product.objects.get(code="changepoint"),
                type=CaseType.objects.get(code="issue"),
                subject="Forged",
                body="Not ours",
                severity=2,
                instance=Instance.objects.get(account__name=name, product__code=product),
            )
        assert not Case.objects.exists()

    def test_of_a_closed_contract_is_refused(self, alice, acme, open_case):
        Account.objects.filter(pk=acme.pk).update(is_active=False)
        with pytest.raises(NotEntitled):
            open_case(alice, account=Account.objects.get(pk=acme.pk))


class TestReopen:
    @pytest.fixture
    def closed(self, case, alice, carl, later):
        from cases.lifecycle import accept_solution

        provide_solution(case, by=carl, at=later(minutes=30), body="Restart the service.")
        return accept_solution(case, by=alice, at=later(minutes=40))

    def test_by_the_customer_begins_a_new_cycle(self, closed, alice, later):
        case = reopen(closed, by=alice, at=later(days=3), reason="It is back.")
        assert (case.status, case.reopenings, case.closed_at, case.restored_at) == ("reopened", 1, None, None)
        cycles = set(case.commitments.filter(state="running").values_list("metric", "cycle"))
        assert cycles == {("restoration", 2), ("resolution", 2)}

    def test_leaves_the_first_cycle_as_it_was(self, closed, alice, later):
        before = list(closed.commitments.filter(cycle=1).order_by("id").values())
        reopen(closed, by=alice, at=later(days=3), reason="It is back.")
        assert list(closed.commitments.filter(cycle=1).order_by("id").values()) == before

    def test_by_one_of_ours_tells_the_customer(self, closed, carl, later):
        reopen(closed, by=carl, at=later(days=3), reason="We found the same fault again.")
        assert OutboxMail.objects.filter(case=closed, notice="reopened").exists()

    def test_of_an_open_case_is_refused(self, case, alice, later):
        with pytest.raises(IllegalMove):
            reopen(case, by=alice, at=later(minutes=1), reason="Why not")
