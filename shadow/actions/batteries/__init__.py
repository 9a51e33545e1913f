"""The law's batteries: asked on purpose, graded, sealed, and good for the law's time (spec section 10.3).

    start ─▶ a row to each prompt ─▶ claimed by a lease, in the provider's pace ─▶ asked ─▶ graded or scored at once
        ─▶ all measured, or the time is over ─▶ passed | failed | inconclusive, sealed with every item

What a lost worker held is asked once more. What we could not measure is held against nobody; what the model failed at
is not good. Answers are judged where they arrive and their texts are kept nowhere.
"""

from shadow.actions.batteries.asking import ask_due
from shadow.actions.batteries.claiming import next_turn_at
from shadow.actions.batteries.concluding import conclude_over
from shadow.actions.batteries.starting import TASK, start, startable

__all__ = ["TASK", "ask_due", "conclude_over", "next_turn_at", "start", "startable"]
