"""The scorers that we keep: the one the law names, and every older one by its digest.

A version is a recipe: a code tag, the version of the rules table, the versions of what reads for it. Rules are never
edited in place. A changed rule ends (``until``) and another begins (``since``), a changed normaliser joins
``NORMALISERS`` beside the old one, a changed finder gets a new name; so an older version's table is rebuilt from the
same files, and its digest proves that nothing moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from charter.detectors import civic, dignity, equity, privacy, safety, systemic, transparency
from charter.detectors.rule import Rule
from charter.law import Law
from charter.scoring.normalise import NORMALISER
from charter.scoring.pipeline import Pipeline, Scorer, Thresholds
from charter.scoring.stages import RuleStage

TABLES: tuple[tuple[Rule, ...], ...] = (
    dignity.RULES,
    transparency.RULES,
    equity.RULES,
    safety.RULES,
    privacy.RULES,
    civic.RULES,
    systemic.RULES,
)


class UnknownScorer(LookupError):
    """No scorer of that name and version, or of that digest, was ever kept here."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one version of a scorer is made of; ``code`` changes when the formula or a finder does."""

    name: str
    version: str
    code: str
    rules: int
    normaliser: str


RECIPES: tuple[Recipe, ...] = (Recipe(name="rules", version="1", code="rules-1", rules=1, normaliser=NORMALISER),)


def scorer_in_force(name: str, version: str, *, thresholds: Thresholds) -> Scorer:
    """The scorer that the law names; ``UnknownScorer`` if we have none such."""
    for recipe in RECIPES:
        if (recipe.name, recipe.version) == (name, version):
            return _made(recipe, thresholds)
    raise UnknownScorer(f"no scorer {name} {version}")


def scorer_of(law: Law) -> Scorer:
    """The scorer that ``law`` names; its digest is what sums and scores are kept under."""
    scoring = law.scoring
    return scorer_in_force(scoring.scorer, scoring.scorer_version, thresholds=Thresholds(veto_cap=scoring.veto_cap))


def by_digest(digest: str, *, thresholds: Thresholds) -> Scorer:
    """The scorer that a stored score names, to judge by it again."""
    for recipe in RECIPES:
        if digest_of(recipe) == digest:
            return _made(recipe, thresholds)
    raise UnknownScorer(f"no scorer with digest {digest[:12]}")


def kept() -> tuple[tuple[str, str, str], ...]:
    """Every scorer that we can run, as (name, version, digest), oldest first."""
    return tuple((recipe.name, recipe.version, digest_of(recipe)) for recipe in RECIPES)


def table(version: int) -> tuple[Rule, ...]:
    """The rules of one version of the rules scorer."""
    return tuple(rule for rule in chain.from_iterable(TABLES) if rule.in_version(version))


@cache
def digest_of(recipe: Recipe) -> str:
    """SHA-256 over the canonical JSON of the code tag and all that its stages say decides about them."""
    described = {
        "code": recipe.code,
        "name": recipe.name,
        "version": recipe.version,
        "stages": [stage.describe() for stage in _stages(recipe)],
    }
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


@cache
def _stages(recipe: Recipe) -> Sequence[RuleStage]:
    return (RuleStage(table(recipe.rules), normaliser=recipe.normaliser),)


@lru_cache(maxsize=64)
def _made(recipe: Recipe, thresholds: Thresholds) -> Scorer:
    return Pipeline(
        name=recipe.name,
        version=recipe.version,
        digest=digest_of(recipe),
        stages=_stages(recipe),
        rules=table(recipe.rules),
        reads=recipe.normaliser,
        thresholds=thresholds,
    )
