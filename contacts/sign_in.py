"""The one door: how people sign in (django-allauth), customers and staff alike."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Door(DefaultAccountAdapter):
    """Nobody signs up alone: people are entered by an administrator and set a password by the reset link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
