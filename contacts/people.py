"""Entering and changing people: what must go with a row of `User`."""

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str

from contacts import second_factor, sign_in_outbox
from contacts.models import User


def enter(user: User) -> None:
    """Save a new person without a password; they choose one by the link of `welcome`, which proves the address."""
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def change(user: User) -> None:
    """Save a person whose fields were changed. A new address must be confirmed at the next sign-in."""
    user.save()
    if not EmailAddress.objects.filter(user=user, email=user.email, primary=True).exists():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)


def set_profile(
    user: User,
    *,
    name: str,
    phone: str,
    language: str,
    time_zone: str,
    hears_of_team_promises: bool | None = None,
) -> None:
    """Save what people say of themselves; None leaves as it is whether they hear of their teams' promises."""
    user.name, user.phone, user.language, user.time_zone = name, phone, language, time_zone
    if hears_of_team_promises is not None:
        user.hears_of_team_promises = hears_of_team_promises
    user.save(update_fields=["name", "phone", "language", "time_zone", "hears_of_team_promises"])


def welcome(user: User) -> None:
    """Mail the person a link, good once and for one hour, by which they choose a password."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    url = get_adapter().get_reset_password_from_key_url(key)
    sign_in_outbox.put("contacts/email/welcome", user.email, user, {"password_reset_url": url})


def reset_second_factor(user: User) -> None:
    """Take away every second factor of a person who lost theirs, and tell them by mail."""
    second_factor.forget(user)
    get_adapter().send_notification_mail("contacts/email/second_factor_removed", user)
