"""A worker to be killed: loads Django once, then for each line on its input forks a child that makes exports.

It prints "<pid>" when a child begins and "end" when it is over, however it ended. Chunks are of one case.
"""

import os
import sys

import django


def main() -> None:
    """Serve until the input ends."""
    django.setup()
    from django.utils import timezone

    from cases.export import jobs

    jobs.CHUNK, jobs.MOST_ATTEMPTS = 1, 1_000
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            while jobs.work(at=timezone.now()):
                pass
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("end", flush=True)


if __name__ == "__main__":
    main()
