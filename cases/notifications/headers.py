"""Headers of mails: names and addresses that fit them, and whether an address may be written to."""

import unicodedata
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cases.notifications.withheld import Reason, Withheld
from contacts.models import Desk
from sla.plain_text import clean_line, clean_text, trimmed

REFERENCES = 20
_JOINERS = "\u200c\u200d"  # invisible, but they belong to words and pictures


def one_line(text: str) -> str:
    """Return `text` fit for a header: one line, no control or direction signs, nothing that reads as encoded."""
    kept = ("" if _is_hidden(sign) else sign for sign in clean_line(text))
    return " ".join("".join(kept).replace("=?", "= ?").split())


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign not in _JOINERS


def check_address(email: str) -> None:
    """Raise Withheld where no mail may go to `email`: it is no address, or one of ours, and would come back."""
    try:
        validate_email(email)
    except ValidationError:
        raise Withheld(Reason.NO_ADDRESS) from None
    if email.lower() == own_address().lower() or Desk.objects.filter(email__iexact=email).exists():
        raise Withheld(Reason.OUR_OWN)


def tidy(text: str) -> str:
    """Return `text` without the empty lines that template tags leave."""
    rows = [row.rstrip() for row in trimmed(clean_text(text)).split("\n")]
    kept = [row for place, row in enumerate(rows) if row or (place and rows[place - 1])]
    return "\n".join(kept) + "\n"


def own_address() -> str:
    """Return the address that the house sends from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def house() -> str:
    """Return the name that the house sends under."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Customer Care"
