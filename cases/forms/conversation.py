"""The forms of the consultants' pages, one a verb. What they hold is handed to the verb by `arguments`."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import releases
from cases.forms.base import MOST_SIGNS
from cases.forms.files import FilesField
from cases.forms.people import PersonField
from cases.models import Case
from cases.models.event import ClosingReason, SolutionWay
from contacts import shifts
from contacts.models import Team, User
from contacts.roles import Role
from products.models import Release
from sla.text_fields import CleanCharField
from sla.time_words import format_date


def _words(rows: int, **options: Any) -> CleanCharField:
    area = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return CleanCharField(widget=area, max_length=MOST_SIGNS, **options)


class VerbForm(forms.Form):
    """What all have in common: the fields are the arguments of the verb."""

    def arguments(self) -> dict[str, Any]:
        """Return what the verb takes beside the case, who and when."""
        return dict(self.cleaned_data)


class OnceForm(VerbForm):
    """With a key, so that sending it twice changes nothing."""

    submission = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class PublicForm(VerbForm):
    """Words that the customer will read. `seen` is the last event that the page showed when the writer began.

    The four verbs of the composer share its fields; `way` counts for "Send as solution" alone.
    """

    news = 0

    body = _words(4, label=_("Reply to the customer"))
    files = FilesField()  # type: ignore[assignment]  # hides the uploads of the form, which `request.FILES` has
    way = forms.ChoiceField(
        label=_("Kind of solution"),
        choices=SolutionWay.choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "reply_%s", **options})

    @property
    def seen_before(self) -> int | None:
        """The last event that the writer had seen, None where the page did not say."""
        return self.cleaned_data.get("seen") if self.is_bound and self.errors is not None else None

    def tell_news(self, count: int) -> None:
        """Hold the words back: others added `count` entries since they were begun."""
        self.news = count

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("body", "files", "submission")}


class ReplyForm(PublicForm):
    """Say something."""


class AskCustomerForm(PublicForm):
    """Ask, and wait for the answer."""


class RestoreServiceForm(PublicForm):
    """Declare the service restored."""


class ProvideSolutionForm(PublicForm):
    """Give the solution."""

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"way": self.cleaned_data["way"] or SolutionWay.STEPS}


class NoteForm(VerbForm):
    """Words among ourselves."""

    body = _words(3, label=_("Internal note"))
    files = FilesField()  # type: ignore[assignment]  # hides the uploads of the form, which `request.FILES` has
    submission = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "note_%s", **options})


class AssignForm(OnceForm):
    """Give the case to somebody, and to a team."""

    owner = PersonField(
        User.objects.none(),
        label=_("To whom"),
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Team"),
        required=False,
        empty_label=_("The team it is with now"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, case: Case, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        ours = User.objects.filter(is_active=True).exclude(role__in=(Role.CUSTOMER, Role.ADMINISTRATOR))
        self.fields["owner"].queryset = shifts.with_absence(ours, at=at).order_by("name")  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(is_offered=True).order_by("position")  # type: ignore[attr-defined]
        self.initial.setdefault("owner", case.owner_id)


class HandToDevelopmentForm(OnceForm):
    """Say what the developers need to know."""

    body = _words(
        6,
        label=_("Note for the developers"),
        help_text=_("Only our own people read it: what was found, how to see it, what was tried."),
    )


class ReleaseField(forms.ModelChoiceField):
    """A release of the product of the case, by version and day."""

    def label_from_instance(self, obj: Release) -> str:
        return f"{obj.version} · {format_date(obj.released_on)}"


class AwaitReleaseForm(OnceForm):
    """Name the release to come that brings the fix."""

    release = ReleaseField(
        Release.objects.none(),
        label=_("Release that brings the fix"),
        empty_label=None,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, case: Case, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.coming = releases.releases_to_come(case, at=at)
        offered = Release.objects.filter(pk__in=[release.pk for release in self.coming]).select_related("product")
        self.fields["release"].queryset = offered.order_by("released_on", "pk")  # type: ignore[attr-defined]
        if not self.coming and not self.is_bound:
            del self.fields["release"]


class CloseForm(VerbForm):
    """Say why the case is closed otherwise than by the customer in the portal."""

    reason = forms.ChoiceField(label=_("Why"), choices=ClosingReason.choices, widget=forms.RadioSelect)


class ReopenForm(VerbForm):
    """Say to the customer why the case is opened again."""

    reason = _words(4, label=_("Why it is opened again"), help_text=_("The customer reads this."))
    submission = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
