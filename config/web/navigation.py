"""Where a reader can go from every page: one table a side. An entry whose address does not exist is left out."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A page of the navigation: its URL name, words and icon; `only` names the flag of the user that it needs.

    `live` is the URL name of a part that says how much waits there, asked for again while a page is open.
    """

    url_name: str
    label: Promise
    icon: str
    only: str = ""
    at_foot: bool = False
    live: str = ""
    begins: bool = False  # a rule stands before it


PORTAL = (
    Place("portal:cases", _("Cases"), "ticket"),
    Place("portal:open_case", _("New case"), "plus"),
    Place("products:products", _("Products"), "package"),
    Place("contacts:directory", _("Directory"), "phone"),
)

DESK = (
    Place("desk:queue", _("My queue"), "inbox"),
    Place("approvals:approvals", _("Approvals"), "clipboard-check", only="is_manager", live="approvals:waiting"),
    Place("incidents:incidents", _("Incidents"), "broadcast"),
    Place("desk:root_cause_reports", _("Root causes"), "report-search", live="desk:root_causes_waiting"),
    Place("desk:releases", _("Awaited releases"), "rocket"),
    Place("desk:assistance", _("Hours of help"), "tool", only="is_staff", begins=True),
    Place("desk:reports", _("Reports"), "chart-bar", only="is_staff"),
    Place("products:products", _("Products"), "package", begins=True),
    Place("contacts:directory", _("Directory"), "phone"),
    Place("caught_mail", _("Mail caught"), "mail"),
    Place("admin:index", _("Admin"), "settings", only="is_staff", at_foot=True),
)

SETTINGS = (
    Place("contacts:profile", _("Profile"), "user-circle"),
    Place("contacts:drafts", _("Drafts"), "note"),
    Place("contacts:absences", _("Absences"), "calendar-off", only="works_here"),
    Place("account_email", _("E-mail address"), "mail"),
    Place("account_change_password", _("Password"), "key"),
    Place("mfa_index", _("Two-factor sign-in"), "shield-lock"),
)


def address(url_name: str) -> str:
    """Return the path of a URL name that takes no arguments, or "" where there is none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def places(table: tuple[Place, ...], request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of `table` that this reader may follow; the one that holds the current page is marked."""
    shown: list[dict[str, Any]] = []
    for place in table:
        path = address(place.url_name)
        if path and (not place.only or getattr(request.user, place.only, False)):
            # Nothing of what waits there can be read before a second factor is proved: the page does not ask.
            asks = place.live and not getattr(request, "is_held_up", False)
            live = address(place.live) if asks else ""
            shown.append({"place": place, "path": path, "current": False, "live": live})
    holding = [entry for entry in shown if request.path.startswith(entry["path"])]
    if holding:
        max(holding, key=lambda entry: len(entry["path"]))["current"] = True
    return shown


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the reader's layout and what the header and the side bar offer; nothing for a stranger."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"layout": "layouts/sign_in.html", "places": [], "settings_places": []}
    works_here = bool(getattr(user, "works_here", False))
    kept_out = getattr(request, "is_held_up", False)
    queue_url = address("desk:queue")
    return {
        "reader": user.pk,
        "goal": "" if kept_out else getattr(request, "session", {}).get("goal", ""),
        "layout": "layouts/desk.html" if works_here else "layouts/portal.html",
        "places": places(DESK if works_here else PORTAL, request),
        "settings_places": places(SETTINGS, request),
        "home_url": address("home") or "/",
        "profile_url": address("contacts:profile"),
        "search_url": queue_url if works_here and request.path != queue_url else "",
    }
