"""What belongs together in a row, as conditions of check constraints: who and when, a state and its time."""

from typing import Any

from django.db.models import Q


def filled_when(*names: str, **state: Any) -> Q:
    """Hold where all of `names` are filled in a row that is as `state` says, and none is in any other."""
    return Q(**state, **{f"{name}__isnull": False for name in names}) | (~Q(**state) & _empty(*names))


def all_or_none(*names: str) -> Q:
    """Hold where all of `names` are filled, or none is."""
    return _empty(*names) | _filled(*names)


def one_of(first: str, second: str) -> Q:
    """Hold where one of two columns is filled, and the other is not."""
    return (_filled(first) & _empty(second)) | (_empty(first) & _filled(second))


def _filled(*names: str) -> Q:
    return Q(**{f"{name}__isnull": False for name in names})


def _empty(*names: str) -> Q:
    return Q(**{f"{name}__isnull": True for name in names})
