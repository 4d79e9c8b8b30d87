"""The second factor: its secrets are kept encrypted, so that a copy of the database signs nobody in."""

import base64
import hashlib
from functools import lru_cache

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from contacts.models import User
from sla.text_fields import CleanCharField


class SecondFactor(DefaultMFAAdapter):
    """Encrypts with SECRET_KEY; still reads what was encrypted with one of SECRET_KEY_FALLBACKS."""

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


class _OnceOnly(BaseAuthenticateForm):
    """A code of an app signs in once for as long as it is taken: its own period, and the tolerance on either side.

    The library remembers a code for one period, which is too short once a neighbouring period's code is taken too.
    """

    code = CleanCharField(
        label=BaseAuthenticateForm.base_fields["code"].label, widget=BaseAuthenticateForm.base_fields["code"].widget
    )

    def clean_code(self) -> str:
        spent = f"totp-spent:{self.user.pk}:{normalize_user_code(self.cleaned_data['code'])}"
        if cache.get(spent):
            self.cleaned_data["code"] = ""  # counted and refused as any other wrong code
        code: str = super().clean_code()
        taken_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(spent, True, timeout=taken_for):
            raise SecondFactor().validation_error("incorrect_code")
        return code


class CodeForm(_OnceOnly, AuthenticateForm):
    """The code asked for after the password."""


class CodeAgainForm(_OnceOnly, ReauthenticateForm):
    """The code asked for once more before what needs a recent sign-in."""


class NewKeyForm(AddWebAuthnForm):
    """A security key to be added. The library gives its name no label, so that it stood in English on every page."""

    name = CleanCharField(label=_("Name of the key"), required=False)


class KeyForm(EditWebAuthnForm):
    """The name of a security key that has been added."""

    name = CleanCharField(label=_("Name of the key"))


class PasskeyForm(LoginWebAuthnForm):
    """Signing in with a passkey alone: two factors only where the device made sure whose hand it is in."""

    def clean_credential(self) -> Authenticator:
        answer = parse_authentication_response(self.cleaned_data["credential"]).response.authenticator_data
        if not answer.is_user_verified():
            raise SecondFactor().validation_error("incorrect_code")
        return super().clean_credential()


@lru_cache(maxsize=4)
def _cipher(*secrets: str) -> MultiFernet:
    keys = (hashlib.blake2b(secret.encode(), digest_size=32, person=b"second-factor").digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def forget(user: User) -> None:
    """Take away every second factor of a person who lost theirs; staff set up a new one at the next sign-in."""
    Authenticator.objects.filter(user=user).delete()
