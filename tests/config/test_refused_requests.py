"""What cannot be asked: a page says so, in the language of its reader, with the status that is right."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/cases/%00/", "/desk/cases/CC-%0a1/", "/admin/cases/casetype/%00/change/", "/%7f"])
def test_an_address_with_a_control_sign_is_no_address(path, mona, signed_in):
    answer = signed_in(mona).get(path)
    assert answer.status_code == 400
    assert "This cannot be done" not in answer.content.decode()
    assert "What was asked for cannot be read" in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_method_that_an_address_does_not_take_has_a_page(language, alice, signed_in):
    alice.language = language
    alice.save(update_fields=["language"])
    answer = signed_in(alice).post("/cases/")
    words = {"en": "This cannot be done at this address", "fr": "Cette adresse ne permet pas cela"}[language]
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert words in answer.content.decode()


def test_a_fragment_gets_no_page(alice, signed_in):
    answer = signed_in(alice).post("/cases/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (405, b"")


def test_a_value_that_no_column_holds_is_refused(alice, signed_in, monkeypatch):
    def ask(*_arguments: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'x'::int")

    monkeypatch.setattr("cases.views.portal.cases.render", ask)
    assert signed_in(alice).get("/cases/").status_code == 400
