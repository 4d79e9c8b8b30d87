"""Load-test data: accounts, people, instances and cases with their whole history, written by COPY.

`manage.py generate` runs it; docs/benchmarks.md says what the data look like. `accounts` makes customers and our
people, `new_cases` opens cases, `case_histories` lets one run its course, `commitment_outcomes` keeps its clocks,
`rows` and `copy_writer` write tables, `generate` joins them.
"""
