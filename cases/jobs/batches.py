"""The loop of the periodic work: what is due is done in batches, what fails is logged and stops nothing else."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import structlog

log = structlog.get_logger()

BATCH = 500


class Countable(Protocol):
    """What was done, added up over the batches: a number, or a row of numbers."""

    def __add__(self, other: Any, /) -> Any: ...


T = TypeVar("T", bound=Countable)

# Returns the ids of what is due, the most urgent first: without those given, and no more than so many.
Find = Callable[[Collection[int], int], Iterable[int]]


def work_through(
    find: Find,
    do: Callable[[Sequence[int]], T],
    nothing: T,
    *,
    failure: str,
    batch: int = BATCH,
    together: bool = True,
    enough: Callable[[T, int], bool] = lambda _done, _tried: False,
    failed: Callable[[int], None] = lambda _pk: None,
) -> T:
    """Do what `find` returns, batch after batch, until nothing is found that was not tried; return what was done.

    A batch is done `together` first, and one by one where that fails (else always one by one). What fails alone is
    logged as `failure`, handed to `failed`, and left for a later sweep. Ends before where `enough` of what was done and
    of how many were tried.
    """
    done, tried, stuck = nothing, set[int](), set[int]()
    while not enough(done, len(tried)):
        ids = list(dict.fromkeys(find(stuck, batch)))
        if not ids:
            break
        # What comes again could not be done, or somebody holds it: look past it.
        stuck.update(tried.intersection(ids))
        fresh = [pk for pk in ids if pk not in tried]
        for part in [fresh] if together else [[pk] for pk in fresh]:
            if part and not enough(done, len(tried)):
                done += _try(part, do, nothing, failure, failed)
                tried.update(part)
    return done


def _try(
    ids: Sequence[int], do: Callable[[Sequence[int]], T], nothing: T, failure: str, failed: Callable[[int], None]
) -> T:
    try:
        return do(ids)
    except Exception:
        if len(ids) == 1:
            log.exception(failure, id=ids[0])
            failed(ids[0])
            return nothing
    done = nothing
    for pk in ids:
        done += _try([pk], do, nothing, failure, failed)
    return done
