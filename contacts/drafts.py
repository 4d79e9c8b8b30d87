"""Drafts: every form that takes words is kept while it is typed (static/js/drafts.js), until accepted or discarded.

A form says nothing for that; one that must not be kept has `data-no-draft`. A place is the path that the form is sent
to, with `?of=…` where one path serves several (`data-draft-of`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet

from contacts.models import Draft, User

MOST = 200  # places at which one person may have begun something
MOST_SIGNS = 200_000  # of all fields of one form
ON_ITS_WAY = 120  # seconds within which words arrive that were on their way when their form was accepted
SECRET = ("password", "csrf", "token", "code")


class TooMuch(Exception):
    """A person keeps as many drafts, or one as long, as may be kept."""


def keep(
    owner: User, place: str, page: str, fields: Mapping[str, Any], *, at: datetime, word: str = ""
) -> Draft | None:
    """Keep what `owner` has typed at `place` as of `at` (UTC), in place of what was kept there. Raises TooMuch.

    Returns None, and keeps nothing, where the form that was sent with `word` has been accepted in the meantime.
    """
    if word and cache.get(_key(owner, word)):
        return None
    kept = {name: value for name, value in fields.items() if not any(word in name.lower() for word in SECRET)}
    if sum(len(str(value)) for value in kept.values()) > MOST_SIGNS:
        raise TooMuch
    others = Draft.objects.filter(owner=owner).exclude(place=place)
    if others.count() >= MOST:
        raise TooMuch
    values = {"page": page, "fields": kept, "at": at}
    draft, _created = Draft.objects.update_or_create(owner=owner, place=place, defaults=values)
    return draft


def of(owner: User) -> QuerySet[Draft]:
    """Return all that `owner` keeps, the latest first."""
    return Draft.objects.filter(owner=owner).order_by("-at", "-pk")


def accepted(owner: User, path: str, word: str = "") -> None:
    """Forget what `owner` kept for the forms that are sent to `path`: the one with `word` was accepted."""
    if word:
        cache.set(_key(owner, word), True, timeout=ON_ITS_WAY)
    Draft.objects.filter(Q(place=path) | Q(place__startswith=f"{path}?"), owner=owner).delete()


def _key(owner: User, word: str) -> str:
    return f"accepted_form:{owner.pk}:{word}"
