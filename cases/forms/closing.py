"""The forms of the consultants' pages that close a case, open it again, and give the complete answer, one a verb."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import MessageForm, OnceForm, VerbForm, text
from cases.models.event import OF_CUSTOMERS, ClosingReason


class CloseForm(VerbForm):
    """Say why the case is closed otherwise than by the customer in the portal."""

    reason = forms.ChoiceField(label=_("Why"), choices=ClosingReason.choices, widget=forms.RadioSelect)


class CloseOwnForm(VerbForm):
    """What a customer says of an open case of theirs: that it is solved, or not needed any more."""

    reason = forms.ChoiceField(label=_("Why"), choices=[(one.value, one.label) for one in OF_CUSTOMERS])


class ReopenForm(OnceForm):
    """Say to the customer why the case is opened again."""

    reason = text(_("Why it is opened again"), rows=4, help_text=_("The customer reads this."))


class AnswerReviewForm(MessageForm):
    """The complete answer, with files."""

    body = text(_("Complete answer"), rows=8, help_text=_("The customer reads this."))
