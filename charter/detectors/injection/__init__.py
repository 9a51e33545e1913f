"""Text in an answer that speaks to whoever judges it, to win a verdict it did not earn (spec §8, security T6).

Wordings cannot be listed, so a sentence is weighed by what it holds together: who is spoken to or named as judge, a
word for the answer itself, a mark or a verdict, an order, a way out of being judged, the vocabulary of judging.
Ordinary sentences hold one or two of these. Long quotations are left out of the weighing, and talk about injection
counts against it.
"""

from __future__ import annotations

from charter.detectors.injection.finding import found
from charter.detectors.injection.overriding import OVERRIDE
from charter.detectors.injection.sentences import FOUND, HEARD, SURE, Found, fold, sentences, worth_weighing
from charter.detectors.injection.weighing import all_kinds

__all__ = ["FOUND", "HEARD", "OVERRIDE", "SURE", "Found", "all_kinds", "fold", "found", "sentences", "worth_weighing"]
