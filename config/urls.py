"""Where everything lives. Each app keeps its own addresses."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config.web import health, metrics, views

urlpatterns = [
    path("", views.home, name="home"),
    path("cases/", include("cases.urls.portal")),
    path("desk/incidents/", include("cases.urls.incidents")),
    path("desk/", include("cases.urls.desk")),
    path("files/", include("cases.urls.files")),
    path("exports/", include("cases.urls.export_jobs")),
    path("", include("contacts.urls")),
    path("products/", include("contacts.product_urls")),
    path("status/", include("cases.urls.status")),
    path("accounts/2fa/", include("contacts.factor_pages")),
    path("accounts/", include("allauth.urls")),
    path("language/", views.language, name="set_language"),
    path("page-token/", views.page_token, name="page_token"),
    path("admin/approvals/", include("cases.urls.approvals")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]

if settings.CAUGHT_MAIL_DIR:
    urlpatterns += [path("demo/mail/", include("config.dev.mailbox_urls"))]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]

handler400 = "config.web.refused_requests.bad_request"
handler403 = "config.web.views.forbidden"
handler404 = "config.web.views.not_found"
handler500 = "config.web.views.server_error"
