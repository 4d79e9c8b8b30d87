"""Addresses of files."""

from django.urls import path

from cases.views import files

app_name = "files"
urlpatterns = [path("<uuid:attachment_id>/", files.download, name="download")]
