"""The states of an incident: a table. One row a state: its name, what it means, whether it is over, its badge.

Nothing here touches the database; who may move an incident is asked of `cases/permissions.py`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.statuses import IllegalMove


@dataclass(frozen=True, slots=True)
class IncidentState:
    """One row of the table. `moves` maps a verb to the codes of the states it may lead to."""

    code: str
    label: str | Promise
    meaning: str | Promise
    badge: str
    is_over: bool
    moves: dict[str, tuple[str, ...]]

    def __str__(self) -> str:
        return str(self.label)


INVESTIGATING = "investigating"
IDENTIFIED = "identified"
MONITORING = "monitoring"
RESOLVED = "resolved"

# While it lasts, what is known may grow or prove wrong: an update may lead to any of these.
UNDER_WAY = (INVESTIGATING, IDENTIFIED, MONITORING)
_LASTS: dict[str, tuple[str, ...]] = {
    "correct_incident": (),
    "link_case": (),
    "publish_update": UNDER_WAY,
    "resolve_incident": (RESOLVED,),
}

_ROWS = (
    IncidentState(
        INVESTIGATING,
        _("Investigating"),
        _("We see the problem and look for its cause."),
        "new",
        False,
        _LASTS,
    ),
    IncidentState(
        IDENTIFIED,
        _("Identified"),
        _("The cause is known, and we work on the fix."),
        "active",
        False,
        _LASTS,
    ),
    IncidentState(
        MONITORING,
        _("Monitoring"),
        _("The fix is in place, and we watch whether it holds."),
        "elsewhere",
        False,
        _LASTS,
    ),
    IncidentState(
        RESOLVED,
        _("Resolved"),
        _("The problem is over."),
        "solved",
        True,
        {},
    ),
)

STATES: dict[str, IncidentState] = {row.code: row for row in _ROWS}
CHOICES = [(row.code, row.label) for row in _ROWS]


def move(state: str, verb: str, to: str = "") -> str:
    """Return the state that `verb` leads to from `state`: `to` where the verb offers it, else the same.

    Raises IllegalMove, in words for the person who tried.
    """
    row = STATES[state]
    if verb not in row.moves or (to and to not in row.moves[verb]):
        raise IllegalMove(_("This cannot be done while the incident is “%(state)s”.") % {"state": row.label})
    return to or state
