"""Addresses of exports that a worker makes."""

from django.urls import path

from cases.views import export_jobs

app_name = "exports"
urlpatterns = [
    path("", export_jobs.exports, name="exports"),
    path("<uuid:job_id>/", export_jobs.export, name="export"),
    path("<uuid:job_id>/file/", export_jobs.download, name="download"),
]
