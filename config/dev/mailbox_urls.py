"""Addresses of the demo's caught mails; there only where CAUGHT_MAIL_DIR is set."""

from django.urls import path

from config.dev import mailbox_views

urlpatterns = [
    path("", mailbox_views.caught_mail, name="caught_mail"),
    path("<str:key>/", mailbox_views.caught_mail_message, name="caught_mail_message"),
    path("<str:key>/html/", mailbox_views.caught_mail_html, name="caught_mail_html"),
]
