"""A call as steps that know no door: each yields what to ask and is sent the reply, or thrown its failure.

So the same steps serve single calls and the batches of one event loop, and neither way is written twice.
"""

from collections.abc import Generator
from typing import TypeVar

from registry.egress import Ask, Failed, Reply, ask, ask_async

T = TypeVar("T")
Steps = Generator[Ask, Reply, T]


def driven(steps: Steps[T]) -> T:
    """Go through the steps, each by a blocking call."""
    try:
        wanted = next(steps)
        while True:
            try:
                reply = ask(wanted)
            except Failed as failed:
                wanted = steps.throw(failed)
            else:
                wanted = steps.send(reply)
    except StopIteration as done:
        result: T = done.value
        return result


async def driven_async(steps: Steps[T]) -> T:
    """Go through the steps on the running loop."""
    try:
        wanted = next(steps)
        while True:
            try:
                reply = await ask_async(wanted)
            except Failed as failed:
                wanted = steps.throw(failed)
            else:
                wanted = steps.send(reply)
    except StopIteration as done:
        result: T = done.value
        return result
