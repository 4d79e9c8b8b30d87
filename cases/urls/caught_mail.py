"""Addresses of the demo's caught mails; there only where CAUGHT_MAIL_DIR is set."""

from django.urls import path

from cases.views import caught_mail

urlpatterns = [
    path("", caught_mail.caught_mail, name="caught_mail"),
    path("<str:key>/", caught_mail.caught_mail_message, name="caught_mail_message"),
    path("<str:key>/html/", caught_mail.caught_mail_html, name="caught_mail_html"),
]
