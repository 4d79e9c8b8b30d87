"""An incident of Changepoint, and those who are part of it."""

from datetime import timedelta

import pytest

from cases import lifecycle
from products.models import Product
from sla.matrices import Severity


@pytest.fixture
def open_incident(nora, at):
    """Open an incident by the verb: `open_incident(product="daptiv", effect="down")`."""

    def make(*, by=None, product="changepoint", effect="down", **more):
        known = {
            "title_en": "Time sheets are not saved",
            "title_fr": "Les feuilles de temps ne sont pas enregistrées",
            "severity": Severity.CRITICAL,
            "started_at": at - timedelta(minutes=30),
            "effects": {Product.objects.get(code=product): effect},
        }
        return lifecycle.open_incident(by=by or nora, **{"at": at, **known, **more})

    return make


@pytest.fixture
def incident(open_incident):
    """Nora's open incident: Changepoint is down, Critical, public."""
    return open_incident()


@pytest.fixture
def publish(nora, later):
    """Publish an update by the verb: `publish(incident, minutes=10)`."""

    def make(incident, *, by=None, minutes=10, state="identified", **more):
        words = {"text_en": "A disk is full.", "text_fr": "Un disque est plein.", "state": state}
        return lifecycle.publish_update(incident, by=by or nora, at=later(minutes=minutes), **{**words, **more})

    return make


@pytest.fixture
def resolve(nora, later):
    """Resolve an incident by the verb: `resolve(incident, [case])`."""

    def make(incident, solved, *, by=None, minutes=60, **more):
        words = {"text_en": "It works again.", "text_fr": "Tout fonctionne à nouveau."}
        ids = [case.pk for case in solved]
        return lifecycle.resolve_incident(
            incident, by=by or nora, at=later(minutes=minutes), solves=ids, **{**words, **more}
        )

    return make
