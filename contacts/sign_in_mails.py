"""The mails about signing in: a row a mail, in the reader's language and zone. Their way out: `sign_in_outbox.py`."""

import zoneinfo
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import User
from sla.plain_text import clean_line


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail: its subject, what happened, and the words of the link where it has one (`link` names it in the context).

    A mail without a link tells of a change; it adds when and from where, and what to do if it was somebody else. What
    cannot be sent while it `holds` is not sent at all.
    """

    subject: str | Promise
    lead: str | Promise
    link: str = ""
    action: str | Promise = ""
    after: str | Promise = ""
    holds: timedelta = timedelta(hours=48)


_ONE_HOUR = _("The link works once, within one hour. Afterwards, ask for a new one on the sign-in page.")

HEADERS = {"Auto-Submitted": "auto-generated"}
MAILS = {
    "account/email/password_reset_key": MailText(
        _("Choose a new password"),
        _("Somebody, probably you, asked for a new password for %(email)s."),
        link="password_reset_url",
        action=_("Choose a new password"),
        after=_ONE_HOUR,
        holds=timedelta(hours=1),
    ),
    "contacts/email/welcome": MailText(
        _("Your access to Customer Care"),
        _("You can sign in to Customer Care as %(email)s. Choose a password to begin."),
        link="password_reset_url",
        action=_("Choose a password"),
        after=_ONE_HOUR,
        holds=timedelta(hours=1),
    ),
    "account/email/unknown_account": MailText(
        _("No access with this address"),
        _("Somebody asked for a new password for %(email)s, but nobody signs in with this address."),
        link="home_url",
        action=_("Go to Customer Care"),
        after=_("If it was you, try the address that your company knows you by, or ask for access at your company."),
        holds=timedelta(hours=1),
    ),
    "account/email/email_confirmation": MailText(
        _("Confirm your e-mail address"),
        _("Confirm that %(email)s is your address, and it becomes the one that you sign in with."),
        link="activate_url",
        action=_("Confirm the address"),
        after=_("The link works for one day."),
        holds=timedelta(days=1),
    ),
    "account/email/account_already_exists": MailText(
        _("This address is taken"),
        _("Somebody tried to use %(email)s as an address to sign in with, but it already is one."),
        link="password_reset_url",
        action=_("Choose a new password"),
        holds=timedelta(days=1),
    ),
    "account/email/email_changed": MailText(
        _("Your e-mail address was changed"),
        _("You now sign in with %(to_email)s instead of %(from_email)s."),
    ),
    "account/email/password_changed": MailText(_("Your password was changed"), _("The password of %(email)s is new.")),
    "account/email/password_set": MailText(_("Your password was set"), _("%(email)s now has a password.")),
    "account/email/password_reset": MailText(
        _("Your password was changed"), _("A new password for %(email)s was chosen by the link in our mail.")
    ),
    "contacts/email/second_factor_removed": MailText(
        _("Two-factor sign-in was reset"),
        _("An administrator took away every second factor of %(email)s, so that you can set up a new one."),
    ),
    "mfa/email/totp_activated": MailText(
        _("Authenticator app added"), _("%(email)s now signs in with an authenticator app.")
    ),
    "mfa/email/totp_deactivated": MailText(
        _("Authenticator app removed"), _("%(email)s no longer signs in with an authenticator app.")
    ),
    "mfa/email/webauthn_added": MailText(_("Passkey added"), _("A passkey or security key was added to %(email)s.")),
    "mfa/email/webauthn_removed": MailText(
        _("Passkey removed"), _("A passkey or security key of %(email)s was removed.")
    ),
    "mfa/email/recovery_codes_generated": MailText(
        _("New recovery codes"), _("%(email)s has new recovery codes; the old ones no longer work.")
    ),
}


def text_of(name: str) -> MailText:
    """Return the row of the mail that the library calls `name`."""
    return MAILS[name.removesuffix("_signup")]


def compose(name: str, to: str, reader: User | None, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Build the mail `name` to the address `to`, text and HTML.

    `reader` gives language and zone, None where nobody is known by the address: then the language of the page.
    `context` holds what the row's words and `link` name; for a change also `timestamp`, `ip` and `user_agent`.
    """
    words = text_of(name)
    language = reader.language if reader else translation.get_language()
    zone = zoneinfo.ZoneInfo(reader.time_zone if reader else "UTC")
    with translation.override(language), timezone.override(zone):
        known = {**context, "email": reader.email if reader else to}
        shown = {
            "language": language,
            "subject": words.subject,
            "lead": str(words.lead) % known,
            "url": known.get(words.link, ""),
            "action": words.action,
            "after": words.after,
            **{key: context.get(key) for key in ("timestamp", "ip")},
            "user_agent": clean_line(context.get("user_agent") or ""),
        }
        mail = EmailMultiAlternatives(
            str(words.subject),
            render_to_string("contacts/mail/sign_in.txt", shown).strip() + "\n",
            to=[to],
            headers={**HEADERS},
        )
        mail.attach_alternative(render_to_string("contacts/mail/sign_in.html", shown), "text/html")
    return mail
