"""What keeps a case from a team whose work is billed until its customer has agreed to it."""

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.statuses import Refusal
from cases.time_entries.consent import consent_for
from contacts.models import Team


class NeedsConsent(Refusal):
    """The work of this team is billed, and the customer has not agreed to it."""

    def __init__(self, team: Team) -> None:
        super().__init__(
            _("The work of %(team)s is billed: refer the case, and it goes there when its customer agrees.")
            % {"team": team}
        )


def refuse_without_consent(case: Case, team: Team) -> None:
    """Raise NeedsConsent where `case` would come to a team whose work its customer has not agreed to pay."""
    if team.needs_consent and case.team_id != team.pk and consent_for(case) is None:
        raise NeedsConsent(team)
