"""Which judges an operator bound: a TOML file of ``[[judge]]`` tables, read exactly."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from registry.egress import Refused, check_url, policy_in_force

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
_VISIBLE = re.compile(r"[!-~]{1,4096}")
LONGEST_MODEL = 128
OUTPUTS = ("json_schema", "json_object", "text")


class Misbound(ValueError):
    """The file of judges cannot be used; the message names the file's table and what is asked there."""


@dataclass(frozen=True)
class CompanionBinding:
    """A companion that is to judge: it is asked where and as it is asked everything else."""

    name: str
    companion: str


@dataclass(frozen=True)
class ServiceBinding:
    """A service at ``address`` that answers ``/v1/chat/completions``; ``provider`` is the slug of who runs it.

    ``key_file`` holds its key and is read anew for every call. ``output`` is how the answer's shape is asked for.
    """

    name: str
    address: str
    model: str
    provider: str
    key_file: str = ""
    output: Literal["json_schema", "json_object", "text"] = "json_schema"

    def key(self) -> str:
        """The key, or nothing where the service asks for none. Raises Misbound."""
        if not self.key_file:
            return ""
        try:
            key = Path(self.key_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Misbound(f"{self.name}: key_file cannot be read ({type(error).__name__})") from None
        if not _VISIBLE.fullmatch(key):
            raise Misbound(f"{self.name}: key_file does not hold one key of visible ASCII characters")
        return key


Binding = CompanionBinding | ServiceBinding
_KINDS: dict[str, type[CompanionBinding] | type[ServiceBinding]] = {
    "companion": CompanionBinding,
    "openai": ServiceBinding,
}


def bindings() -> list[Binding]:
    """The judges that ``KAIZEN_JUDGES`` names, none where it is empty. Raises Misbound."""
    if not settings.KAIZEN_JUDGES:
        return []
    path = Path(settings.KAIZEN_JUDGES)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misbound(f"{path}: {error}") from None
    return parse(document, folder=path.parent)


def parse(document: Mapping[str, Any], *, folder: Path) -> list[Binding]:
    """The bindings of a whole document; a relative ``key_file`` lies in ``folder``. Raises Misbound."""
    if unknown := sorted(document.keys() - {"judge"}):
        raise Misbound(f"{unknown[0]} is not known here; every judge is a [[judge]] table")
    tables = document.get("judge", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Misbound("every judge is a [[judge]] table")
    found = [_binding(table, f"judge {number}", folder) for number, table in enumerate(tables, 1)]
    for name in (one.name for one in found):
        if sum(one.name == name for one in found) > 1:
            raise Misbound(f"two judges are called {name}")
    return found


def _binding(table: Mapping[str, Any], at: str, folder: Path) -> Binding:
    kind = _KINDS.get(str(table.get("kind")))
    if kind is None:
        raise Misbound(f"{at}: kind is companion or openai")
    given = {name: value for name, value in table.items() if name != "kind"}
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(given.keys() - known.keys()):
        raise Misbound(f"{at}: {unknown[0]} is not known here")
    needed = [name for name in known if name not in {"key_file", "output"}]
    if missing := [name for name in needed if name not in given]:
        raise Misbound(f"{at}: {missing[0]} is missing")
    for name, value in given.items():
        if not isinstance(value, str) or not value or value != value.strip():
            raise Misbound(f"{at}: {name} is text without blanks around it")
    if not _NAME.fullmatch(given["name"]):
        raise Misbound(f"{at}: name holds 1 to 40 small letters, digits and hyphens")
    if kind is CompanionBinding:
        return CompanionBinding(**given)
    return _service(given, at, folder)


def _service(given: dict[str, Any], at: str, folder: Path) -> ServiceBinding:
    if not _SLUG.fullmatch(given["provider"]):
        raise Misbound(f"{at}: provider is a slug, the one under which its companions are registered if it has any")
    if len(given["model"]) > LONGEST_MODEL:
        raise Misbound(f"{at}: model holds at most {LONGEST_MODEL} characters")
    if given.get("output", OUTPUTS[0]) not in OUTPUTS:
        raise Misbound(f"{at}: output is one of {', '.join(OUTPUTS)}")
    try:
        check_url(given["address"], rules=policy_in_force())
    except Refused as refused:
        raise Misbound(f"{at}: address: {refused.sentence}") from None
    if "key_file" in given:
        given["key_file"] = str(folder / given["key_file"])
    return ServiceBinding(**given)
