"""What comes in by real requests is stored clean, in every column of the database, and nothing invisible passes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from cases import lifecycle
from cases.models import Attachment, Case, IncidentUpdate, Message, Note, Tag
from contacts.models import Instance, Team, User

pytestmark = pytest.mark.django_db

BAD = "\x0b\x1b\x85\u202e\u2066\ufeff\uffff\x00"
UNSEEN = "\u200b\u3164\u2060"
LOG = "    at step 1\r\n\tat step 2\r\n\r\n  done"


@pytest.fixture(autouse=True)
def _place_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def draft(acme, alice):
    instance = Instance.objects.get(account=acme, product__code="changepoint")
    return {
        "product": f"{acme.pk}.changepoint",
        "instance": instance.pk,
        "type": "defect",
        "severity": "2",
        "subject": f"Time{BAD}sheets",
        "body": f"{LOG}{BAD}",
    }


def unclean():
    """Return the columns of the whole database, ours or not, in which a sign stands that is never kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying') AND table_name NOT IN ('django_session')"
        )
        columns = cursor.fetchall()
        assert len(columns) > 150
        checks = " UNION ALL ".join(
            f'SELECT \'{table}.{column}\' FROM "{table}" WHERE NOT sla_is_clean_text("{column}")'
            for table, column in columns
        )
        cursor.execute(checks)
        return {found for (found,) in cursor.fetchall()}


class TestWhatIsSent:
    def test_opens_a_case_with_clean_words_and_files(self, signed_in, alice, draft):
        file = SimpleUploadedFile("a.txt", b"\x0b\x00 stays as it is")
        file._name = "lo\u202eg\x0b.txt"
        assert signed_in(alice).post("/cases/new/", {**draft, "files": file}).status_code == 302
        case = Case.objects.get()
        assert case.subject == "Time  sheets"
        assert Message.objects.get().body == LOG.replace("\r\n", "\n")
        kept = Attachment.objects.get()
        assert kept.name == "log.txt"
        assert kept.file.read() == b"\x0b\x00 stays as it is"
        assert unclean() == set()

    def test_changes_a_name(self, signed_in, alice):
        sent = {"name": f"Alice{BAD} Adams", "phone": "", "language": "en", "time_zone": "UTC"}
        assert signed_in(alice).post("/accounts/profile/", sent).status_code == 302
        assert User.objects.get(pk=alice.pk).name == "Alice   Adams"

    def test_works_a_case(self, signed_in, carl, case):
        here = signed_in(carl)
        here.post(reverse("desk:note", args=[case.number]), {"body": f"{BAD}seen"})
        here.post(reverse("desk:tag", args=[case.number]), {"names": f"lo\u202egin{BAD}, \u200bsso"})
        here.post(reverse("desk:reply", args=[case.number]), {"body": f"hel{BAD}lo"})
        assert Note.objects.get().body == "seen"
        assert set(Tag.objects.values_list("name", flat=True)) == {"login", "sso"}
        assert Message.objects.latest("pk").body == "hel\n\nlo"
        assert unclean() == set()

    def test_fills_the_back_office(self, signed_in, mona):
        sent = {"code": "nights", "name_en": f"Ni{BAD}ghts", "name_fr": "\u202eNuits", "position": "9"}
        answer = signed_in(mona).post("/admin/contacts/team/add/", sent)
        assert answer.status_code == 302, answer.context and answer.context["errors"]
        assert Team.objects.get(code="nights").name_fr == "Nuits"
        assert unclean() == set()


class TestWhatIsInvisible:
    """Is answered as an empty field is."""

    @pytest.mark.parametrize("field", ["subject", "body"])
    def test_opens_no_case(self, field, signed_in, alice, draft):
        answer = signed_in(alice).post("/cases/new/", {**draft, field: UNSEEN})
        assert answer.status_code == 422
        assert answer.context["form"].errors[field] == ["This field is required."]
        assert not Case.objects.exists()

    def test_is_no_name(self, signed_in, alice):
        sent = {"name": UNSEEN, "phone": "", "language": "en", "time_zone": "UTC"}
        answer = signed_in(alice).post("/accounts/profile/", sent)
        assert answer.context["form"].errors["name"] == ["This field is required."]

    def test_is_no_name_in_the_back_office(self, signed_in, mona):
        answer = signed_in(mona).post("/admin/contacts/team/add/", {"code": "nights", "name_en": UNSEEN, "position": 1})
        assert answer.context["adminform"].form.errors["name_en"] == ["This field is required."]

    def test_is_no_tag(self, signed_in, carl, case):
        signed_in(carl).post(reverse("desk:tag", args=[case.number]), {"names": UNSEEN})
        assert not Tag.objects.exists()


class TestAVerb:
    """Cleans what reaches it by another way than a form, as a mail or a command would."""

    def test_keeps_no_bad_sign(self, case, carl, later):
        lifecycle.reply(case, by=carl, at=later(minutes=1), body=f"hel{BAD}lo")
        assert Message.objects.latest("pk").body == "hel\n\nlo"

    def test_takes_invisible_texts_of_an_incident_for_none(self, nora, at, case):
        from cases.lifecycle.incidents import OneLanguage
        from products.models import Product

        incident = lifecycle.open_incident(
            by=nora,
            at=at,
            title_en="Down\u202e",
            title_fr="Panne\x0b",
            severity=1,
            started_at=at,
            effects={Product.objects.get(code="daptiv"): "down"},
        )
        assert (incident.title_en, incident.title_fr) == ("Down", "Panne")
        with pytest.raises(OneLanguage):
            lifecycle.publish_update(incident, by=nora, at=at, text_en=UNSEEN, text_fr="Un", state="identified")
        assert not IncidentUpdate.objects.exists()
