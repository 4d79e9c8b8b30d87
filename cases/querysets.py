"""The reading vocabulary of cases: who may see what, and the lists people work from."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject

from cases import statuses
from contacts.roles import Role

if TYPE_CHECKING:
    from cases import models as models_case
    from contacts.models import Membership, User

# Roles that see every case; the others of ours see what their teams hold and what was given to them.
SEE_ALL = {Role.DISPATCHER, Role.CONSULTANT_1, Role.CONSULTANT_2, Role.MANAGER, Role.ADMINISTRATOR}


def _account_among(memberships: "models.QuerySet[Membership]") -> models.Func:
    """Return the condition "of the account of one of `memberships`".

    As an array, not as `IN (SELECT …)`: two of those with OR between them make PostgreSQL read every case there is.
    """
    accounts = ArraySubquery(memberships.values("account"))
    return models.Func(
        models.F("account"),
        accounts,
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=models.BooleanField(),
    )


def _referred_to(user: "User") -> models.Func:
    """Return the condition "of an account that `user` looks after, and its customer was asked about billed work".

    As an array, as above.
    """
    from cases.models.consulting_referral import ConsultingReferral

    referrals = ConsultingReferral.objects.filter(case__account__customer_success_manager=user)
    return models.Func(
        models.F("pk"),
        ArraySubquery(referrals.values("case")),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=models.BooleanField(),
    )


class CaseQuerySet(models.QuerySet["models_case.Case"]):
    """Adjectives and prepositions of cases. Views, files, search, exports start from `visible_to`."""

    def visible_to(self, user: "User") -> Self:
        """Cases that `user` may see: loading is access.

        A customer sees their own cases and, where the membership says so, all of an account they belong to now; a
        specialist those of their teams, their own, and those of accounts they look after that were referred to them.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEE_ALL:
            return self
        if user.works_here:
            return self.filter(Q(team__in=user.teams.all()) | Q(owner=user) | Q(_referred_to(user)))
        memberships = user.memberships.filter(account__is_active=True)
        return self.filter(
            Q(_account_among(memberships.filter(sees_company_cases=True)))
            | Q(_account_among(memberships), customer=user)
        )

    def locked(self, pk: int) -> "models_case.Case":
        """Return one case with its row locked until the transaction ends, as the last change left it.

        Two queries on purpose: a join in the locking one would show the related rows from before the wait
        (PostgreSQL re-reads only the locked row), such as no owner on a case that has just been taken.
        """
        self.select_for_update().values_list("pk").get(pk=pk)
        return self.for_verbs().with_followers().get(pk=pk)

    def in_order(self, *pks: int) -> None:
        """Lock several cases until the transaction ends, in order of id, so that nobody waits in a circle."""
        list(self.filter(pk__in=pks).order_by("pk").select_for_update().values_list("pk"))

    def with_followers(self) -> Self:
        """With the ids of the people who follow the case, as `followed_by`."""
        from cases.models.follower import Follower

        following = Follower.objects.filter(case=models.OuterRef("pk"), ended_at__isnull=True)
        return self.annotate(followed_by=ArraySubquery(following.values("user")))

    def with_relations(self) -> Self:
        """With links, followers, tags and the ids of what was merged into the case, as `cases/case_page/related.py`
        reads them.

        As arrays in the row of the case: no query more.
        """
        from cases.models.case_link import CaseLink
        from cases.models.follower import Follower
        from cases.models.tag import CaseTag

        here = models.Q(case=models.OuterRef("pk"))
        links = CaseLink.objects.filter(here | Q(other=models.OuterRef("pk")), removed_at__isnull=True).order_by("pk")
        followers = Follower.objects.filter(here, ended_at__isnull=True).order_by("user__name")
        tags = CaseTag.objects.filter(here, removed_at__isnull=True).order_by("tag__name")
        merged = self.model.objects.filter(merged_into=models.OuterRef("pk")).order_by("pk")
        return self.annotate(
            link_rows=ArraySubquery(links.values(row=JSONObject(case="case", other="other", kind="kind"))),
            follower_rows=ArraySubquery(followers.values(row=JSONObject(id="user", name="user__name"))),
            tag_rows=ArraySubquery(tags.values(row=JSONObject(id="tag", name="tag__name"))),
            absorbed_ids=ArraySubquery(merged.values("pk")),
        )

    def followed_by_person(self, user: "User") -> Self:
        """Cases that this person follows."""
        from cases.models.follower import Follower

        return self.filter(pk__in=Follower.objects.filter(user=user, ended_at__isnull=True).values("case"))

    def tagged(self, names: Iterable[str]) -> Self:
        """Cases that bear all of these tags."""
        from cases.models.tag import CaseTag

        cases = self
        for name in names:
            bearing = CaseTag.objects.filter(tag__name=name, removed_at__isnull=True)
            cases = cases.filter(pk__in=bearing.values("case"))
        return cases

    def of(self, user: "User") -> Self:
        """Cases that this customer opened."""
        return self.filter(customer=user)

    def open(self) -> Self:
        """Neither solved nor closed."""
        return self.filter(status__in=statuses.OPEN)

    def open_or_held(self) -> Self:
        """Where work or a decision of ours is to come: open, or with a solution that was answered or did not close."""
        return self.filter(Q(status__in=[*statuses.OPEN, *statuses.ANSWERED]) | Q(closing_held_at__isnull=False))

    def not_closed(self) -> Self:
        return self.exclude(status=statuses.CLOSED)

    def closed(self) -> Self:
        return self.filter(status=statuses.CLOSED)

    def awaiting_us_or_held(self) -> Self:
        return self.filter(Q(status__in=statuses.AWAITING_US) | Q(closing_held_at__isnull=False))

    def awaiting_customer(self) -> Self:
        return self.filter(status__in=statuses.AWAITING_CUSTOMER)

    def solved(self) -> Self:
        """With a solution that waits for the customer's word."""
        return self.filter(status__in=statuses.SOLVED)

    def answered(self) -> Self:
        """With a solution to which the customer wrote something that one of ours has to read."""
        return self.filter(status__in=statuses.ANSWERED)

    def awaiting_release(self) -> Self:
        """With a fix that is made and comes with a release."""
        return self.filter(status=statuses.AWAITING_RELEASE)

    def to_be_dispatched(self) -> Self:
        """Without an owner: to be handed to somebody as soon as anybody is at work, or by hand, for want of a desk."""
        return self.filter(Q(dispatch_at__isnull=False) | Q(desk_stands_in=True, owner__isnull=True))

    def awaiting_consent(self) -> Self:
        """Whose customers were asked whether the work may be billed, and have not answered."""
        from cases.models.consulting_referral import ConsultingReferral, ReferralState

        asked = ConsultingReferral.objects.filter(case=models.OuterRef("pk"), state=ReferralState.OPEN)
        return self.filter(models.Exists(asked))

    def owing_a_full_answer(self) -> Self:
        """On a version out of support, and not to be closed before the customer has a complete answer."""
        return self.filter(version_covered=False, answered_in_full_at__isnull=True)

    def named(self, words: str) -> Self:
        """The case of that number, or those with all these words in the subject."""
        from cases.models.case import id_of  # the model imports this module

        in_subject = Q()
        for word in words.split():
            in_subject &= Q(subject__icontains=word)
        return self.filter(Q(pk=id_of(words)) | in_subject)

    def owned_by(self, user: "User") -> Self:
        return self.filter(owner=user)

    def most_urgent_first(self) -> Self:
        """Order of work: severity, then what is due next; what has no clock comes last."""
        return self.order_by("severity", "next_due_at", "id")

    def awaiting_customer_first(self) -> Self:
        """For customers: what waits for them, then by the latest word."""
        theirs_first = models.Case(models.When(status__in=statuses.AWAITING_CUSTOMER, then=0), default=1)
        return self.order_by(theirs_first, "-last_word_at", "-id")

    def for_queue(self) -> Self:
        """With what a row of the queue shows; `asks_critical`: a request for Critical is with a manager."""
        from cases.models.severity_request import (
            RequestState,
            SeverityRequest,
        )

        asked = SeverityRequest.objects.filter(case=models.OuterRef("pk"), state=RequestState.OPEN)
        joined = self.select_related("account", "plan", "product", "owner", "team", "last_word_by")
        return joined.annotate(asks_critical=models.Exists(asked))

    def for_list(self) -> Self:
        """With what a row of a customer's list shows."""
        return self.select_related("account", "product", "instance", "customer", "last_word_by", "type")

    def for_verbs(self) -> Self:
        """With what verbs and clocks read. Few joins: planning twenty takes PostgreSQL longer than all the rest."""
        return self.select_related("customer", "owner", "plan", "matrix", "calendar", "critical_calendar")

    def for_portal(self) -> Self:
        """With what the customer's page of one case shows. The rest by queries of their own: see `for_verbs`."""
        joined = self.select_related("account", "customer", "product", "owner", "plan", "matrix", "calendar", "team")
        return joined.with_relations().prefetch_related(
            "critical_calendar", "instance", "release", "type", "exclusion", "fixed_in__product"
        )

    def for_page(self) -> Self:
        """With what the page of one case shows beside its timeline."""
        return self.with_relations().select_related(
            "account__region",
            "account__customer_success_manager",
            "customer",
            "product",
            "instance__release",
            "release",
            "type",
            "team",
            "owner",
            "desk__region",
            "calendar",
            "critical_calendar",
            "plan",
            "matrix",
            "exclusion",
            "last_word_by",
            "fixed_in",
        )
