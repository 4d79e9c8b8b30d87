"""A large population for measuring: accounts, people, instances and cases with their whole history, by COPY.

`manage.py generate` is the door; docs/benchmarks.md says what it looks like. `society.py` makes who and what,
`births.py` new cases, `life.py` and `judging.py` let one live, `watch.py` keeps its clocks, `ledger.py` and `sheets.py`
write rows, `populate.py` joins them.
"""
