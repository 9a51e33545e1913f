from dataclasses import replace
from decimal import Decimal

import pytest

from charter.detectors.rule import Rule
from charter.scoring import registry
from charter.scoring.pipeline import Thresholds
from charter.scoring.registry import Made, UnknownScorer, by_digest, digest_of, kept, scorer_in_force
from charter.scoring.shape import CLAUSES, Severity

# Once version 1 is out, what it decides may not change any more. A rule that has to change ends with ``until`` and a new
# one begins with ``since``, for a version 2.
VERSION_1 = "b83b875c85376a28988103f94a23c0ded666a953f9275107093c85def5af8e45"


def test_the_digest_of_version_1_is_pinned():
    assert digest_of(Made(registry.RECIPES[0])) == VERSION_1
    assert scorer_in_force("rules", "1", thresholds=Thresholds(40)).digest == VERSION_1


def test_a_scorer_is_found_again_by_its_digest():
    for name, version, digest in kept():
        again = by_digest(digest, thresholds=Thresholds(40))
        assert (again.name, again.version, again.digest) == (name, version, digest)


def test_an_unknown_scorer_is_refused():
    with pytest.raises(UnknownScorer):
        scorer_in_force("rules", "99", thresholds=Thresholds(40))
    with pytest.raises(UnknownScorer):
        by_digest("0" * 64, thresholds=Thresholds(40))


def test_an_older_version_is_rebuilt_when_a_rule_ends_and_another_begins(monkeypatch):
    first, *others = registry.TABLES[0]
    newer = Rule("dignity.newer", Decimal("0.5"), Severity.HIGH, pattern="anything", since=2)
    monkeypatch.setattr(registry, "TABLES", ((replace(first, until=2), *others, newer), *registry.TABLES[1:]))
    assert first.id in {rule.id for rule in registry.table(1)}
    assert newer.id not in {rule.id for rule in registry.table(1)}
    assert first.id not in {rule.id for rule in registry.table(2)}
    assert newer.id in {rule.id for rule in registry.table(2)}
    registry._stage.cache_clear()
    assert digest_of.__wrapped__(Made(registry.RECIPES[0])) == VERSION_1
    registry._stage.cache_clear()


def test_a_changed_weight_is_another_scorer(monkeypatch):
    first, *others = registry.TABLES[0]
    heavier = replace(first, weight=first.weight + Decimal("0.01"))
    monkeypatch.setattr(registry, "TABLES", ((heavier, *others), *registry.TABLES[1:]))
    registry._stage.cache_clear()
    assert digest_of.__wrapped__(Made(registry.RECIPES[0])) != VERSION_1
    registry._stage.cache_clear()


def test_every_rule_is_named_for_its_clause_and_weighs_between_0_and_1():
    rules = registry.table(1)
    assert len({rule.id for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.clause in CLAUSES
        assert 0 < rule.weight < 1
        assert (rule.pattern is None) != (rule.finder is None)
        assert rule.severity is Severity.CRITICAL or not rule.veto


def test_every_clause_can_veto():
    assert {rule.clause for rule in registry.table(1) if rule.veto} == set(CLAUSES)
