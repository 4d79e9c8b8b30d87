"""The forms of the composers on the consultants' page of a case, one a verb. The customers': `portal_conversation`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import MessageForm, text
from cases.models.event import SolutionWay


class PublicForm(MessageForm):
    """Words that the customer will read. `seen` is the last event that the page showed when the writer began.

    The four verbs of the composer share its fields; `way` counts for "Send as solution" alone.
    """

    added = 0

    body = text(_("Reply to the customer"), rows=4)
    way = forms.ChoiceField(
        label=_("Kind of solution"),
        choices=SolutionWay.choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "reply_%s", **options})

    @property
    def seen_before(self) -> int | None:
        """The last event that the writer had seen, None where the page did not say."""
        return self.cleaned_data.get("seen") if self.is_bound and self.errors is not None else None

    def hold_back(self, added: int) -> None:
        """Send nothing yet: others `added` entries to the case since the text was begun."""
        self.added = added
        self.ask_for_files()

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "files", "submission")}


class ProvideSolutionForm(PublicForm):
    """Give the solution."""

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"way": self.cleaned_data["way"] or SolutionWay.STEPS}


class NoteForm(MessageForm):
    """Words among ourselves."""

    body = text(_("Internal note"), rows=3)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "note_%s", **options})
