"""The mail to a subscriber of the status page, built when it is sent: words in their language, the way out.

Nothing in it is of a case, an account or a person: it is handed the public words of an update and nothing else.
"""

from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cases.models import StatusMail
from cases.notifications.content import content_functions
from cases.notifications.headers import REFERENCES, check_address, house, one_line, own_address, tidy
from cases.status_page import subscribers
from cases.status_page.addresses import page_address, plain_address

FOLDER = "cases/status/mail"


def compose(mail: StatusMail) -> EmailMultiAlternatives:
    """Build `mail` as it is to be sent now, text and HTML. Raises Withheld where it must not go out any more."""
    subscriber = mail.subscriber
    check_address(subscriber.email)
    with translation.override(subscriber.language), timezone.override("UTC"):
        way_out = subscribers.way_out(subscriber)
        context = {"language": subscriber.language, "way_out": page_address("leave", way_out)}
        context |= content_functions()[mail.notice](mail)
        built = EmailMultiAlternatives(
            subject=one_line(render_to_string(f"{FOLDER}/{mail.notice}.subject.txt", context)),
            body=tidy(render_to_string(f"{FOLDER}/{mail.notice}.txt", context)),
            from_email=formataddr((house(), own_address())),
            to=[subscriber.email],
            headers=_headers(mail, plain_address("leave", way_out)),
        )
        built.attach_alternative(render_to_string(f"{FOLDER}/{mail.notice}.html", context), "text/html")
    return built


def _headers(mail: StatusMail, way_out: str) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id,
        "Content-Language": mail.subscriber.language,
        "X-Loop": own_address(),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.update is None:
        return headers
    headers |= {
        "List-Id": f"<status.{own_address().rpartition('@')[2]}>",
        # One press in the mail program, without a page between: RFC 8058.
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    earlier = StatusMail.objects.filter(
        subscriber=mail.subscriber_id, update__incident=mail.update.incident_id, pk__lt=mail.pk
    )
    chain = list(earlier.order_by("pk").values_list("message_id", flat=True)[:REFERENCES])
    return headers | ({"In-Reply-To": chain[-1], "References": " ".join(chain)} if chain else {})
