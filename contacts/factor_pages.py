"""The sign-in library's pages that change a person's factors: each ends the other sessions and keeps the one it is in.

They stand before those of the library, under the same addresses and names.
"""

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest, HttpResponse
from django.urls import path

from contacts import session_strength


class Kept:
    """Keeps the session after the change; the database has ended all of the person (`models/session_guard.py`)."""

    request: HttpRequest
    proves = False  # to add a factor is to prove it

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # of the page beside it
        session_strength.keep(self.request, proved=self.proves)
        return response


class ActivateTOTP(Kept, ActivateTOTPView):
    proves = True


class AddKey(Kept, AddWebAuthnView):
    proves = True


class DeactivateTOTP(Kept, DeactivateTOTPView):
    pass


class RemoveKey(Kept, RemoveWebAuthnView):
    pass


class GenerateRecoveryCodes(Kept, GenerateRecoveryCodesView):
    pass


urlpatterns = [
    path("totp/activate/", ActivateTOTP.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", DeactivateTOTP.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/generate/", GenerateRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("webauthn/add/", AddKey.as_view(), name="mfa_add_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", RemoveKey.as_view(), name="mfa_remove_webauthn"),
]
