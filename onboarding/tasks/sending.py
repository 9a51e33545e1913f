"""Tasks are sent without waiting for anybody."""

import logging
from typing import Any

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
# A message that nobody took in this time is stale: the next sweep sends another.
STALE_SECONDS = 30


def send_soon(task: Any, **ids: str) -> bool:
    """Send a task now; False where the broker is away, which takes seconds to tell. The next sweep finds the row."""
    try:
        task.apply_async(kwargs=ids, expires=STALE_SECONDS, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("a task was not sent; the sweep finds its row: task=%s error=%s", task.name, type(error).__name__)
        return False
    return True
