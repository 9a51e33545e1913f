"""The scorers that we keep: the one the law names, and every older one by its digest.

A version is a recipe: a code tag, the version of the rules table, the versions of what reads for it, and the folder of
fitted heads. Where the embedder is installed the heads read with it, else without; that is another scorer with another
digest, and either can judge again what it once judged. A released rule is never edited in place: it ends (``until``)
and another begins (``since``), a changed normaliser joins ``NORMALISERS`` beside the old one, a changed finder gets a
new name; so an older version's table is rebuilt from the same files, and its digest proves that nothing moved.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from charter.detectors import civic, dignity, equity, privacy, safety, systemic, transparency
from charter.detectors.injection.sentences import STEMS
from charter.detectors.injection.speech import WEIGHTS
from charter.detectors.rule import Rule
from charter.embedding import installed
from charter.heads.weights import weights
from charter.law import Law
from charter.scoring.groups import GROUPS
from charter.scoring.lexicon import LEXICON
from charter.scoring.normalise import NORMALISER
from charter.scoring.pipeline import Common, Pipeline, Scorer, Thresholds
from charter.scoring.stages import RuleStage
from charter.scoring.statistical import Heads, StatisticalPipeline

TABLES: tuple[tuple[Rule, ...], ...] = (
    dignity.RULES,
    transparency.RULES,
    equity.RULES,
    safety.RULES,
    privacy.RULES,
    civic.RULES,
    systemic.RULES,
)


# What rules and readings know that stands in files of its own.
READ: tuple[Path, ...] = (GROUPS, LEXICON, STEMS, WEIGHTS)


class UnknownScorer(LookupError):
    """No scorer of that name and version, or of that digest, was ever kept here."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one version of a scorer is made of; ``code`` changes when the formula or a finder does.

    ``heads`` is the folder of its fitted weights, and empty for one of rules alone.
    """

    name: str
    version: str
    code: str
    rules: int
    normaliser: str
    heads: str = ""


RECIPES: tuple[Recipe, ...] = (
    Recipe(name="rules", version="1", code="rules-1", rules=1, normaliser=NORMALISER),
    Recipe(name="charter", version="1", code="charter-1", rules=1, normaliser=NORMALISER, heads="1"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A recipe as this machine can make it: with the embedder of that digest, or empty without one."""

    recipe: Recipe
    embedder: str = ""


def scorer_in_force(name: str, version: str, *, thresholds: Thresholds, vectors: bool = True) -> Scorer:
    """The scorer that the law names, by words alone where not ``vectors``; ``UnknownScorer`` if we have none such."""
    for recipe in RECIPES:
        if (recipe.name, recipe.version) == (name, version):
            return _scorer(_best(recipe) if vectors else Made(recipe), thresholds)
    raise UnknownScorer(f"no scorer {name} {version}")


def scorer_of(law: Law, *, vectors: bool = True) -> Scorer:
    """The scorer that ``law`` names; its digest is what sums and scores are kept under."""
    named, thresholds = law.scoring, Thresholds(veto_cap=law.scoring.veto_cap)
    return scorer_in_force(named.scorer, named.scorer_version, thresholds=thresholds, vectors=vectors)


def by_digest(digest: str, *, thresholds: Thresholds) -> Scorer:
    """The scorer that a stored score names, to judge by it again."""
    for made in _all():
        if digest_of(made) == digest:
            return _scorer(made, thresholds)
    raise UnknownScorer(f"no scorer with digest {digest[:12]}")


def kept() -> tuple[tuple[str, str, str], ...]:
    """Every scorer that we can run here, as (name, version, digest), oldest first."""
    return tuple((made.recipe.name, made.recipe.version, digest_of(made)) for made in _all())


def table(version: int) -> tuple[Rule, ...]:
    """The rules of one version of the rules scorer."""
    return tuple(rule for rule in chain.from_iterable(TABLES) if rule.in_version(version))


def _best(recipe: Recipe) -> Made:
    found = installed() if recipe.heads else None
    return Made(recipe, found.digest if found else "")


def _all() -> list[Made]:
    """With the embedder and without, where the two differ."""
    return [made for recipe in RECIPES for made in dict.fromkeys((Made(recipe), _best(recipe)))]


@cache
def digest_of(made: Made) -> str:
    """SHA-256 over the canonical JSON of the code tag and all that its stages say decides about them."""
    recipe = made.recipe
    described: dict[str, Any] = {
        "code": recipe.code,
        "name": recipe.name,
        "version": recipe.version,
        "stages": [_stage(recipe).describe()],
        "files": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in READ},
    }
    if recipe.heads:
        described["heads"] = {"weights": weights(recipe.heads).digest, "embedder": made.embedder}
    canonical = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


@cache
def _stage(recipe: Recipe) -> RuleStage:
    return RuleStage(table(recipe.rules), normaliser=recipe.normaliser)


def rule_stage() -> RuleStage:
    """The rules of the newest recipe: what new heads are fitted behind."""
    return _stage(RECIPES[-1])


@lru_cache(maxsize=64)
def _scorer(made: Made, thresholds: Thresholds) -> Scorer:
    recipe = made.recipe
    common = Common(
        name=recipe.name,
        version=recipe.version,
        digest=digest_of(made),
        rules=table(recipe.rules),
        reads=recipe.normaliser,
        thresholds=thresholds,
    )
    if not recipe.heads:
        return Pipeline(common, stages=[_stage(recipe)])
    return StatisticalPipeline(common, rule_stage=_stage(recipe), heads=Heads(recipe.heads, made.embedder))
