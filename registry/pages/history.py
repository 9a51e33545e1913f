"""Sealed decisions as pages tell them: who in kind, and by name only to stewards.

A steward's name is personal data, and so may be what a party or a steward wrote about an application or an appeal:
on public pages a person is "a steward", and such reasons are told to the party alone.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from faces.figures.amounts import cut_middle
from faces.figures.records import HistoryEntry
from ledger.queries import Told
from registry.queries import names_of

# Moves that are the party's own: made by a person, they are not a steward's.
_OF_THE_PARTY = frozenset(
    {"submit", "withdraw", "resubmit", "mount", "retire", "give_facts", "issue_key", "revoke_key"}
    | {"finish_self_review", "skip_sentinel", "ask_for_steward"}
)
# Moves that stewards and citizens make alike.
_OF_ANYBODY = frozenset({"endorse", "withdraw_endorsement"})
_TOLD_TO_PARTY = frozenset({"application", "appeal", "person"})
_SYSTEM = {
    "atlas": "the sentinel ATLAS",
    "rule": "the law, by rule",
    "sweep": "the clock",
    "bootstrap": "the installation",
    "register": "the shipped register",
}


def entries(
    told: Iterable[Told], *, names_shown: bool, with_subject: bool = False, to_party: bool = False
) -> list[HistoryEntry]:
    """History lines; ``names_shown`` to stewards only, ``to_party`` where the reader is the one concerned."""
    rows = list(told)
    names = names_of(row.actor[1] for row in rows) if names_shown else {}
    return [
        HistoryEntry(
            at=row.at,
            actor=actor_shown(row, names),
            move=in_words(row.move),
            reason=reason_shown(row, names_shown=names_shown, to_party=to_party),
            law_version=f"law {row.law_version}",
            index=row.index,
            decision_id=row.decision_id,
            url=f"/decisions/{row.decision_id}",
            subject=subject_shown(row) if with_subject else "",
            subject_url=subject_url(row) if with_subject else "",
        )
        for row in rows
    ]


def actor_shown(row: Told, names: Mapping[str, str]) -> str:
    """Who decided, in words; a person by name only if ``names`` has it."""
    kind, ref = row.actor
    if kind == "system":
        return _SYSTEM.get(ref, f"the system ({ref})")
    if kind == "human":
        return names.get(ref) or _unnamed(row.move)
    return f"{kind} {ref}"


def _unnamed(move: str) -> str:
    if move in _OF_ANYBODY:
        return "a steward or citizen"
    return "a person of the party" if move in _OF_THE_PARTY else "a steward"


def reason_shown(row: Told, *, names_shown: bool, to_party: bool) -> str:
    """The reason, or who is told it."""
    if row.reason and row.subject[0] in _TOLD_TO_PARTY and not (names_shown or to_party):
        return "Told to the party."
    if not row.reason and row.actor[0] != "system":
        return "No reason is asked of it."
    return row.reason or ""


def subject_shown(row: Told) -> str:
    """The subject's kind and id, a long id cut in the middle: the decision's own page has it whole."""
    kind, ref = row.subject
    ends = cut_middle(ref)
    return f"{kind} {'…'.join(ends) if ends and kind != 'companion' else ref}"


def subject_url(row: Told) -> str:
    """Where the subject's own public page is; empty where it has none."""
    kind, ref = row.subject
    if kind == "companion":
        return f"/companions/{ref}"
    return f"/charter/law/{ref}" if kind == "law" else ""


def in_words(name: str) -> str:
    return name.replace("_", " ")


def facts_in_words(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts of an entry as lines: names in words, lists joined, absent values said."""
    return [(in_words(name), _value(value)) for name, value in sorted(facts.items())]


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{in_words(name)}: {_value(each)}" for name, each in sorted(value.items()))
    return str(value)
