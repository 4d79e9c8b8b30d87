"""Addresses of the pages about people and accounts."""

from django.urls import path

from contacts import views

app_name = "contacts"
urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/absences/", views.absences, name="absences"),
    path("accounts/absences/<int:absence_id>/take-back/", views.take_absence_back, name="take_absence_back"),
    path("directory/", views.directory, name="directory"),
    path("instances/", views.my_instances, name="my_instances"),
    path("instances/<int:product_id>/", views.my_instances_of, name="my_instances_of"),
]
