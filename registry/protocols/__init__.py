"""What models speak: four wire protocols, mapped to the one contract of deliberation (spec §4.1, §5).

    Question ─▶ the protocol's body ─▶ credentials ─▶ registry.egress ─▶ strict JSON ─▶ exact types ─▶ Called

One file per protocol, all of one shape: a ``Wire`` says where it is asked, how a key is sent, how a question is put and
how an answer is read. What a protocol does not carry itself, ``offers`` tells: health is then the last deliberation's,
a position is asked for as JSON, self-validation is not offered.
Every call ends in a ``Called`` with one of ten outcomes. Nothing here raises for what a model does.
"""

from registry.protocols.calls import (
    deliberate,
    deliberate_async,
    health,
    health_async,
    offers,
    validate,
    validate_async,
)
from registry.protocols.contract import Called, Deliberation, Health, Offers, Position, Question, SelfValidation
from registry.protocols.published import contract_schemas
from registry.protocols.reach import Reach, reach_of
from registry.protocols.reasons import REASONS, sentence_of
from registry.protocols.wire import address

__all__ = [
    "REASONS",
    "Called",
    "Deliberation",
    "Health",
    "Offers",
    "Position",
    "Question",
    "Reach",
    "SelfValidation",
    "address",
    "contract_schemas",
    "deliberate",
    "deliberate_async",
    "health",
    "health_async",
    "offers",
    "reach_of",
    "sentence_of",
    "validate",
    "validate_async",
]
