"""Opening a case in the portal."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Attachment, Case
from contacts.models import Designation, Instance, Membership
from products.models import Release
from sla.matrices import Severity
from tests.cases.portal.conftest import read

NEW = "/cases/new/"


@pytest.fixture
def draft(alice, acme):
    """Everything that a whole form sends."""
    instance = Instance.objects.get(account=acme, product__code="changepoint")
    return {
        "product": f"{acme.pk}.changepoint",
        "instance": instance.pk,
        "type": "defect",
        "severity": "2",
        "subject": "Time sheets cannot be saved",
        "body": "Since this morning.",
        "submission": str(uuid4()),
    }


class TestOpenCase:
    def test_opens_the_case_and_leads_to_it(self, here, alice, acme, draft):
        response = here.post(NEW, draft)
        case = Case.objects.get()
        assert response.url == f"/cases/{case.number}/?opened"
        assert (case.customer, case.account, case.product.code) == (alice, acme, "changepoint")
        assert (case.severity, case.type_id, case.instance_id) == (Severity.MAJOR, "defect", draft["instance"])
        assert case.messages.get().body == "Since this morning."

    def test_thanks_with_number_times_and_who_else_sees_it(self, here, bob, draft):
        page = read(here.post(NEW, draft, follow=True))
        case = Case.objects.get()
        assert f"Your case is {case.number}" in page
        assert "Tue 8 Jun, 11:00 CDT" in page  # 60 minutes from 10:00 in Chicago
        assert "Bob Brown" in page

    def test_keeps_files(self, here, draft):
        files = [SimpleUploadedFile(f"{n}.png", b"\x89PNG\r\n\x1a\n" + bytes([n])) for n in range(3)]
        here.post(NEW, {**draft, "files": files})
        assert sorted(Attachment.objects.values_list("name", flat=True)) == ["0.png", "1.png", "2.png"]

    def test_opens_one_case_when_sent_twice(self, here, draft):
        first, second = here.post(NEW, draft), here.post(NEW, draft)
        assert Case.objects.count() == 1
        assert first.url == second.url

    @pytest.mark.parametrize("missing", ["instance", "type", "severity", "subject", "body"])
    def test_keeps_the_draft_where_something_is_missing(self, here, draft, missing):
        sent = {name: value for name, value in draft.items() if name != missing}
        response = here.post(NEW, sent)
        assert response.status_code == 422
        assert not Case.objects.exists()
        page = read(response)
        assert "Nothing has been sent yet" in page
        if missing != "body":
            assert "Since this morning." in page
        if missing != "subject":
            assert 'value="Time sheets cannot be saved"' in page

    def test_follows_the_link_of_a_products_page(self, here, acme):
        link = re.search(r'href="(/cases/new/\?product=[^"]+)"', read(here.get("/products/changepoint/")))
        assert link
        page = here.get(link[1])
        assert page.context["chosen"].product.code == "changepoint"
        assert 'name="subject"' in read(page)

    def test_says_that_files_have_to_be_chosen_again(self, here, draft):
        upload = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n")
        page = read(here.post(NEW, {**draft, "severity": "", "files": upload}))
        assert "please choose them again" in page

    def test_says_why_a_file_is_refused(self, here, draft):
        page = read(here.post(NEW, {**draft, "files": SimpleUploadedFile("virus.exe", b"MZ")}))
        assert "“virus.exe”" in page
        assert not Case.objects.exists()

    def test_selects_no_severity_beforehand(self, here, acme):
        page = read(here.get(NEW, {"product": f"{acme.pk}.changepoint"}))
        assert 'name="severity"' in page
        severities = [part.split(">")[0] for part in page.split('name="severity"')[1:]]
        assert len(severities) == 4
        assert not any("checked" in one for one in severities)

    def test_asks_for_the_product_first(self, here):
        page = read(here.get(NEW))
        assert 'name="product"' in page
        assert 'name="severity"' not in page

    def test_tells_who_may_open_where_one_may_not(self, signed_in, bob, alice, draft):
        browser = signed_in(bob)
        page = read(browser.get(NEW))
        assert "application administrators whom your company has named" in page
        assert "mailto:alice@example.com" in page
        refused = browser.post(NEW, draft)
        assert refused.status_code == 422
        assert not Case.objects.exists()
        page = read(refused)
        assert "Ask one of them: Alice Adams (alice@example.com)." in page
        assert 'name="severity"' not in page.split("cc-alert-danger")[0]

    def test_opens_to_everybody_where_the_product_does(self, signed_in, bob, draft, acme):
        daptiv = Instance.objects.get(account=acme, product__code="daptiv")
        sent = {**draft, "product": f"{acme.pk}.daptiv", "instance": daptiv.pk}
        assert signed_in(bob).post(NEW, sent).status_code == 302

    def test_says_so_when_the_right_was_lost_meanwhile(self, here, alice, draft):
        here.get(NEW)
        Designation.objects.filter(membership__user=alice).delete()
        page = read(here.post(NEW, draft))
        assert "application administrators" in page
        assert not Case.objects.exists()

    def test_is_refused_for_another_account(self, here, globex, draft):
        theirs = Instance.objects.get(account=globex, product__code="changepoint")
        sent = {**draft, "product": f"{globex.pk}.changepoint", "instance": theirs.pk}
        assert here.post(NEW, sent).status_code == 422
        assert not Case.objects.exists()

    def test_is_refused_with_an_instance_of_another_account(self, here, globex, draft):
        theirs = Instance.objects.get(account=globex, product__code="changepoint")
        assert here.post(NEW, {**draft, "instance": theirs.pk}).status_code == 422
        assert not Case.objects.exists()

    def test_takes_nothing_that_it_does_not_ask_for(self, here, draft, eve, carl):
        extra = {"status": "closed", "customer": eve.pk, "owner": carl.pk, "team": 1, "plan": 1, "account": 1}
        here.post(NEW, {**draft, **extra, "exclusion": "oem", "channel": "phone"})
        case = Case.objects.get()
        assert (case.status, case.owner_id, case.exclusion_id, case.channel) == ("new", None, None, "web")

    def test_names_the_other_ways_to_the_same_desk(self, here, acme):
        page = read(here.get(NEW, {"product": f"{acme.pk}.projectplace"}))
        for words in ("tel:+15123468460", "mailto:support@projectplace.com", "https://lc.chat/now/8700631/"):
            assert words in page

    def test_points_to_the_form_that_a_product_has_elsewhere(self, here, acme):
        page = read(here.get(NEW, {"product": f"{acme.pk}.clarizen"}))
        assert "form of its own" in page
        assert "form of its own" not in read(here.get(NEW, {"product": f"{acme.pk}.changepoint"}))

    def test_says_what_becomes_of_an_unsupported_version(self, here, acme, draft):
        product = Instance.objects.get(pk=draft["instance"]).product
        for day, version in ((1, "2027.6"), (7, "2027.7")):
            Release.objects.create(product=product, version=version, released_on=date(2027, 6, day))
        page = read(here.get(NEW, {"product": draft["product"]}))
        assert "version 2027.5, not supported any more" in page
        chosen = {name: draft[name] for name in ("product", "instance", "type", "severity")}
        assert "No times are promised for this case" in read(here.get(f"{NEW}promise/", chosen))
        here.post(NEW, draft)
        case = Case.objects.get()
        assert not case.version_covered
        assert "Product Management reviews the case" in read(here.get(f"/cases/{case.number}/"))

    def test_gives_htmx_what_depends_on_the_product_and_keeps_the_rest(self, here, acme):
        asked = {"product": f"{acme.pk}.daptiv"}
        first = read(here.get(NEW, asked, headers={"HX-Request": "true"}))
        assert "<html" not in first
        assert 'id="id_subject"' in first
        again = read(here.get(NEW, {**asked, "revealed": "1"}, headers={"HX-Request": "true"}))
        assert "Daptiv production" in again
        assert 'id="id_subject"' not in again

    def test_says_where_to_turn_to_who_belongs_nowhere(self, here, alice):
        Membership.objects.filter(user=alice).delete()
        assert "No product to open a case for" in read(here.get(NEW))

    def test_sends_our_own_people_to_the_desk(self, signed_in, carl):
        assert signed_in(carl).get(NEW).url == "/desk/"
