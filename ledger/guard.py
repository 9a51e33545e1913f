"""Fail closed: a transition that ``decide`` does not make never happens."""

from typing import Any

from django.dispatch import receiver
from django_fsm.signals import pre_transition

from ledger.decisions import Unsealed, is_deciding


@receiver(pre_transition, dispatch_uid="ledger.guard")
def refuse_unsealed_moves(instance: Any, name: str, **_kwargs: Any) -> None:
    if not is_deciding(instance, name):
        raise Unsealed(f"{type(instance).__name__}.{name} was called outside ledger.decisions.decide")
