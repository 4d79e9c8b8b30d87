"""Updates by mail: asking for them, confirming by the link in a mail, leaving. Nothing changes by following a link."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.status_page import SubscribeForm
from cases.status_page import subscribers
from cases.views.status.access import in_its_language, show


@require_http_methods(["GET", "HEAD", "POST"])
@in_its_language
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for updates; the answer is the same whether or not the address is known, or has asked too often."""
    form = SubscribeForm(request.POST or None, initial={"language": get_language(), **request.GET.dict()})
    if not form.is_valid():
        return show(
            request, "subscribe", {"form": form, "csrf_token": get_token(request)}, status=422 if form.is_bound else 200
        )
    if refused := ratelimit.consume_or_429(request, action="status_subscribe"):
        return refused
    asked = form.cleaned_data
    if ratelimit.consume(request, action="status_subscribe_address", key=asked["email"].lower()):
        subscribers.ask(**asked, at=timezone.now())
    return redirect("status:asked")


@require_safe
@in_its_language
def asked(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return show(request, "asked")


# The link is the secret, nobody is signed in here: a foreign page that knows it need not borrow anybody's browser.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_language
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """Show what would be confirmed: programs that look into mails follow links, so a press of a button does it."""
    done = request.method == "POST"
    try:
        subscriber = (subscribers.confirm if done else subscribers.asked)(link, at=timezone.now())
    except subscribers.LinkIsOver as refusal:
        return show(request, "confirm", {"refusal": refusal}, status=410)
    products = [] if subscriber.all_products else list(subscriber.products.order_by("position", "name"))
    return show(request, "confirm", {"subscriber": subscriber, "products": products, "done": done})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_language
def leave(request: HttpRequest, signed: str) -> HttpResponse:
    """Send nothing more: by the button of the page, or by one press in a mail program (RFC 8058)."""
    if request.method == "POST":
        subscribers.leave(signed)
        return show(request, "leave", {"done": True})
    return show(request, "leave", {"subscriber": subscribers.who_leaves(signed)})
