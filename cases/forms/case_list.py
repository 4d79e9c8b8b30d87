"""What a customer can ask of their list: whose, in which state, of which product and account, with which words."""

from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case
from cases.queue.filters import FilterSet
from contacts.models import Membership
from products.models import Product


class Whose(TextChoices):
    MINE = "mine", _("My cases")
    COMPANY = "company", _("My company’s cases")
    FOLLOWED = "followed", _("Followed")


class State(TextChoices):
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for you")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", pgettext_lazy("several cases", "Closed")
    ALL = "all", _("All")


class CaseFilters(FilterSet):
    """The list of a customer: what `visible_to` gives, narrowed.

    An address keeps what was asked for and nothing else: what is usual depends on it.
    """

    whose = django_filters.ChoiceFilter(choices=Whose.choices, method="by_whose", widget=forms.HiddenInput)
    state = django_filters.ChoiceFilter(choices=State.choices, method="by_state", widget=forms.HiddenInput)
    product = django_filters.ModelChoiceFilter(
        queryset=lambda request: (
            Product.objects.filter(
                instances__account__memberships__user=request.user, instances__account__is_active=True
            )
            .distinct()
            .order_by("position")
        ),
        to_field_name="code",
        label=_("Product"),
        empty_label=_("All products"),
    )
    account = django_filters.ChoiceFilter(label=_("Account"), empty_label=_("All accounts"))
    q = django_filters.CharFilter(
        method="by_text",
        label=_("Search"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number or words of the subject")}),
    )

    def __init__(self, data: Any, *, request: Any) -> None:
        asked = {name: value for name, value in data.items() if name in self.base_filters and value}
        for name, known in (("whose", Whose.values), ("state", State.values)):
            if asked.get(name) not in known:
                asked.pop(name, None)
        usual = {"whose": Whose.MINE, "state": State.ALL if "q" in asked else State.OPEN}
        self.asked = asked
        super().__init__({**usual, **asked}, Case.objects.visible_to(request.user), request=request)
        memberships = request.user.memberships.filter(account__is_active=True).select_related("account")
        self.memberships: list[Membership] = list(memberships.order_by("account__name"))
        self.filters["account"].extra["choices"] = [(str(one.account_id), one.account.name) for one in self.memberships]
        if not self.has_several_accounts:
            del self.filters["account"]
        for shown in self.filters.values():
            if shown.field.widget.is_hidden:
                continue
            is_select = isinstance(shown.field.widget, forms.Select)
            shown.field.widget.attrs |= {
                "aria-label": shown.label,
                "class": "form-select" if is_select else "form-control",
            }

    @property
    def has_several_accounts(self) -> bool:
        """Whether the person has to be told which case is whose."""
        return len(self.memberships) > 1

    @property
    def sees_company(self) -> bool:
        """Whether there is more to see than one's own cases."""
        return any(one.sees_company_cases for one in self.memberships)

    def by_whose(self, cases: Any, _name: str, whose: str) -> Any:
        return self._of(whose, cases)

    def _of(self, whose: str, cases: Any) -> Any:
        if whose == Whose.FOLLOWED:
            return cases.followed_by_person(self.request.user)
        return cases.of(self.request.user) if whose == Whose.MINE else cases

    def by_state(self, cases: Any, _name: str, state: str) -> Any:
        chosen = {
            State.OPEN: cases.not_closed,
            State.WAITING: cases.awaiting_customer,
            State.SOLVED: cases.solved,
            State.CLOSED: cases.closed,
        }.get(State(state))
        return chosen() if chosen else cases

    def by_text(self, cases: Any, _name: str, words: str) -> Any:
        return cases.named(words)

    def waiting(self, most: int) -> int:
        """Return how many cases of this list wait for the customer, whatever their state here; counts up to `most`."""
        return self._of(self.value("whose"), self.queryset).awaiting_customer()[:most].count()

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for and understood, by key."""
        return {name: value for name, value in super().chosen.items() if name in self.asked}

    @property
    def unnarrowed(self) -> str:
        """The address of the same person's list without anything else."""
        return "?" + urlencode({"whose": self.value("whose")})

    def value(self, name: str) -> str:
        """Return what is asked for by `name`, or what is usual."""
        return str(self.data.get(name, ""))
