"""A refusal is the first thing seen: every form of the desk and the portal names its reasons on top, with links."""

import inspect
import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from tests.cases.forms.registry import verb_forms
from tests.cases.forms.test_files import OPTIONS


def arguments(form_class) -> set[str]:
    return set(inspect.signature(form_class.__init__).parameters)


# Made with more than a case by their pages, or never by themselves. They are shown by the same templates.
APART = {
    *("JudgementForm", "NearbyForm", "HelpForm", "WhatForm", "PromiseReleaseForm", "ResolveIncidentForm"),
    *("SplitForm", "WriteReportForm", "CorrectAssistanceForm", "LogAssistanceForm"),
}
MADE = [one for one in verb_forms() if one.__name__ not in APART and "caller" not in arguments(one)]
FORMS = sorted(MADE, key=lambda one: (one.__module__, one.__name__))
BY_CRISPY = Template("{% load crispy_forms_tags %}{% crispy form %}")


@pytest.mark.django_db
@pytest.mark.parametrize("form_class", FORMS, ids=lambda one: one.__name__)
def test_it_stands_on_top_and_leads_to_each_field(form_class, rf: RequestFactory, case, carl):
    options = OPTIONS.get(form_class, {"case": case, "by": carl, "at": case.opened_at})
    form = form_class({}, **options)
    form.add_error(None, "Not now.")
    page = BY_CRISPY.render(Context({"form": form, "request": rf.get("/")}))
    summary = page[page.index("cc-error-summary") : page.index("</ul>")]
    assert "Not now." in summary
    assert page.index("cc-error-summary") < min(
        page.find(tag) % len(page) for tag in ("<input", "<textarea", "<select")
    )
    shown = {name for name in form.errors if name != "__all__" and not form.fields[name].widget.is_hidden}
    led = re.findall(r'href="#([^"]+)"', summary)
    assert len(led) >= len(shown)
    assert [place for place in led if f'id="{place}"' not in page] == []
