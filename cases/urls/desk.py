"""Addresses of the consultants' pages."""

from django.urls import URLPattern

app_name = "desk"
urlpatterns: list[URLPattern] = []
