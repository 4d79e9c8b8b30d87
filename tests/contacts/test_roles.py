"""The back office, role by role: what opens, what is refused, and that no way leads a manager to people's roles."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import site
from django.test import Client, RequestFactory
from django.urls import reverse

from cases.models import Case
from contacts.models import Account, Membership, Team, User
from contacts.roles import Role, may_in_back_office

SignedIn = Callable[[User], Client]

# The policy, written a second time: what managers edit, what is always there and is changed, what is only read, what
# administrators alone may do.
EDITED = {
    "products.product",
    "products.release",
    "sla.calendar",
    "sla.calendarversion",
    "sla.closeddate",
    "sla.dayoverride",
    "sla.matrix",
    "sla.matrixrow",
    "sla.severitycriterion",
    "contacts.account",
    "contacts.membership",
    "contacts.designation",
    "contacts.instance",
    "contacts.plan",
    "contacts.region",
    "contacts.desk",
    "contacts.deskphone",
    "contacts.team",
    "cases.assistancekind",
    "contacts.absence",
    "cases.casetype",
    "cases.closingrule",
    "cases.dispatchrule",
    "cases.exclusion",
    "cases.casetypematrix",
    "cases.reviewrule",
    "cases.similarityrule",
    "cases.tag",
}
CHANGED = {"cases.releasenotice"}
READ = {
    "admin.logentry",
    "contacts.user",
    "cases.case",
    "cases.event",
    "cases.message",
    "cases.note",
    "cases.breach",
    "cases.commitment",
    "cases.outboxmail",
    "cases.attachment",
    "cases.severityrequest",
    "cases.timeentry",
    "cases.incident",
    "cases.incidentcase",
    "cases.incidentevent",
    "cases.incidentproduct",
    "cases.incidentdelivery",
    "cases.incidentupdate",
    "cases.rootcauseevent",
    "cases.rootcausereport",
    "cases.rootcausedelivery",
    "cases.rootcauseversion",
    "cases.statusmail",
    "cases.statussubscriber",
    "cases.consultingreferral",
    "cases.caselink",
    "cases.casetag",
    "cases.follower",
    "cases.exportjob",
    "cases.exportrecord",
    "cases.heartbeat",
}
ACTIONS = ("view", "add", "change", "delete")
REGISTERED = sorted((f"{model._meta.app_label}.{model._meta.model_name}", model) for model in site._registry)


def expected(role: Role, label: str, action: str) -> bool:
    if role not in {Role.MANAGER, Role.ADMINISTRATOR}:
        return False
    if label == "contacts.user" and action in {"add", "change"}:
        return role == Role.ADMINISTRATOR
    if label in CHANGED:
        return action in {"view", "change"}
    return label in EDITED or (label in READ and action == "view")


class TestTheMatrix:
    def test_every_page_of_the_back_office_is_in_the_policy(self) -> None:
        pages = {label for label, _model in REGISTERED}
        inlines = {"calendarversion", "closeddate", "dayoverride", "matrixrow", "designation", "deskphone"}
        inlines |= {"rootcauseevent", "rootcauseversion", "statusmail"}
        inlines |= {"incidentproduct", "incidentupdate", "incidentevent"}
        assert pages == {label for label in EDITED | CHANGED | READ if label.partition(".")[2] not in inlines}

    @pytest.mark.parametrize("role", list(Role))
    def test_permissions(self, role: Role) -> None:
        for label in (
            EDITED | CHANGED | READ | {"account.emailaddress", "mfa.authenticator", "auth.group", "sessions.session"}
        ):
            app, _dot, model = label.partition(".")
            for action in ACTIONS:
                assert may_in_back_office(role, f"{app}.{action}_{model}") is expected(role, label, action), (
                    role,
                    label,
                    action,
                )

    @pytest.mark.parametrize("label", [label for label, _model in REGISTERED])
    def test_pages(self, label: str, mona: User, adam: User, signed_in: SignedIn) -> None:
        app, _dot, name = label.partition(".")
        for user in (mona, adam):
            client = signed_in(user)
            assert client.get(reverse(f"admin:{app}_{name}_changelist")).status_code == 200, (user, label)
            may_add = expected(Role(user.role), label, "add")
            assert client.get(reverse(f"admin:{app}_{name}_add")).status_code == (200 if may_add else 403), (
                user,
                label,
            )

    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.MANAGER, Role.ADMINISTRATOR}])
    def test_the_others_stay_outside(self, role: Role, signed_in: SignedIn, reference: None) -> None:
        user = User.objects.create_user("other@example.com", name="Other", role=role)
        for name in ("index", "sla_matrix_changelist", "sla_matrix_add", "cases_case_changelist"):
            assert signed_in(user).get(reverse(f"admin:{name}"), follow=True).status_code == 403

    def test_inlines_of_records_change_nothing(self, case: Case, mona: User, adam: User, rf: RequestFactory) -> None:
        for user in (mona, adam):
            request = rf.get("/")
            request.user = user
            for model in (Case, User):
                for inline in site.get_model_admin(model).get_inline_instances(request):
                    label = f"{inline.opts.app_label}.{inline.opts.model_name}"
                    assert inline.has_change_permission(request) is expected(Role(user.role), label, "change")


class TestPeoplesRoles:
    """A manager reads people; nothing that a manager sends changes one, nor makes one."""

    def fields(self, user: User, **changed: str) -> dict[str, str]:
        return {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "language": user.language,
            "time_zone": user.time_zone,
            "is_active": "on",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
            **changed,
        }

    def test_are_not_changed_by_a_manager(self, mona: User, carl: User, signed_in: SignedIn) -> None:
        for target in (mona, carl):
            address = reverse("admin:contacts_user_change", args=[target.pk])
            response = signed_in(mona).post(address, self.fields(target, role=Role.ADMINISTRATOR))
            assert response.status_code == 403
        assert not User.objects.filter(role=Role.ADMINISTRATOR).exists()

    def test_are_not_given_to_a_new_person_by_a_manager(self, mona: User, signed_in: SignedIn) -> None:
        new = User(name="Mole", email="mole@example.com", role=Role.ADMINISTRATOR)
        assert signed_in(mona).post(reverse("admin:contacts_user_add"), self.fields(new)).status_code == 403
        assert not User.objects.filter(email="mole@example.com").exists()

    @pytest.mark.parametrize("action", ["send_welcome", "reset_second_factor", "delete_selected"])
    def test_actions_on_people_are_not_a_managers(
        self, action: str, mona: User, carl: User, signed_in: SignedIn
    ) -> None:
        data = {"action": action, "_selected_action": str(carl.pk), "post": "yes"}
        page = signed_in(mona).post(reverse("admin:contacts_user_changelist"), data, follow=True)
        assert not LogEntry.objects.exists()
        assert User.objects.filter(pk=carl.pk).exists()
        assert action not in page.content.decode()

    def test_do_not_come_along_with_fields_of_other_pages(
        self, mona: User, carl: User, acme: Account, signed_in: SignedIn
    ) -> None:
        team = Team.objects.get(code="dispatch")
        extra = {"user-role": Role.ADMINISTRATOR, "role": Role.ADMINISTRATOR, "is_active": ""}
        response = signed_in(mona).post(
            reverse("admin:contacts_team_change", args=[team.pk]),
            {"name_en": team.name_en, "name_fr": "", "position": "1", "members": [str(carl.pk)], **extra},
        )
        assert response.status_code == 302
        carl.refresh_from_db()
        assert (carl.role, carl.is_active) == (Role.CONSULTANT_1, True)
        assert carl in team.members.all()

    def test_are_changed_by_an_administrator(self, adam: User, carl: User, signed_in: SignedIn) -> None:
        address = reverse("admin:contacts_user_change", args=[carl.pk])
        response = signed_in(adam).post(address, self.fields(carl, role=Role.CONSULTANT_2))
        assert response.status_code == 302, response.context["errors"]
        carl.refresh_from_db()
        assert carl.role == Role.CONSULTANT_2
        entry = LogEntry.objects.get()
        assert "Consultant, level I → Consultant, level II" in entry.get_change_message()

    def test_of_ones_own_are_not_changed_even_by_an_administrator(self, adam: User, signed_in: SignedIn) -> None:
        address = reverse("admin:contacts_user_change", args=[adam.pk])
        for changed in ({"role": Role.CUSTOMER}, {"is_active": ""}):
            assert signed_in(adam).post(address, self.fields(adam, **changed)).status_code == 200
        adam.refresh_from_db()
        assert (adam.role, adam.is_active) == (Role.ADMINISTRATOR, True)

    def test_nobody_is_deleted(self, adam: User, carl: User, signed_in: SignedIn) -> None:
        assert signed_in(adam).post(reverse("admin:contacts_user_delete", args=[carl.pk])).status_code == 403


class TestSecretsOfSignIn:
    def test_have_no_page(self) -> None:
        assert not {"emailaddress", "authenticator"} & {model._meta.model_name for model in site._registry}

    def test_no_password_is_shown(self, adam: User, carl: User, signed_in: SignedIn) -> None:
        page = signed_in(adam).get(reverse("admin:contacts_user_change", args=[carl.pk])).content.decode()
        assert carl.password not in page
        assert "argon2" not in page

    @pytest.mark.parametrize("lookup", ["password__startswith=argon2", "memberships__user__password=x"])
    def test_cannot_be_guessed_by_filters(self, lookup: str, mona: User, signed_in: SignedIn) -> None:
        assert signed_in(mona).get(f"{reverse('admin:contacts_user_changelist')}?{lookup}").status_code == 400


def test_membership_gives_no_role(mona: User, acme: Account, signed_in: SignedIn) -> None:
    """A manager who enters themselves into an account stays what they are."""
    data = {
        "user": str(mona.pk),
        "account": str(acme.pk),
        "designations-TOTAL_FORMS": "0",
        "designations-INITIAL_FORMS": "0",
    }
    assert signed_in(mona).post(reverse("admin:contacts_membership_add"), data).status_code == 302
    assert Membership.objects.filter(user=mona, account=acme).exists()
    mona.refresh_from_db()
    assert mona.role == Role.MANAGER
