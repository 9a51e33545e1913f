"""How the heads are fitted: the numbers of ``recipe.toml``, typed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

SHIPPED = Path(__file__).with_name("recipe.toml")


@dataclass(frozen=True)
class LexicalRecipe:
    least_texts: int
    words: int
    letters: int
    asked: int
    strength: float


@dataclass(frozen=True)
class DenseRecipe:
    nets: int
    hidden: int
    epochs: int
    batch: int
    rate: float
    decay: float
    drop_hidden: float
    drop_input: float


@dataclass(frozen=True)
class CalibrationRecipe:
    ordinary: list[str]
    anchors: list[list[float]]
    handicap_share: float
    least_handicap: dict[str, float]
    band_error: float
    second_band_error: float
    listed_false_flags: float

    def stricter(self) -> CalibrationRecipe:
        """The same with the narrower clear bands of the second configuration."""
        return replace(self, band_error=self.second_band_error)


@dataclass(frozen=True)
class ExemplarRecipe:
    each: int


@dataclass(frozen=True)
class Recipe:
    code: str
    seed: int
    folds: int
    lexical: LexicalRecipe
    dense: DenseRecipe
    calibration: CalibrationRecipe
    exemplars: ExemplarRecipe


def shipped() -> Recipe:
    """The recipe beside this file."""
    value = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return Recipe(
        code=value["code"],
        seed=value["seed"],
        folds=value["folds"],
        lexical=LexicalRecipe(**value["lexical"]),
        dense=DenseRecipe(**value["dense"]),
        calibration=CalibrationRecipe(**value["calibration"]),
        exemplars=ExemplarRecipe(**value["exemplars"]),
    )
