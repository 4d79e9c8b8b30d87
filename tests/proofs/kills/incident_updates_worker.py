"""A worker to be killed: loads Django once, then for each line on its input forks a child that tells linked cases.

`python -m tests.proofs.kills.incident_updates_worker tell-and-mark|tell-then-mark`; a line is the instant to work as
of, and " slowly" where the wrong way is to be met between words and mark. It prints "<pid>" when a child begins and
"end" when
it is over, however it ended.
"""

import os
import sys
import time
from datetime import datetime

import django

PAUSE = [0.0]  # seconds between the words and the mark, of the wrong way


def tell_then_mark(pk: int, at: datetime) -> bool:
    """Do it the wrong way: the words in one transaction, the mark in the next, so that the checker can notice."""
    from cases.incidents import broadcast
    from cases.jobs import incident_updates
    from cases.models import Case, Event
    from cases.models.incident import TellingState

    delivery = broadcast.due().select_related("update__incident", "update__by").get(pk=pk)
    case = Case.objects.select_related("customer").get(pk=delivery.case_id)
    incident_updates._speak(delivery, case, at)
    time.sleep(PAUSE[0])
    event = Event.objects.filter(case=case, kind="incident_told").order_by("-pk").first()
    broadcast.due().filter(pk=pk).update(state=TellingState.TOLD, event=event, settled_at=at)
    return True


def main(way: str) -> None:
    """Serve until the input ends."""
    django.setup()
    from cases.jobs import incident_updates

    if way == "tell-then-mark":
        incident_updates._notify = tell_then_mark
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            at, _space, slowly = line.strip().partition(" ")
            PAUSE[0] = 60.0 if slowly else 0.0
            while incident_updates.spread(datetime.fromisoformat(at)):
                pass
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("end", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
