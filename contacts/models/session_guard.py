"""What ends the sessions of a person: the database counts it, so that no way of changing a row goes round it.

The count is part of the hash that each session keeps (`User._get_session_auth_hash`).
"""

import pgtrigger
from allauth.mfa.models import Authenticator

# Another role, shut out or let in again. An old row that is saved again never takes the count back.
RIGHTS_CHANGED = pgtrigger.Trigger(
    name="rights_end_sessions",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        NEW.sessions_ended = GREATEST(NEW.sessions_ended, OLD.sessions_ended);
        IF (NEW.role, NEW.is_active) IS DISTINCT FROM (OLD.role, OLD.is_active) THEN
            NEW.sessions_ended = OLD.sessions_ended + 1;
        END IF;
        RETURN NEW;
    """,
)

# A factor added, taken away or given another secret; not that it was used, looked at or named.
FACTORS_CHANGED = pgtrigger.Trigger(
    name="factors_end_sessions",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("passing", "text[] := ARRAY['used_mask', 'migrated_codes', 'viewed_at', 'name']")],
    func="""
        IF TG_OP = 'UPDATE' THEN
            IF (NEW.user_id, NEW.type, NEW.data - passing) IS NOT DISTINCT FROM
               (OLD.user_id, OLD.type, OLD.data - passing) THEN
                RETURN NULL;
            END IF;
        END IF;
        UPDATE contacts_user SET sessions_ended = sessions_ended + 1 WHERE id IN (NEW.user_id, OLD.user_id);
        RETURN NULL;
    """,
)


class Factor(Authenticator):
    """A second factor, as django-allauth keeps it, with our guard on its table."""

    class Meta:
        proxy = True
        triggers = [FACTORS_CHANGED]
