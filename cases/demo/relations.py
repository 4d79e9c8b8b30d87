"""How the demo's cases are kept in order: a duplicate that was merged, tags, a link, followers. After the stories."""

from collections.abc import Callable, Iterator
from datetime import datetime

from cases import lifecycle
from cases.demo.people import Cast
from cases.demo.stories import stories
from cases.models import Case, CaseType
from cases.models.case_link import LinkKind
from sla.matrices import Severity

DUPLICATE = "Our rules are gone from every board that we copy"
WORDS = """
I copied our template board for two new teams today, and neither copy has a single one of the automation rules.
Marcus says that he has seen the same.
"""
TAGS = {
    "sign-in-down": ("single sign-on", "outage"),
    "login-loop": ("single sign-on", "outage"),
    "sso-certificate": ("single sign-on",),
    "card-aging": ("boards",),
    "board-copy-rules": ("boards",),
}


def relate_cases(cast: Cast, now: datetime) -> Iterator[Case]:
    """Do all of it at `now`, after whatever the stories told; yield each case that it changed."""
    subjects = {story.key: story.subject for story in stories()}

    def case(key: str) -> Case:
        return Case.objects.get(subject=subjects[key])

    carl, marcus = cast.people["carl"], cast.people["marcus"]
    deeds: list[Callable[[datetime], Case]] = [
        lambda at: _duplicate(case("board-copy-rules"), cast, at),
        lambda at: lifecycle.merge(Case.objects.get(subject=DUPLICATE), by=carl, at=at, into=case("board-copy-rules")),
        lambda at: lifecycle.link(
            case("board-copy-rules"), by=carl, at=at, other=case("card-aging"), kind=LinkKind.FOLLOW_UP
        ),
        lambda at: lifecycle.follow(case("sign-in-down"), by=carl, at=at, person=marcus),
        lambda at: lifecycle.follow(case("portfolio-total-rounding"), by=carl, at=at),
        *(
            lambda at, key=key, names=names: lifecycle.tag(case(key), by=carl, at=at, names=names)
            for key, names in TAGS.items()
        ),
    ]
    for deed in deeds:
        yield deed(now)


def _duplicate(original: Case, cast: Cast, at: datetime) -> Case:
    """Let a colleague of its customer report the same."""
    return lifecycle.open_case(
        by=cast.people["grace"],
        at=at,
        account=original.account,
        product=original.product,
        instance=original.instance,
        type=CaseType.objects.select_related("excluded_by_default").get(code="issue"),
        subject=DUPLICATE,
        body=WORDS.strip(),
        severity=Severity.MODERATE,
    )
