"""The contract as JSON Schema (2020-12), for providers and their tools: what ``schemas/`` holds."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("schemas")


@cache
def contract_schemas() -> dict[str, dict[str, Any]]:
    """Every published schema by its name, such as ``deliberate.response``."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
