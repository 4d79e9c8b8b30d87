"""The reasons for which a mail is withheld when it would be sent."""

from django.db import models
from django.utils.translation import gettext_lazy


class Reason(models.TextChoices):
    """Why a mail is withheld."""

    INACTIVE = "inactive", gettext_lazy("The recipient may no longer sign in.")
    OUT_OF_SIGHT = "out_of_sight", gettext_lazy("The recipient may no longer see this case.")
    NO_ADDRESS = "no_address", gettext_lazy("This is no address that a mail can be sent to.")
    OUR_OWN = "our_own", gettext_lazy("The address is one of ours: a mail to it would come back to us.")
    UNFOLLOWED = "unfollowed", gettext_lazy("The recipient no longer follows this case.")
    OUTDATED = "outdated", gettext_lazy("What the mail tells was no longer so when it would have been sent.")


class Withheld(Exception):
    """This mail must not reach its recipient any more."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


class Outdated(Withheld):
    """What the mail says is no longer so."""

    def __init__(self) -> None:
        super().__init__(Reason.OUTDATED)
