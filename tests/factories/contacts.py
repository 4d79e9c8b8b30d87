"""People, accounts and what they run."""

from collections.abc import Iterable
from typing import Any

import factory

from contacts.models import Account, Designation, Instance, Membership, Plan, Region, User
from contacts.roles import Role
from products.models import Product


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who cannot sign in unless given a password; a customer in UTC unless told otherwise."""

    class Meta:
        model = User

    name = factory.Faker("name")
    email = factory.Sequence(lambda n: f"somebody{n}@made.example")
    role = Role.CUSTOMER
    password = "!"


class AccountFactory(factory.django.DjangoModelFactory[Account]):
    """An account on the Standard plan in the Americas, over the reference data."""

    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Account {n}")
    plan = factory.LazyFunction(lambda: Plan.objects.get(code="standard"))
    region = factory.LazyFunction(lambda: Region.objects.get(code="americas-apac"))


class InstanceFactory(factory.django.DjangoModelFactory[Instance]):
    """An instance of Changepoint, always on the latest version."""

    class Meta:
        model = Instance

    account = factory.SubFactory(AccountFactory)
    product = factory.LazyFunction(lambda: Product.objects.get(code="changepoint"))
    name = factory.Sequence(lambda n: f"Instance {n}")


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A person of an account; `administers=[product, …]` names them application administrator."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    user = factory.SubFactory(UserFactory)

    @factory.post_generation
    def administers(self: Membership, create: bool, products: Iterable[Product] | None, **_options: Any) -> None:
        Designation.objects.bulk_create(Designation(membership=self, product=product) for product in products or ())
