"""The portal looks at itself: the rules of `invariants.py`, `reference_invariants.py` and `required_rows.py`, hourly
and by `manage.py self_check`.

Whatever breaks a rule is said in the log at the level of errors, and kept with the heartbeat of the check.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import pgtrigger
import structlog
from django.db import connection
from django.db.models import Max

from cases.integrity import heartbeats
from cases.integrity.invariants import CASE, INVARIANTS, MAIL, Invariant
from cases.integrity.reference_invariants import REFERENCE_INVARIANTS
from cases.integrity.required_rows import PRESUPPOSED
from cases.models import Event
from cases.models.case import number

log = structlog.get_logger()

# The hourly look goes back this many events: more than an hour brings, so that each is looked at more than once.
RECENT_EVENTS = 50_000
MOST = 100  # found of one rule: whoever has more to mend asks the database

# All that is looked at: of the work, and of the reference data that the code presupposes.
RULES = (*INVARIANTS, *REFERENCE_INVARIANTS, *PRESUPPOSED)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold, and what breaks it, the first hundred at most."""

    invariant: Invariant
    found: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """What breaks the rule, as people name it: numbers of cases, ids of mails, names of triggers, codes."""
        if self.invariant.of == CASE:
            return [number(int(pk)) for pk in self.found]
        return [f"mail {pk}" if self.invariant.of == MAIL else pk for pk in self.found]


def _statement() -> str:
    parts = (
        f"SELECT '{rule.code}', found.what::text FROM (SELECT * FROM ({rule.sql}) AS rule LIMIT {MOST}) AS found(what)"
        for rule in RULES
    )
    return " UNION ALL ".join(parts)


STATEMENT = _statement()


def look(at: datetime, *, after: int = 0) -> list[Broken]:
    """Return the rules that do not hold at `at` (UTC); of closed cases only those with an event later than id `after`.

    One statement, so that all rules see the same moment; it locks nothing.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"at": at, "after": after, "guards": guards()})
        for code, what in cursor.fetchall():
            found[code].append(what)
    return [Broken(rule, tuple(found[rule.code])) for rule in RULES if rule.code in found]


def guards() -> list[str]:
    """Return the names of the triggers that the models ask for, as PostgreSQL knows them."""
    return sorted(trigger.get_pgid(model) for model, trigger in pgtrigger.registered())


def look_and_tell(at: datetime) -> list[Broken]:
    """Look at what happened lately and at all that is open, say in the log what is broken, and remember how it went."""
    latest = Event.objects.aggregate(latest=Max("pk"))["latest"] or 0
    broken = look(at, after=max(latest - RECENT_EVENTS, 0))
    for one in broken:
        log.error("invariant_broken", invariant=one.invariant.code, says=one.invariant.says, found=one.names)
    log.info("self_checked", rules=len(RULES), broken=len(broken))
    heartbeats.note(heartbeats.Work.SELF_CHECK, at, [one.invariant.code for one in broken])
    return broken
