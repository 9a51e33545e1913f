"""Deciding anew from what was sealed: the same bytes, or what differs, named (spec section 10.7).

entry as it was signed ─▶ evidence by its digests ─▶ law by its digest ─▶ the rule that the basis names ─▶ compared

Nothing is written. The law comes from the evidence, where its document is kept under the very digest that a decision
names: a row of a table cannot pass for it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from ledger.canonical import sha256_hex
from ledger.keys import entry_key
from ledger.models import Decision, Evidence, Head, Leaf
from ledger.packing import Unpackable
from ledger.replaying import BASIS, Derived, Outcome, Replayed, Rulebook, differences
from ledger.verification import Tampered, entry_of_leaf, must_hold, told_by

AT_ONCE = 200
SYSTEM = "system"
# What a rule may raise over a basis that is not of its shape: named as a difference, never swallowed.
_NOT_OF_ITS_SHAPE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError)


class NoRulebook(RuntimeError):
    """No table of rules was handed in: the process did not start as a whole."""


class _Broken(Exception):
    """A piece of evidence, or a law, that cannot be relied on."""


_books: list[Rulebook] = []


def use(book: Rulebook) -> None:
    """Derive by this table from now on; called when the process starts."""
    _books[:] = [book]


def replay(decision: Decision) -> Replayed:
    """Derive one decision anew; the same word for the same bytes, always. Raises NoRulebook."""
    return next(replays([decision]))


def replays(decisions: Sequence[Decision]) -> Iterator[Replayed]:
    """Several, in one query for their evidence; decisions come with their ``seal``."""
    return Replayer().several(decisions)


def replay_log(
    decisions: QuerySet[Decision] | None = None, *, progress: Callable[[int], None] = lambda _done: None
) -> Iterator[Replayed]:
    """Every decision of ``decisions`` (by default of the log) that stands now, oldest first, a few at a time."""
    replayer = Replayer()
    rows = (Decision.objects.all() if decisions is None else decisions).select_related("seal").order_by("seal__idx")
    end = Head.objects.values_list("size", flat=True).filter(id=1).first() or 0
    last, done = -1, 0
    while some := list(rows.filter(seal__idx__gt=last, seal__idx__lt=end)[:AT_ONCE]):
        yield from replayer.several(some)
        last, done = some[-1].seal.idx, done + len(some)
        progress(done)


class Replayer:
    """Derives decisions one after another; every law is parsed once."""

    def __init__(self) -> None:
        if not _books:
            raise NoRulebook("No table of rules was handed in; kaizen.apps does so when Django starts.")
        self._book = _books[0]
        self._laws: dict[str, Any] = {}
        self._public = entry_key().public

    def several(self, decisions: Sequence[Decision]) -> Iterator[Replayed]:
        """All of ``decisions`` in their order, their evidence read by one query."""
        kept = Evidence.objects.in_bulk({named["sha256"] for row in decisions for named in row.evidence})
        return (self._replayed(row, kept) for row in decisions)

    @cached_property
    def _origin(self) -> str:
        """As the first entry of the log has it: whatever else is signed for another origin does not hold."""
        first = Leaf.objects.filter(idx=0).values_list("entry", flat=True).get()
        return str(json.loads(bytes(first))["decision"].get("origin", ""))

    def _replayed(self, decision: Decision, kept: Mapping[str, Evidence]) -> Replayed:
        case = _Case(decision)
        entry = self._entry(case)
        bodies = _bodies(case, kept)
        if decision.actor_kind != SYSTEM or (decision.actor_ref, decision.move) in self._book.by_hand:
            return case.replayed(Outcome.WORD)
        if BASIS not in {named["name"] for named in decision.evidence}:
            return case.replayed(Outcome.NO_BASIS)
        if entry is not None and BASIS in bodies:
            self._compare(case, entry["decision"], bodies[BASIS])
        return case.replayed(Outcome.SAME)

    def _entry(self, case: "_Case") -> dict[str, Any] | None:
        """The entry as it was signed; a finding and None where it does not hold, or is not what its row tells."""
        leaf = case.decision.seal
        where = f"its entry no. {leaf.idx}"
        try:
            entry = entry_of_leaf(leaf, where)
            must_hold(entry, leaf, key=self._public, origin=self._origin, where=where)
        except Tampered as bad:
            case.found(str(bad))
            return None
        for name, value in told_by(entry).items():
            if getattr(case.decision, name) != value:
                case.found(f"{name} of its row is not what its entry no. {leaf.idx} seals")
        return entry

    def _compare(self, case: "_Case", sealed: Mapping[str, Any], body: bytes) -> None:
        try:
            derived = self._derived(case, json.loads(body))
            for difference in differences(sealed, derived):
                case.found(difference)
        except _Broken as broken:
            case.found(str(broken))
        except _NOT_OF_ITS_SHAPE as error:
            case.found(f"the rule {case.rule or 'it names'} cannot read its basis ({type(error).__name__}: {error})")

    def _derived(self, case: "_Case", basis: Mapping[str, Any]) -> Derived:
        case.rule = str(basis["rule"])
        rule = self._book.rules.get(case.rule)
        if rule is None:
            raise _Broken(f"this release knows no rule {case.rule}")
        return rule.derives(basis, law=self._law(case.decision.law_digest), at=case.decision.at)

    def _law(self, digest: str) -> Any:
        if digest not in self._laws:
            self._laws[digest] = self._read_law(digest)
        law = self._laws[digest]
        if isinstance(law, _Broken):
            raise law
        return law

    def _read_law(self, digest: str) -> Any:
        row = Evidence.objects.filter(pk=digest).first()
        try:
            return self._book.law_of(json.loads(_content(row, digest)))
        except _Broken as broken:
            return _Broken(f"its law {digest} {broken}")
        except ValueError as error:
            return _Broken(f"its law {digest} cannot be read by this release ({error})")


@dataclass
class _Case:
    """One decision under replay, with what was found so far."""

    decision: Decision
    rule: str = ""

    def __post_init__(self) -> None:
        self._findings: list[str] = []

    def found(self, finding: str) -> None:
        self._findings.append(finding)

    def replayed(self, outcome: Outcome) -> Replayed:
        """``outcome``, unless something differs."""
        said = tuple(self._findings)
        made = f"{self.decision.subject_kind}.{self.decision.move}"
        return Replayed(self.decision.public_id, made, Outcome.DIFFERS if said else outcome, self.rule, said)


def decisions_since(at: datetime) -> QuerySet[Decision]:
    """The decisions that took effect at ``at`` or later."""
    return Decision.objects.filter(at__gte=at)


def _bodies(case: _Case, kept: Mapping[str, Evidence]) -> dict[str, bytes]:
    """What the decision rests on, by name; evidence that is not its digest's is named and left out."""
    bodies = {}
    for named in case.decision.evidence:
        try:
            bodies[named["name"]] = _content(kept.get(named["sha256"]), named["sha256"])
        except _Broken as broken:
            case.found(f"evidence {named['name']} {named['sha256']} of {case.decision.public_id} {broken}")
    return bodies


def _content(row: Evidence | None, digest: str) -> bytes:
    if row is None:
        raise _Broken("is missing")
    try:
        content = row.content
    except Unpackable as error:
        raise _Broken(f"is not what was kept: {error}") from error
    if sha256_hex(content) != digest:
        raise _Broken("is not what was kept: its bytes are not those of its digest")
    return content
