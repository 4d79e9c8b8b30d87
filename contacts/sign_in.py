"""The one door: how people sign in (django-allauth), customers and staff alike."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts import sign_in_outbox
from contacts.models import User
from contacts.session_strength import FACTORS, confirmed_by_factor
from contacts.site_address import absolute


def belongs_to_another(address: EmailAddress) -> bool:
    """Say whether somebody else signs in with this address."""
    return User.objects.filter(email=address.email.lower()).exclude(pk=address.user_id).exists()


class SignInAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: people are entered by an administrator and set a password by the link in a mail."""

    def is_safe_url(self, url: str) -> bool:
        """Say whether to go on to `url` afterwards; one that cannot be read as an address is none."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By the account alone. With the host in it, as is the default, a forged port would give five more tries.
        return f"login:{credentials.get('email', '').lower()}"

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Offer how to confirm that it is you: by the factor where there is one, its codes last; never by less."""
        offered = super().get_reauthentication_methods(user)
        if not user.is_authenticated or not is_mfa_enabled(user, list(FACTORS)):
            return [one for one in offered if one["id"] == "reauthenticate"]
        by_factor = [one for one in offered if one["id"] != "reauthenticate"]
        has_app = is_mfa_enabled(user, [Authenticator.Type.TOTP])
        return by_factor if has_app else by_factor[::-1]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the factor again where there is one: that the password was given again is not enough.

        Raises ReauthenticationRequired then, which is what whoever asks this does.
        """
        user = current.request.user
        if user.is_authenticated and is_mfa_enabled(user, list(FACTORS)) and not confirmed_by_factor(current.request):
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute(path.replace("UID-KEY", key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        if belongs_to_another(email_address):
            messages.error(request, _("This address could not be confirmed."))
            return False
        return bool(super().confirm_email(request, email_address))

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Ask for a confirmation; whoever already signs in with the address is told so, by mail only."""
        if belongs_to_another(emailconfirmation.email_address):
            self.send_account_already_exists_mail(emailconfirmation.email_address.email)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our own mails: a worker does, at once where it can. The same for whoever is known and is not."""
        links = {"home_url": absolute("/"), "password_reset_url": absolute(reverse("account_reset_password"))}
        sign_in_outbox.put(template_prefix, email, context.get("user"), {**links, **context})
