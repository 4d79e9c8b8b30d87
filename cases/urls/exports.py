"""Addresses of exports that a worker makes."""

from django.urls import path

from cases.views import exports

app_name = "exports"
urlpatterns = [
    path("", exports.exports, name="exports"),
    path("<uuid:job_id>/", exports.export, name="export"),
    path("<uuid:job_id>/file/", exports.download, name="download"),
]
