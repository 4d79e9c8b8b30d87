"""Every column, every field of every form and every door takes clean text: found in the registries, not listed here."""

import ast
import importlib
import pkgutil
from itertools import cycle, product
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db import IntegrityError, connection, models, transaction
from django.test import RequestFactory
from django.urls import get_resolver

from config.web.middleware import PlainText, is_secret
from contacts.models import Account, User
from sla.text_fields import CleanTextField, _CleanColumn, _CleanInput, text_columns
from tests.test_architecture import APPS, ROOT, calls, modules, name

OURS = [model for model in apps.get_models() if model._meta.app_label in APPS]
BAD = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff\ud800\udfff\U000e0041",
]
BAD = [sign for sign in BAD if sign not in "\t\n"]
UNSEEN = "\u200b\u2060\u00ad\u3164\u115f\u2800\ufe0f\u200d\u034f \u00a0"
# Written by code of ours, each from a fixed alphabet: states, codes, hashes, types, addresses of files.
OF_CODE = {
    "cases.Attachment": {"content_type", "sha256", "file"},
    "cases.DispatchRule": {"channel"},
    "cases.Event": {"kind"},
    "cases.IncidentEvent": {"kind"},
    "cases.RootCauseEvent": {"kind"},
    "cases.ExportRecord": {"query", "sha256"},  # the filters stand in it percent-encoded
    "cases.OutboxMail": {"message_id", "notice"},
    "cases.StatusMail": {"message_id"},
    "cases.StatusSubscriber": {"token_hash"},
    "cases.Case": {"next_metric"},
    "cases.PromiseTally": {"metric"},
    "cases.ExportJob": {"language", "time_zone"},
    "contacts.CacheEntry": {"key"},
    # Composed here of texts that were cleaned, and gone once it is sent.
    "contacts.SignInMail": {"message_id", "notice", "subject", "text", "html"},
    "contacts.User": {"password"},
    "sla.LoadedRow": {"table", "key"},  # as the reference files have them
}


# Letters and digits, numbers, and what is parsed: none of these is text in which people write.
READ = forms.SlugField | forms.JSONField | forms.UUIDField | forms.GenericIPAddressField | SimpleArrayField


def form_classes():
    """Yield every form that we write, after all modules that can hold one are read."""
    for package in APPS:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if "management" not in found.name and "migrations" not in found.name and "__main__" not in found.name:
                importlib.import_module(found.name)
    waiting = [forms.BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield form


def fields():
    """Yield the fields of text of all our forms and of the back office's, each with a name for the failure."""
    for form in form_classes():
        if form.__module__.partition(".")[0] in APPS and form.__module__ != "config.look.styleguide":
            yield from ((f"{form.__module__}.{form.__name__}.{key}", one) for key, one in form.base_fields.items())
    request = RequestFactory().get("/")
    request.user = User(role="administrator", pk=1)
    for model, page in admin.site._registry.items():
        if model not in OURS:
            continue
        for place in (page, *page.get_inline_instances(request)):
            for field in place.model._meta.local_fields:
                shown = place.formfield_for_dbfield(field, request)
                if shown is not None and field.name not in OF_CODE.get(place.model._meta.label, ()):
                    yield f"admin {place.model._meta.label}.{field.name}", shown


def texts():
    """Of these, those in which people write."""
    for key, field in fields():
        if isinstance(field, forms.CharField) and not isinstance(field, READ):
            yield key, field


class TestEveryColumn:
    def test_of_text_is_clean_or_of_our_own_making(self):
        bare = [
            f"{model._meta.label}.{field.name}"
            for model in OURS
            for field in model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField | models.FileField)
            and not isinstance(field, _CleanColumn | models.SlugField)
            and not field.choices
            and field.name not in OF_CODE.get(model._meta.label, ())
        ]
        assert bare == []

    def test_is_guarded_by_the_database(self):
        unguarded = [
            model._meta.label
            for model in OURS
            if text_columns(model) and "text_is_clean" not in {one.name for one in getattr(model._meta, "triggers", ())}
        ]
        assert unguarded == []

    @pytest.mark.parametrize("sign", [sign for sign in BAD if not "\ud800" <= sign <= "\udfff"], ids=ascii)
    def test_is_clean_whoever_asks_for_it(self, sign):
        for model in OURS:
            for field in text_columns(model):
                assert sign not in field.get_db_prep_save(f"a{sign}b", connection), field


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize("wrong", ["a\x0b", "\u202eb", "a\nb", "", "\u200d", UNSEEN[:9]], ids=ascii)
    def test_refuses_a_name_that_was_not_cleaned_or_shows_nothing(self, wrong, acme):
        with pytest.raises(IntegrityError, match="cannot be the text"), transaction.atomic(), connection.cursor() as at:
            at.execute("UPDATE contacts_account SET name = %s", [wrong])

    def test_refuses_a_name_of_nothing_from_code_too(self, acme):
        for write in (
            lambda: Account.objects.update(name=UNSEEN),
            lambda: Account.objects.bulk_update([Account(pk=acme.pk, name="\u202e")], ["name"]),
            lambda: User.objects.create_user("a@example.com", name="\u200b"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()

    def test_has_what_is_in_hand_after_saving(self, acme):
        acme.name = " Ac\u202eme\x0bGroup "
        acme.save()
        assert acme.name == "Acme Group"
        assert Account.objects.get(name="Acme Group") == acme

    def test_finds_nothing_by_what_it_cannot_store(self, acme):
        for wrong in ("Ac\0me?", "\ud800"):
            assert not Account.objects.filter(name=wrong).exists()
            assert not Account.objects.filter(name__in=[wrong]).exists()


@pytest.mark.django_db
class TestEveryForm:
    def test_has_fields_of_clean_text_alone(self, reference):
        found = dict(texts())
        assert len(found) > 120
        assert [key for key, field in found.items() if not isinstance(field, _CleanInput)] == []

    def test_is_written_with_them_where_fields_are_made_by_code(self):
        bare = [
            f"{name(path)}:{call.lineno} {called}"
            for path in modules(*APPS)
            if path.relative_to(ROOT).as_posix() not in ("sla/text_fields.py", "config/look/styleguide.py")
            for call, called in calls(path)
            if called in ("forms.CharField", "forms.EmailField", "forms.URLField")
        ]
        subclassed = [
            f"{name(path)}:{node.lineno}"
            for path in modules(*APPS)
            if path.name != "text_fields.py"
            for node in ast.walk(ast.parse(Path(path).read_text()))
            if isinstance(node, ast.ClassDef) and "forms.CharField" in map(ast.unparse, node.bases)
        ]
        assert bare + subclassed == []

    def test_keeps_no_bad_sign_in_any_field(self, reference, share):
        kept = []
        for (key, field), sign in share(product(texts(), BAD), 3):
            try:
                clean = field.to_python(f"a{sign}b@example.com")
            except forms.ValidationError:  # a month, say
                continue
            if isinstance(clean, str) and sign in clean:
                kept.append(f"{key}: {sign!a}")
        assert kept == []

    def test_takes_invisible_text_for_an_empty_field(self, reference):
        taken = []
        for key, field in texts():
            try:
                taken += [key] if field.required or field.clean(UNSEEN) else []
            except forms.ValidationError:
                taken.append(key)
            if field.required:
                with pytest.raises(forms.ValidationError) as refused:
                    field.clean(UNSEEN)
                assert refused.value.code == "required", key
                taken.remove(key)
        assert taken == []

    def test_keeps_the_white_space_of_a_log(self, reference):
        log = "    at step 1\n\tat step 2\n\n  done"
        several = [(key, field) for key, field in texts() if isinstance(field.widget, forms.Textarea)]
        assert len(several) > 30
        assert [key for key, field in several if field.to_python(f"\r\n \n{log} \n\n") != log] == []

    def test_of_a_model_s_text_is_a_text_area(self, reference):
        for model in OURS:
            for field in text_columns(model):
                shown = field.formfield()
                assert isinstance(shown.widget, forms.Textarea) == isinstance(field, CleanTextField)


class TestTheDoor:
    """Each request is cleaned before a view sees it; what is secret is not."""

    def passed(self, rf, path, data=None, **more):
        seen = []
        door = PlainText(lambda request: seen.append(request) or door.process_view(request))
        door(rf.get(path, **more) if data is None else rf.post(path, data, **more))
        return seen[0]

    @pytest.mark.parametrize("sign", [sign for sign in BAD if not "\ud800" <= sign <= "\udfff"], ids=ascii)
    def test_cleans_parameters_and_fields(self, rf, sign):
        assert sign not in self.passed(rf, "/", {"q": f"a{sign}b"}).POST["q"]
        assert sign not in self.passed(rf, "/", query_params={"q": f"a{sign}b"}).GET["q"]

    def test_lets_secrets_pass_as_they_are(self, rf):
        secret = "\u202epass\u200b \x07word"
        sent = dict.fromkeys(("password", "oldpassword", "password1", "0-password", "csrfmiddlewaretoken"), secret)
        assert self.passed(rf, "/", sent).POST.dict() == sent

    def test_knows_every_secret_field(self):
        known = {
            key
            for form in form_classes()
            for key, field in getattr(form, "base_fields", {}).items()
            if isinstance(field.widget, forms.PasswordInput)
        }
        assert len(known) > 2
        assert [key for key in known if not is_secret(key)] == []

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [("a\u202egnp.txt", "agnp.txt"), ("\u200b\u3164", "file"), ("..\u200b", "file"), ("a\x0bb.txt", "a b.txt")],
        ids=ascii,
    )
    def test_cleans_names_of_files(self, rf, sent, kept):
        from django.core.files.uploadedfile import SimpleUploadedFile

        request = rf.post("/", {"files": SimpleUploadedFile("a.txt", b"x")})
        request.FILES["files"]._name = sent
        PlainText(lambda one: one).process_view(request)
        assert request.FILES["files"].name == kept


WORST = ("\0a", "\u202e\x0b\x85\ufffe", "\u200b", "\x85\u2066")
KEYS = ("q", "o", "p", "page", "after", "next", "lang", "seen", "number", "status_code", "action_time__day", "caller")


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["alice", "mona", "nobody"])
def test_no_address_is_troubled_by_what_it_is_asked(reader, request, client, case, settings, share):
    """Every address that stands alone, with every key of every form and filter set to each of the worst."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    if reader != "nobody":
        client.force_login(request.getfixturevalue(reader))
    client.raise_request_exception = False
    keys = sorted(
        {*KEYS, *(key for form in form_classes() for key in getattr(form, "base_fields", {}) if key.isidentifier())}
    )
    paths = sorted(alone(get_resolver(), case))
    assert len(paths) > 60
    asked, troubled = dict(zip(keys, cycle(WORST), strict=False)), []
    for path in share(paths, 3):
        answers = client.get(path, query_params=asked), client.post(path, asked)
        troubled += [(path, answer.request["REQUEST_METHOD"]) for answer in answers if answer.status_code >= 500]
    assert troubled == []


def alone(resolver, case, prefix="/"):
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).lstrip("^").rstrip("$")
        if hasattr(entry, "url_patterns"):
            yield from alone(entry, case, path)
        else:
            path = path.replace("<case_number:case_id>", case.number).replace("<case_number:number>", case.number)
            if not set("<(\\") & set(path) and path != "/accounts/logout/":
                yield path
