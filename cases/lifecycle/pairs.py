"""What verbs of two cases have in common: both locked in one order, and refusals that give nothing away."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.statuses import IllegalMove
from contacts.models import User


class NoSuchCase(IllegalMove):
    """There is no such case, or none that this person may see, or one of another account: nobody is told which."""

    words = _("There is no such case of this account.")


class IntoItself(IllegalMove):
    """A case cannot go on with itself."""

    words = _("This is the same case.")


@contextmanager
def both(case: Case, other: Case) -> Iterator[None]:
    """Lock both until the transaction ends, in order of id.

    Whichever is named first: two people who merge each into the other wait for one lock, not for each other.
    """
    with transaction.atomic():
        Case.objects.in_order(case.pk, other.pk)
        yield


def refuse_the_unseen(by: User, other: Case) -> None:
    """Raise NoSuchCase where `by` may not see the other case."""
    if not Case.objects.visible_to(by).filter(pk=other.pk).exists():
        raise NoSuchCase
