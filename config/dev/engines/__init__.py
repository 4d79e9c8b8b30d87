"""PostgreSQL and Redis brought by Python packages, for the demo, development and the tests.

`keeper.py` runs one engine for as long as somebody uses it, `lease.py` is how a process uses one,
`postgres.py` and `redis.py` know their programs, `place.py` where their files may lie.
`config/dev/embedded.py` is what others call; nothing here is used where the environment names its servers.
"""
