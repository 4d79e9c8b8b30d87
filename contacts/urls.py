"""Addresses of the pages about people and accounts."""

from django.urls import path

from contacts.views import drafts, people

app_name = "contacts"
urlpatterns = [
    path("accounts/profile/", people.profile, name="profile"),
    path("accounts/absences/", people.absences, name="absences"),
    path("accounts/absences/<int:absence_id>/take-back/", people.take_absence_back, name="take_absence_back"),
    path("drafts/", drafts.listed, name="drafts"),
    path("drafts/of-page/", drafts.of_page, name="drafts_of_page"),
    path("drafts/keep/", drafts.keep, name="keep_draft"),
    path("drafts/<int:draft_id>/discard/", drafts.discard, name="discard_draft"),
    path("directory/", people.directory, name="directory"),
    path("instances/", people.my_instances, name="my_instances"),
    path("instances/<int:product_id>/", people.my_instances_of, name="my_instances_of"),
]
