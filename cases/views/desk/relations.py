"""Links to other cases, followers and tags."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.relations import FollowForm, LinkForm, TagForm, UnfollowForm, UnlinkForm, UntagForm
from cases.views.access import attempt
from cases.views.desk.access import act, asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def link(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say that another case has to do with this one."""
    case = load(request, case_id)
    form = LinkForm(request.POST or None, case=case, by=request.user)
    if attempt(request, form, lifecycle.link, case):
        words = _("This case and %(other)s are linked.") % {"other": form.cleaned_data["other"].number}
        return done(request, case, words)
    return asked(request, "cases/desk/relations/link.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def unlink(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take a link back, from its place beside the case."""
    case = load(request, case_id)
    form = UnlinkForm(request.POST or None, case=case, by=request.user)
    if attempt(request, form, lifecycle.unlink, case):
        return done(request, case, _("The link is taken back."))
    return asked(request, "cases/desk/relations/unlink.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def follow(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Follow the case oneself, where nobody is named, or let somebody follow it."""
    if request.method == "POST" and "person" not in request.POST:
        return act(request, case_id, lifecycle.follow, _("You follow this case: you get the mails of its customer."))
    case = load(request, case_id)
    form = FollowForm(request.POST or None, case=case)
    if attempt(request, form, lifecycle.follow, case):
        words = _("%(person)s follows the case from now on.") % {"person": form.cleaned_data["person"].name}
        return done(request, case, words)
    return asked(request, "cases/desk/relations/follow.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def unfollow(request: SignedInRequest, case_id: int) -> HttpResponse:
    """End that one follows the case, or that somebody does; the link in a mail leads here, and changes nothing."""
    case = load(request, case_id)
    form = UnfollowForm(request.POST if request.method == "POST" else None)
    if attempt(request, form, lifecycle.unfollow, case):
        return done(request, case, _("These mails will not be sent any more."))
    return asked(request, "cases/desk/relations/unfollow.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def tag(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Put tags on the case."""
    case = load(request, case_id)
    form = TagForm(request.POST or None)
    if attempt(request, form, lifecycle.tag, case):
        return done(request, case, _("The case is tagged."))
    return asked(request, "cases/desk/relations/tag.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def untag(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take a tag away, from its place in the head of the case."""
    case = load(request, case_id)
    form = UntagForm(request.POST or None)
    if attempt(request, form, lifecycle.untag, case):
        return done(request, case, _("The tag is taken away."))
    return asked(request, "cases/desk/relations/untag.html", case, form)
