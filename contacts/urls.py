"""Addresses of the pages about people and accounts."""

from django.urls import path

from contacts import draft_pages, views

app_name = "contacts"
urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/absences/", views.absences, name="absences"),
    path("accounts/absences/<int:absence_id>/take-back/", views.take_absence_back, name="take_absence_back"),
    path("drafts/", draft_pages.listed, name="drafts"),
    path("drafts/of-page/", draft_pages.of_page, name="drafts_of_page"),
    path("drafts/keep/", draft_pages.keep, name="keep_draft"),
    path("drafts/<int:draft_id>/discard/", draft_pages.discard, name="discard_draft"),
    path("directory/", views.directory, name="directory"),
    path("instances/", views.my_instances, name="my_instances"),
    path("instances/<int:product_id>/", views.my_instances_of, name="my_instances_of"),
]
