"""The forms of giving a case to somebody, passing it on, awaiting a release, and billed work, one a verb."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from cases import permissions, releases
from cases.forms.base import OnceForm, VerbForm, channel_field, customer_text, text
from cases.forms.commitments import FOR_US
from cases.forms.people import PersonField, named
from contacts import shifts
from contacts.models import Team, User
from contacts.roles import Role
from products.models import Release
from sla.text_fields import CleanCharField
from sla.time_words import format_date

MOST_HOURS = 2000
YES, NO = "yes", "no"


class AssignForm(OnceForm):
    """Give the case to somebody, and to a team."""

    owner = PersonField(User.objects.none(), label=_("To whom"), empty_label=None)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("The team it is with now")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ours = User.objects.filter(is_active=True).exclude(role__in=(Role.CUSTOMER, Role.ADMINISTRATOR))
        self.fields["owner"].queryset = shifts.with_absence(ours, at=self.at).order_by("name")  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(is_offered=True).order_by("position")  # type: ignore[attr-defined]
        self.initial.setdefault("owner", self.case.owner_id)


class HandToDevelopmentForm(OnceForm):
    """Say what the developers need to know."""

    body = text(
        _("Note for the developers"),
        rows=6,
        help_text=_("Only our own people read it: what was found, how to see it, what was tried."),
    )


class ReleaseField(forms.ModelChoiceField):
    """A release of the product of the case, by version and day."""

    def label_from_instance(self, obj: Release) -> str:
        return f"{obj.version} · {format_date(obj.released_on)}"


class AwaitReleaseForm(OnceForm):
    """Name the release to come that brings the fix."""

    release = ReleaseField(Release.objects.none(), label=_("Release that brings the fix"), empty_label=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.coming = releases.releases_to_come(self.case, at=self.at)
        offered = Release.objects.filter(pk__in=[release.pk for release in self.coming]).select_related("product")
        self.fields["release"].queryset = offered.order_by("released_on", "pk")  # type: ignore[attr-defined]
        if not self.coming and not self.is_bound:
            del self.fields["release"]


class TransferForm(VerbForm):
    """Another team, who of it if anybody, and a note for it."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), empty_label=None)
    owner = forms.TypedChoiceField(
        label=_("To whom"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Somebody of that team, or whoever takes it."),
    )
    body = text(_("Note for the team"), rows=4, help_text=FOR_US)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        able = User.objects.filter(is_active=True, role__in=permissions.MAY["take"])
        taking = shifts.with_absence(able, at=self.at).order_by("name")
        others = Team.objects.filter(is_offered=True).exclude(pk=self.case.team_id).order_by("position")
        self.teams = list(others.prefetch_related(Prefetch("members", taking, "able")))
        self.fields["team"].queryset = others  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", _("Whoever takes it")), *self._people()]  # type: ignore[attr-defined]

    def _people(self) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        for team in self.teams:
            if team.able:
                yield team.name, [(one.pk, named(one)) for one in team.able]

    def arguments(self) -> dict[str, Any]:
        owner = self.cleaned_data["owner"]
        return super().arguments() | {"owner": User.objects.get(pk=owner) if owner else None}


class ReferToConsultingForm(OnceForm):
    """What the customer is asked, and how much work is expected."""

    reason = text(
        _("What Consulting would do, and why it is billed"),
        rows=5,
        help_text=_("The customer reads this, and is asked to agree or to decline."),
    )
    hours = forms.DecimalField(
        label=_("Estimated hours"),
        required=False,
        min_value=Decimal("0.25"),
        max_value=MOST_HOURS,
        decimal_places=2,
        help_text=_("May stay blank where nobody can say yet."),
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
    )
    estimate = CleanCharField(
        label=_("Estimate in words"),
        required=False,
        max_length=200,
        help_text=_("In place of the hours, or beside them: “at most”, “two workshops”."),
    )

    def arguments(self) -> dict[str, Any]:
        said = super().arguments()
        hours = said.pop("hours")
        return said | {"estimate_minutes": round(hours * 60) if hours else None}


class RecordConsultingConsentForm(OnceForm):
    """What the customer said by phone or mail."""

    agreed = forms.TypedChoiceField(
        label=_("What the customer said"),
        choices=[(YES, _("They agree that the work is billed")), (NO, _("They decline"))],
        coerce=lambda value: value == YES,
        widget=forms.RadioSelect,
    )
    channel = channel_field(_("How they said it"))
    body = customer_text()
