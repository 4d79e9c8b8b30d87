"""The generator of load-test data: a population, then cases with their histories, written chunk by chunk."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from tqdm import tqdm

from cases.load_test_data.accounts import PopulationWriter
from cases.load_test_data.case_histories import CaseHistory
from cases.load_test_data.copy_writer import CopyWriter, analyze
from cases.load_test_data.new_cases import YEARS, Mix, NewCases
from cases.load_test_data.rows import CaseRows
from cases.models import Breach, Case, Commitment, Event, Message, Note
from contacts.models import Account, Designation, Instance, Membership, User
from products import releasing

CHUNK = 1000
ENOUGH = 999  # turns for any history
DESK = Mix()
WRITTEN = (User, Account, Membership, Designation, Instance, Case, Message, Note, Event, Commitment, Breach)


def generate(cases: int, *, seed: int, now: datetime, quiet: bool = True, mix: Mix = DESK) -> None:
    """Write a population with `cases` cases as it stands at `now` (UTC); the same for the same arguments.

    Each chunk of cases is a transaction, and no more than two are ever in memory. Nobody else may write meanwhile.
    """
    chance = Random(seed)
    with transaction.atomic():
        releasing.publish((now - YEARS).date(), (now + timedelta(days=31)).date())
        population = PopulationWriter(chance, now).write(cases)
    new_cases, rows = NewCases(chance, population, now, mix), CaseRows()
    with CopyWriter() as writer, tqdm(total=cases, unit=" cases", unit_scale=True, disable=quiet or None) as progress:
        for start in range(0, cases, CHUNK):
            count = min(CHUNK, cases - start)
            for _ in range(count):
                forgotten = chance.random() < mix.forgotten
                new = new_cases.next(forgotten=forgotten)
                turns = chance.randrange(1, mix.turns + 1) if forgotten else ENOUGH
                history = CaseHistory(new, chance, population, now=now, turns=turns)
                rows.write(new.case, history.run(), now)
            writer.send(rows.take())
            progress.update(count)
    analyze(WRITTEN)
