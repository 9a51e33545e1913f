"""Scorers that say what a test wants, and a law of its own that names one of them."""

import hashlib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from charter.actions import enact
from charter.queries import version_at
from charter.scoring import registry
from charter.scoring.pipeline import Explanation
from charter.scoring.shape import CLAUSES, Clause, Score, Severity, Status, Violation, unscored
from ledger.actors import Actor

VETO = Violation(Clause.PRIVACY, "privacy.card", Severity.CRITICAL, 0, 3, Decimal("0.6"), veto=True)


@dataclass
class Scripted:
    """Gives every text its points: ``says`` by text, else ``usual``; None is unscored."""

    name: str
    version: str
    usual: int | None = 100
    says: dict = field(default_factory=dict)
    vetoes: set = field(default_factory=set)
    uncertain: set = field(default_factory=set)
    read: list = field(default_factory=list)

    @property
    def digest(self):
        return hashlib.sha256(f"{self.name} {self.version}".encode()).hexdigest()

    def score(self, response, *, prompt="", id="", tier=""):  # noqa: A002  the protocol's name
        self.read.append(response)
        points = self.says.get(response, self.usual)
        if points is None:
            return unscored(id, self.digest, "scripted")
        risk = Decimal(100 - points) / 100
        return Score(
            id=id,
            score=points,
            status=Status.PROVISIONAL if response in self.uncertain else Status.FINAL,
            risk=risk,
            confidence=Decimal("0.9"),
            clauses=dict.fromkeys(CLAUSES, risk),
            scorer=self.digest,
            violations=(VETO,) if response in self.vetoes else (),
        )

    def second_opinion(self, response, prompt="", *, id=""):  # noqa: A002  the protocol's name
        return self.score(response, prompt=prompt, id=id)

    def confirms_veto(self, response, prompt, violation):
        return response in self.vetoes

    def rates_at(self, mark):
        return None

    def explain(self, response, *, prompt=""):
        return Explanation()


def keep(monkeypatch, *scorers):
    """Let the registry keep these; its own are found by name alone."""
    by_name = {(it.name, it.version): it for it in scorers}
    own = registry.scorer_in_force

    def in_force(name, version, *, thresholds, vectors=True):
        return by_name.get((name, version)) or own(name, version, thresholds=thresholds, vectors=vectors)

    def by_digest(digest, *, thresholds):
        found = [it for it in by_name.values() if it.digest == digest]
        if not found:
            raise registry.UnknownScorer(digest)
        return found[0]

    def kept():
        return tuple((it.name, it.version, it.digest) for it in by_name.values())

    monkeypatch.setattr(registry, "scorer_in_force", in_force)
    for module in ("charter.scoring.registry", "appeals.sentinel"):
        monkeypatch.setattr(f"{module}.by_digest", by_digest, raising=False)
    for module in ("charter.scoring.registry", "shadow.actions.rescoring"):
        monkeypatch.setattr(f"{module}.kept", kept, raising=False)


def enact_law(scorer, *, at, version="5.0.0", **scoring):
    """A law like the shipped one that names this scorer, in force since a second before ``at``."""
    document = deepcopy(version_at(at).document)
    document["version"] = version
    document["scoring"] |= {"scorer": scorer.name, "scorer_version": scorer.version, **scoring}
    begins = at - timedelta(seconds=1)
    return enact(document, by=Actor.system("bootstrap"), at=begins, reason="for this story")
