"""The second factor: its secrets are kept encrypted, so that a copy of the database signs nobody in."""

import base64
import hashlib
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from contacts.models import User


class SecondFactor(DefaultMFAAdapter):
    """Encrypts with SECRET_KEY; still reads what was encrypted with one of SECRET_KEY_FALLBACKS."""

    def encrypt(self, text: str) -> str:
        return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


@lru_cache(maxsize=4)
def _cipher(*secrets: str) -> MultiFernet:
    keys = (hashlib.blake2b(secret.encode(), digest_size=32, person=b"second-factor").digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def forget(user: User) -> None:
    """Take away every second factor of a person who lost theirs; staff set up a new one at the next sign-in."""
    Authenticator.objects.filter(user=user).delete()


def must_set_up(user: User) -> bool:
    """Say whether the person needs a second factor for their role and has none. One query, for our people alone."""
    return bool(settings.STAFF_SECOND_FACTOR_REQUIRED and user.works_here) and not is_mfa_enabled(user)
