"""Files of a refused form: no browser sends them back, so every form asks for them again, and says so once."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from cases.forms.base import VerbForm
from cases.forms.files import FilesField
from cases.forms.opening import OpenCaseForm
from tests.cases.forms.registry import all_forms, verb_forms

ASKED = "please choose them again"
WITH_FILES = [one for one in verb_forms() if "files" in one.base_fields]
WITH_FILES.sort(key=lambda one: (one.__module__, one.__name__))
OPTIONS = {OpenCaseForm: {"choices": [], "at": datetime(2026, 11, 30, tzinfo=UTC)}}


def a_file():
    return SimpleUploadedFile("trace.txt", b"What went wrong.")


@pytest.mark.parametrize("form_class", WITH_FILES, ids=lambda one: f"{one.__module__.split('.')[-1]}.{one.__name__}")
class TestEveryForm:
    def filled(self, form_class, **files):
        return form_class({}, MultiValueDict(files), **OPTIONS.get(form_class, {}))

    @pytest.mark.django_db
    def test_that_is_refused_asks_for_its_files_again_and_once(self, form_class):
        form = self.filled(form_class, files=[a_file()])
        form.add_error(None, "Not now.")
        form.add_error(None, "Nor later.")
        assert [ASKED in error for error in form.errors["files"]] == [True]

    @pytest.mark.django_db
    def test_that_had_none_asks_for_none(self, form_class):
        form = self.filled(form_class)
        form.add_error(None, "Not now.")
        assert "files" not in form.errors

    @pytest.mark.django_db
    def test_whose_page_stays_open_keeps_them(self, form_class):
        form = self.filled(form_class, files=[a_file()])
        form.keeps_files = True
        form.add_error(None, "Not now.")
        assert "files" not in form.errors


def test_no_form_takes_files_by_itself():
    own = {one for one in all_forms() for field in one.base_fields.values() if isinstance(field, FilesField)}
    assert {one for one in own if not issubclass(one, VerbForm)} == set()
