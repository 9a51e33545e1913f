from tests.charter.scoring.conftest import rules_of, scorer

__all__ = ["rules_of", "scorer"]
