"""What a piece of work costs the processor, for tests of how cost grows: no clock on the wall, no neighbour's garbage."""

import gc
from collections.abc import Callable
from time import process_time

TRIES = 3


def seconds(work: Callable[[], object]) -> float:
    """The least of three tries, while nothing is collected of what other tests left behind."""
    gc.collect()
    gc.disable()
    try:
        return min(_once(work) for _ in range(TRIES))
    finally:
        gc.enable()


def _once(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before
