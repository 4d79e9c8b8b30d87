"""Addresses of the pages about products."""

from django.urls import path

from contacts.views import products as views

app_name = "products"
urlpatterns = [
    path("", views.products, name="products"),
    path("<slug:code>/", views.product, name="product"),
]
