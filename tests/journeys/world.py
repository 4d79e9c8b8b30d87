"""A small world for tests that only read pages: people of each side, signed in, and a case in every status.

What people say in it is French, so that none of it counts as English left over on a French page.
"""

import mailbox
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from cases import lifecycle
from cases.attachments import accept
from cases.export import jobs
from cases.jobs.incident_updates import spread
from cases.models import AssistanceKind, Case, CaseType, OutboxMail
from cases.models.event import ClosingReason
from cases.models.export_record import ExportFormat
from cases.models.outbox_mail import Delivery
from cases.reports import tally
from cases.status_page import subscribers
from contacts.models import Account, Instance, Team, User
from contacts.roles import Role
from products.models import Product, Release
from sla.matrices import Severity
from tests.cases.reports import tallied
from tests.conftest import PASSWORD, company, member, person

# What is done to each case after it was opened: verb and what it is given.
PASTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "new": [],
    "in_progress": [
        ("take", {}),
        ("note", {"body": "Déjà vu ailleurs."}),
        ("note", {"body": "Client prévenu par téléphone ?"}),
        ("reply", {"body": "Bonjour, nous regardons."}),  # after 40 minutes, too late for a Critical case
        ("restore_service", {"body": "Tout remarche."}),
    ],
    "waiting": [("take", {}), ("ask_customer", {"body": "Quel navigateur ?"})],
    "development": [("take", {}), ("hand_to_development", {"body": "Étapes : ouvrir, enregistrer."})],
    "awaiting_release": [("take", {}), ("await_release", {})],
    "solution_provided": [("take", {}), ("provide_solution", {"body": "Videz le cache."})],
    "closed": [
        ("take", {}),
        ("provide_solution", {"body": "Videz le cache."}),
        ("close", {"reason": ClosingReason.CONFIRMED}),
    ],
    "reopened": [
        ("take", {}),
        ("provide_solution", {"body": "Videz le cache."}),
        ("close", {"reason": ClosingReason.CONFIRMED}),
        ("reopen", {"reason": "Cela recommence."}),
    ],
}


@dataclass(frozen=True)
class World:
    """`people` by part, their `sessions` ("halfway" lacks the second factor), `cases` by status, a caught mail."""

    people: dict[str, User]
    sessions: dict[str, Client]
    cases: dict[str, Case]
    mail: str


def build(home: Path) -> World:
    """Make it in the database of the tests as of now, and its caught mail below `home`."""
    if not Product.objects.exists():
        call_command("load_reference", verbosity=0)
    people = _people()
    cases = {status: _case(past, people, status) for status, past in PASTS.items()}
    words = "Plus personne ne peut travailler."
    lifecycle.request_severity(cases["development"], by=people["customer"], at=timezone.now(), severity=1, body=words)
    configuration = AssistanceKind.objects.get(code="configuration")
    given = {"kind": configuration, "minutes": 25, "words": "Export réglé ensemble."}
    lifecycle.log_assistance(cases["in_progress"], by=people["consultant"], at=timezone.now(), **given)
    _incident(people, cases["in_progress"], cases["waiting"])
    stopped = OutboxMail.objects.filter(case=cases["waiting"]).order_by("-pk")[:1].values("pk")
    OutboxMail.objects.filter(pk__in=stopped).update(state=Delivery.FAILED, error="550 5.1.1")
    words = "Consulting peut construire ce rapport avec vous, à titre payant."
    asked = {"reason": words, "estimate_minutes": 120}
    lifecycle.refer_to_consulting(cases["waiting"], by=people["consultant"], at=timezone.now(), **asked)
    tally.tally(timezone.now())
    jobs.ask_for_one(cases["in_progress"], ExportFormat.PDF, by=people["customer"], at=timezone.now())
    sessions = {part: _signed_in(user) for part, user in people.items()}
    for client in sessions.values():
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})  # some pages ask for it once more
    _second_factor(people["manager"])
    sessions["manager"] = _by_factor(people["manager"])
    sessions["halfway"] = _by_password(people["manager"])
    return World(people, sessions, cases, _catch(home))


def _incident(people: dict[str, User], case: Case, other: Case) -> None:
    """Open an incident, with a case that is told what was published and gets its report; begin that of another case."""
    at, mona = timezone.now(), people["manager"]
    known = {"title_en": "Panne générale", "title_fr": "Panne générale", "severity": Severity.CRITICAL}
    effects = {Product.objects.get(code="changepoint"): "down"}
    incident = lifecycle.open_incident(by=mona, at=at, started_at=at - timedelta(hours=4), effects=effects, **known)
    lifecycle.link_case(case, by=mona, at=at, incident=incident)
    words = {"text_en": "Un disque est plein.", "text_fr": "Un disque est plein."}
    lifecycle.publish_update(incident, by=mona, at=at, state="identified", **words)
    spread(at)
    both = dict.fromkeys(tallied.WORDS, "Un disque était plein.")
    tallied.given(incident=incident, at=at, words=both)
    tallied.begun(case=other, at=at, by=mona)
    subscribers.ask("suzanne@lectrice.example", language="fr", products=[], at=at)


def _people() -> dict[str, User]:
    acme = company("Acme", "platinum", "emea")
    alice = member(person("Alice Adam", time_zone="Europe/Paris", language="fr"), acme, designated=True)
    member(person("Bruno Brun", time_zone="Europe/Paris"), acme)
    member(alice, company("Globex", "standard", "americas-apac"))
    carl = person("Carl Claude", Role.CONSULTANT_1, time_zone="Europe/Paris")
    Team.objects.get(code="customer-care-1").members.add(carl)
    mona = person("Mona Mercier", Role.MANAGER, time_zone="Europe/Paris")
    for product in Product.objects.all():
        Release.objects.get_or_create(product=product, version="2099.1", defaults={"released_on": date(2099, 1, 5)})
    return {"customer": alice, "consultant": carl, "manager": mona}


def _case(past: list[tuple[str, dict[str, Any]]], people: dict[str, User], status: str) -> Case:
    at = timezone.now() - timedelta(hours=3)
    alice, carl = people["customer"], people["consultant"]
    account = Account.objects.get(name="Acme")
    instance = Instance.objects.select_related("product").get(account=account, product__code="changepoint")
    case = lifecycle.open_case(
        by=alice,
        at=at,
        account=account,
        product=instance.product,
        instance=instance,
        type=CaseType.objects.get(code="defect"),
        subject=f"Feuilles de temps : impossible d’enregistrer ({status.replace('_', '-')})",
        body="Depuis ce matin, une erreur s’affiche.\n\nPour tous.",
        severity=Severity.CRITICAL if status == "in_progress" else Severity.MAJOR,
        files=accept([SimpleUploadedFile("écran.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)]),
    )
    for step, (verb, given) in enumerate(past, start=1):
        case = getattr(lifecycle, verb)(
            case, by=carl, at=at + timedelta(minutes=10 * step), **_needs(verb, case), **given
        )
    assert case.status == status, (case.status, status)
    return case


def _needs(verb: str, case: Case) -> dict[str, Any]:
    return {"release": Release.objects.get(product=case.product, version="2099.1")} if verb == "await_release" else {}


def _signed_in(user: User) -> Client:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return _by_password(user)


def _by_password(user: User) -> Client:
    cache.clear()  # the limit of sign-ins counts over the whole run
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert settings.SESSION_COOKIE_NAME in client.cookies
    return client


def _by_factor(user: User) -> Client:
    """Return a browser signed in with a recovery code, which another confirmed: some pages ask for it once more."""
    spare = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap().generate_codes()
    client = _by_password(user)
    for address, code in zip(("/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/"), spare, strict=False):
        client.post(address, {"code": code})
    return client


def _second_factor(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    data = {"name": "Ma clé", "credential": _passkey(), "passwordless": False}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _passkey() -> dict[str, Any]:
    """Return what a browser sends when a passkey is added, without an attestation."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"a key of the tests", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    made = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, credential), {})
    said = CollectedClientData.create(CollectedClientData.TYPE.CREATE, bytes(32), "http://127.0.0.1")
    response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)}
    name = websafe_encode(credential.credential_id)
    return {"id": name, "rawId": name, "type": "public-key", "response": response}


def _catch(home: Path) -> str:
    """Put a mail into the folder of caught mails; return its key."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "care@customer-care.example", "alice@example.com"
    mail["Subject"], mail["Date"] = "[CC-000001] Nous avons reçu votre demande", datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001
    mail.set_content("Bonjour Alice.\n")
    mail.add_alternative('<!DOCTYPE html><html lang="fr"><title>Bonjour</title><p>Bonjour Alice.', subtype="html")
    return mailbox.Maildir(home, create=True).add(mail)
