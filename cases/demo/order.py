"""How the demo's cases are kept in order: a duplicate that was merged, tags, a link, followers. After the stories."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from cases import lifecycle
from cases.demo.cast import Cast
from cases.demo.stories import stories
from cases.models import Case, CaseType
from cases.models.case_link import LinkKind
from sla.matrices import Severity

DUPLICATE = "Cards on the team board turn grey much too early"
WORDS = """
Since last week the cards on our team board turn grey on the second day, although the board waits ten.
My colleagues see the same.
"""
TAGS = {
    "sign-in-down": ("single sign-on", "outage"),
    "sso-certificate": ("single sign-on",),
    "card-aging": ("boards",),
    "board-copy-rules": ("boards",),
}


def keep_in_order(cast: Cast, now: datetime) -> Iterator[Case]:
    """Do what is to be done in the last quarter of an hour before `now`; yield each case that it changed."""
    subjects = {story.key: story.subject for story in stories()}

    def case(key: str) -> Case:
        return Case.objects.get(subject=subjects[key])

    carl, marcus = cast.people["carl"], cast.people["marcus"]
    deeds: list[Callable[[datetime], Case]] = [
        lambda at: _duplicate(case("card-aging"), cast, at),
        lambda at: lifecycle.merge(Case.objects.get(subject=DUPLICATE), by=carl, at=at, into=case("card-aging")),
        lambda at: lifecycle.link(
            case("board-copy-rules"), by=carl, at=at, other=case("card-aging"), kind=LinkKind.FOLLOW_UP
        ),
        lambda at: lifecycle.follow(case("sign-in-down"), by=carl, at=at, person=marcus),
        lambda at: lifecycle.follow(case("card-aging"), by=carl, at=at),
        *(
            lambda at, key=key, names=names: lifecycle.tag(case(key), by=carl, at=at, names=names)
            for key, names in TAGS.items()
        ),
    ]
    begin = now - timedelta(minutes=len(deeds) + 1)
    for place, deed in enumerate(deeds):
        yield deed(begin + timedelta(minutes=place))


def _duplicate(original: Case, cast: Cast, at: datetime) -> Case:
    """Let a colleague of its customer, or the customer again, report the same."""
    return lifecycle.open_case(
        by=cast.people["marcus"],
        at=at,
        account=original.account,
        product=original.product,
        instance=original.instance,
        type=CaseType.objects.select_related("excluded_by_default").get(code="issue"),
        subject=DUPLICATE,
        body=WORDS.strip(),
        severity=Severity.MODERATE,
    )
