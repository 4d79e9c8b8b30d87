"""A person who can sign in, of an account or of ours."""

import zoneinfo
from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from contacts.models.session_guard import RIGHTS_CHANGED
from contacts.roles import BACK_OFFICE, Role, may_in_back_office
from sla.models import Calendar
from sla.plain_text import is_blank
from sla.text_fields import NO_NAME, EmailColumn, LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": name})


class Accounts(BaseUserManager["User"]):
    """Makes people; the e-mail address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who signs in with `email`; without a password they set one by the reset link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator."""
        return self.create_user(email, password, **{**fields, "role": Role.ADMINISTRATOR})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person. Signs in with the e-mail address; reads in `language`; sees times in `time_zone`."""

    email = EmailColumn(_("e-mail address"))
    name = LineField(_("name"), max_length=120, unnamed="")
    phone = LineField(_("phone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.CUSTOMER)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = LineField(_("time zone"), max_length=60, default="UTC", unnamed="UTC", validators=[validate_zone])
    working_hours = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working hours"),
        help_text=_(
            "When one of ours is handed cases, and hears of promises, Critical ones aside. Blank: the desk’s hours."
        ),
    )
    hears_of_team_promises = models.BooleanField(
        _("mails about the promises of their teams’ cases"),
        default=True,
        help_text=_("Those of their own cases come in any case."),
    )
    languages = models.JSONField(
        _("works in"),
        default=list,
        blank=True,
        help_text=_("Languages in which one of ours answers customers. None: the language they read in."),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    # How often all sessions of the person were ended. Counted by the database: `session_guard.py`.
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            within_bounds("joined_at", "last_login"),
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]
        triggers = [text_guard(), RIGHTS_CHANGED]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> "User":
        """Load a person; one whose name shows nothing is known by the address."""
        person = super().from_db(db, field_names, values, **more)
        if person.__dict__.get("name") == "":
            person.name = person.__dict__.get("email") or str(NO_NAME)
        return person

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what each session keeps of the person and loses with another password or a higher count."""
        kept = f"{self.password}|{self.sessions_ended}" if self.sessions_ended else self.password
        key_salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(key_salt, kept, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return next((word for word in self.name.split(" ") if not is_blank(word)), self.name)

    @property
    def works_in(self) -> tuple[str, ...]:
        """The languages in which one of ours answers customers."""
        return tuple(self.languages) or (self.language,)

    @property
    def is_customer(self) -> bool:
        return self.role == Role.CUSTOMER

    @property
    def works_here(self) -> bool:
        """Whether this is one of ours: anybody but a customer."""
        return self.role != Role.CUSTOMER

    @property
    def is_manager(self) -> bool:
        """Whether they examine and decide what others ask for."""
        return self.role == Role.MANAGER

    @property
    def is_staff(self) -> bool:
        """Whether the back office opens (Django's word)."""
        return self.role in BACK_OFFICE

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and may_in_back_office(self.role, perm)

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
