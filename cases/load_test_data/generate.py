"""Joins the parts: a society is founded, its cases live one after another, chunk after chunk goes to the database."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from tqdm import tqdm

from cases.load_test_data.accounts import Founder
from cases.load_test_data.case_histories import Life
from cases.load_test_data.copy_writer import Courier, analyze
from cases.load_test_data.new_cases import YEARS, Births, Mix
from cases.load_test_data.rows import Ledger
from cases.models import Breach, Case, Commitment, Event, Message, Note
from contacts.models import Account, Designation, Instance, Membership, User
from products import releasing

CHUNK = 1000
ENOUGH = 999  # turns for any life
DESK = Mix()
WRITTEN = (User, Account, Membership, Designation, Instance, Case, Message, Note, Event, Commitment, Breach)


def generate(cases: int, *, seed: int, now: datetime, quiet: bool = True, mix: Mix = DESK) -> None:
    """Write a population with `cases` cases as it stands at `now` (UTC); the same for the same arguments.

    Each chunk of cases is a transaction, and no more than two are ever in memory. Nobody else may write meanwhile.
    """
    chance = Random(seed)
    with transaction.atomic():
        releasing.publish((now - YEARS).date(), (now + timedelta(days=31)).date())
        society = Founder(chance, now).found(cases)
    births, ledger = Births(chance, society, now, mix), Ledger()
    with Courier() as courier, tqdm(total=cases, unit=" cases", unit_scale=True, disable=quiet or None) as progress:
        for start in range(0, cases, CHUNK):
            count = min(CHUNK, cases - start)
            for _ in range(count):
                forgotten = chance.random() < mix.forgotten
                birth = births.next(forgotten=forgotten)
                turns = chance.randrange(1, mix.turns + 1) if forgotten else ENOUGH
                life = Life(birth, chance, society, now=now, turns=turns)
                ledger.write(birth.case, life.live(), now)
            courier.send(ledger.take())
            progress.update(count)
    analyze(WRITTEN)
