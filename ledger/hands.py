"""Celery is only the hands: whoever made work due sends for them and waits for nobody.

What is due stands in rows, and a sweep finds it in any case; so a message may be lost, come late or come twice.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

# A web process waits for no broker: one attempt, a second at most.
AT_ONCE_OR_NOT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
# A message that nobody took in this time is stale: the next sweep sends another.
STALE_SECONDS = 30

logger = logging.getLogger(__name__)


def send_soon(task: str, **ids: str) -> bool:
    """Send the task of this name now; False where the broker is away, and then the next sweep finds the row."""
    options = {**current_app.conf.broker_transport_options, **AT_ONCE_OR_NOT}
    try:
        with current_app.connection_for_write(transport_options=options) as connection:
            current_app.send_task(task, kwargs=ids, connection=connection, expires=STALE_SECONDS, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("The broker does not answer (%s): %s comes with the next sweep", type(error).__name__, task)
        return False
    return True


def send_on_commit(task: str, **ids: str) -> None:
    """Send it as soon as this transaction commits, so that nobody waits for the next tick."""
    transaction.on_commit(partial(send_soon, task, **ids))
