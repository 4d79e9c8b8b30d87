"""Hours of help, written down and corrected."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words
from sla.time_words import format_minutes

KINDS = (
    EventKind(
        "assistance_logged",
        _("%(actor)s wrote down help (%(help_kind)s): %(help)s. “%(help_words)s” %(help_left)s"),
        "tool",
    ),
    EventKind(
        "assistance_corrected",
        _("%(actor)s corrected an entry of help (%(help_kind)s): %(help_correction)s. %(because)s %(help_left)s"),
        "edit",
    ),
)


def named(value: dict[str, str]) -> str:
    """Say what it was by the names of the day: a case with many entries is told without asking for each."""
    french = (get_language() or "en").startswith("fr")
    return (french and value["fr"]) or value["en"]


def split(value: dict[str, int]) -> str:
    """Say minutes of help and what of them is billable: "45 minutes, 5 minutes of them billable"."""
    words = {
        "minutes": format_minutes(value["free"] + value["billable"]),
        "billable": format_minutes(value["billable"]),
    }
    if not value["billable"]:
        return str(_("%(minutes)s, free of charge") % words)
    said = _("%(minutes)s, %(billable)s of them billable") if value["free"] else _("%(minutes)s, billable")
    return str(said % words)


def left(value: dict[str, int]) -> str:
    """Say what an instance has left of its free help."""
    if not value["left"]:
        return str(_("The free help of the instance is used up: further help is billable."))
    words = {"left": format_minutes(value["left"]), "allowance": format_minutes(value["allowance"])}
    return str(_("%(left)s of %(allowance)s of free help are left.") % words)


def _correction(value: dict[str, Any]) -> str:
    words = {"was": split(value["was"]), "now": split(value["now"]) if value["now"] else ""}
    return str((_("%(now)s, instead of %(was)s") if value["now"] else _("taken back: %(was)s")) % words)


WORDS: Words = {
    "help": split,
    "help_kind": named,
    "help_left": left,
    "help_correction": _correction,
}
