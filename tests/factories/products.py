"""Releases. Products are reference data."""

from datetime import date

import factory

from products.models import Product, Release


class ReleaseFactory(factory.django.DjangoModelFactory[Release]):
    """A version of Changepoint, released at the beginning of a month of 2027."""

    class Meta:
        model = Release

    product = factory.LazyFunction(lambda: Product.objects.get(code="changepoint"))
    version = factory.Sequence(lambda n: f"2027.{n}")
    released_on = factory.Sequence(lambda n: date(2027, n % 12 + 1, 1))
