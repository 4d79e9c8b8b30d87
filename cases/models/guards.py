"""What the database itself refuses of a case, whoever asks: page, shell, bulk update or raw SQL.

A status moves only where the table of statuses leads, and only together with an event that says so: the verbs of
`cases/lifecycle/` write both. What else is guarded, and how: docs/export.md.
"""

from typing import Any

import pgtrigger
from django.db.models import Q

from cases.statuses import TRANSITIONS

# Looked at before a guard is called: most updates of a case leave its status alone.
MOVED = pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status")
# One index lookup (event_of_case). The row of the case is locked by then, so
# its last event is the one that belongs to this change.
RECORDED = """
SELECT status INTO known FROM cases_event WHERE case_id = NEW.id ORDER BY id DESC LIMIT 1;
IF known IS DISTINCT FROM NEW.status THEN
    RAISE EXCEPTION 'The status of case % was changed to "%" without an event that says so', NEW.id, NEW.status
        USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;
"""


def moves_as_the_table_says() -> pgtrigger.Trigger:
    """Refuse a change of status that is not in `cases/statuses.py`; another table there asks for a migration."""
    return pgtrigger.FSM(name="status_moves", field="status", transitions=TRANSITIONS, condition=MOVED)


def status_is_recorded() -> pgtrigger.Trigger:
    """Refuse a change of status that the last event of the case does not tell: it did not come from a verb."""
    return pgtrigger.Trigger(
        name="status_is_recorded",
        operation=pgtrigger.UpdateOf("status"),
        when=pgtrigger.After,
        condition=MOVED,
        declare=[("known", "varchar")],
        func=RECORDED,
    )


def whose_it_is_stays() -> pgtrigger.Trigger:
    """Refuse that a case becomes another account's or another customer's: no verb does, and no event would say so."""
    return pgtrigger.ReadOnly(name="whose_it_is_stays", fields=["account", "customer"])


def never_deleted() -> pgtrigger.Trigger:
    """Refuse that a row is taken away."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def never_changed_after(name: str, condition: str) -> pgtrigger.Trigger:
    """Refuse any change of a row whose old values fulfil the SQL `condition`."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=pgtrigger.Condition(condition))


def append_only() -> pgtrigger.Trigger:
    """Refuse that a row is changed or taken away."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def facts_stay(*names: str) -> pgtrigger.Trigger:
    """Refuse any change of the fields `names`: written once."""
    return pgtrigger.ReadOnly(name="facts_stay", fields=list(names))


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
