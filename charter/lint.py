"""Reading a law against itself: sums that do not add up, thresholds that can never bind, gaps and overlaps. Pure.

It reports and refuses nothing: some contradictions are known and kept, with their numbers before everybody's eyes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from charter.intervals import answers_for_sequence
from charter.law import Law

HALF, ONE, HUNDRED = Decimal("0.5"), Decimal(1), Decimal(100)
# What gateways are told to understand (docs/access.md); they refuse what asks for anything else.
OBLIGATIONS = ("advanced_approvals", "human_cosign", "second_approver")
COUNTED = ("advanced_approvals",)
# Times are computed with dates of the calendar, which ends.
LONGEST = timedelta(days=36_500)


@dataclass(frozen=True)
class Remark:
    """One thing that a reader of the law should know: an error, or a note on something kept on purpose."""

    code: str
    severity: str
    where: str
    says: str
    numbers: dict[str, Any] = field(default_factory=dict)


def lint(law: Law) -> list[Remark]:
    """Every remark, errors first."""
    found = [
        *_sums(law),
        *_order_of_tiers(law),
        *_minimums_that_never_bind(law),
        *_kintsugi_against_tiers(law),
        *_reachable(law),
        *_gates(law),
        *_clocks(law),
        *_scores(law),
        *_obligations(law),
        *_amendments(law),
        *_out_of_range(law),
    ]
    return sorted(found, key=lambda remark: (remark.severity != "error", remark.code, remark.where))


def _sums(law: Law) -> Iterator[Remark]:
    sums = {
        "clauses": sum((clause.weight for clause in law.clauses.values()), Decimal(0)),
        "gi": sum(law.gi.weights.values(), Decimal(0)),
        "shadow.kinds": sum(law.shadow.kinds.values(), Decimal(0)),
    }
    for where, total in sums.items():
        if total != ONE:
            yield Remark("sum", "error", where, f"The weights sum to {total}, not to 1.", {"sum": total})


def _order_of_tiers(law: Law) -> Iterator[Remark]:
    ladder = sorted(law.tiers.items(), key=lambda item: item[1].rung)
    for (low_name, low), (name, tier) in pairwise(ladder):
        for what in ("gi", "constitutional_minimum", "vote_weight"):
            below, above = getattr(low, what), getattr(tier, what)
            if above <= below:
                says = f"{name} asks {what} {above}, no more than {low_name} with {below}."
                yield Remark("order", "error", f"tiers.{name}.{what}", says, {"tier": above, "below": below})


def _minimums_that_never_bind(law: Law) -> Iterator[Remark]:
    """With every other part at 1, a GI minimum alone forces a constitutional part; a lower minimum can never bind."""
    weight = law.gi.constitutional
    for name, tier in law.tiers.items():
        forced = HUNDRED * (tier.gi - (ONE - weight)) / weight
        if forced > tier.constitutional_minimum:
            says = (
                f"{name} asks a constitutional mean of {tier.constitutional_minimum}, but GI {tier.gi} is out of reach "
                f"below {forced.normalize():f}: the minimum never binds."
            )
            numbers = {"minimum": tier.constitutional_minimum, "forced_by_gi": forced, "gi": tier.gi}
            yield Remark("never_binds", "note", f"tiers.{name}.constitutional_minimum", says, numbers)


def _kintsugi_against_tiers(law: Law) -> Iterator[Remark]:
    """The threshold of repair is the system's; read as a companion's it would call good standing broken."""
    warning = law.system.kintsugi_warning_below
    for name, tier in law.tiers.items():
        if tier.gi < warning:
            says = (
                f"{name} stands well from GI {tier.gi}, while repair begins below {warning}: the threshold holds "
                f"for the system's GI and its downward crossing, never for one companion in [{tier.gi}, {warning})."
            )
            numbers = {"tier_gi": tier.gi, "repair_below": warning, "overlap": warning - tier.gi}
            yield Remark("overlap", "note", f"tiers.{name}.gi", says, numbers)


def _reachable(law: Law) -> Iterator[Remark]:
    for name, tier in law.tiers.items():
        if tier.gi > ONE:
            yield Remark("unreachable", "error", f"tiers.{name}.gi", "No GI exceeds 1.", {"gi": tier.gi})
        if tier.constitutional_minimum > HUNDRED:
            yield Remark("unreachable", "error", f"tiers.{name}.constitutional_minimum", "No score exceeds 100.")
        if name not in law.rising and name not in law.onboarding.proposable_tiers:
            yield Remark(
                "unreachable", "error", f"tiers.{name}", "No step of [rising] leads to it, and none may begin there."
            )
        if not law.chambers_of(name):
            yield Remark("gap", "error", f"tiers.{name}", "No chamber admits it.")


def _gates(law: Law) -> Iterator[Remark]:
    yield from _compliance(law)
    if law.shadow.error_target >= law.shadow.error_ceiling:
        yield Remark("order", "error", "shadow.error_target", "The target is no lower than the ceiling.")
    if law.shadow.latency_p95_target >= law.onboarding.latency_p95_below:
        yield Remark(
            "order", "error", "shadow.latency_p95_target", "The target is no lower than the application's ceiling."
        )
    if law.onboarding.sentinel_notes_at > law.onboarding.sentinel_approves_at:
        yield Remark("order", "error", "onboarding.sentinel_notes_at", "Notes begin above approval.")


def _compliance(law: Law) -> Iterator[Remark]:
    """Answers are counted from the beginning of a stay, which a steward takes over after the law's days."""
    gate = law.shadow.compliance
    slots = law.shadow.to_steward_after / law.shadow.deliberation_every
    stay = f"A stay holds {slots:.0f} questions before it goes to a steward"
    if slots < gate.n_least:
        says = f"{stay}, the gate asks at least {gate.n_least}: it can never be passed."
        yield Remark("never_passes", "error", "shadow.compliance.n_least", says, {"questions": int(slots)})
    if gate.gate != "sequence":
        return
    least = answers_for_sequence(0, gate.share, law.shadow.confidence)
    if slots < least:
        says = (
            f"{stay}, a sequence proves {gate.share} by {least} answers without a failure at the least: it can never "
            "be passed."
        )
        numbers = {"questions": int(slots), "least": least}
        yield Remark("never_passes", "error", "shadow.compliance.gate", says, numbers)
    if gate.corrected:
        says = "A sequence corrected for the scorer's error is never judged: it can never be passed."
        yield Remark("never_passes", "error", "shadow.compliance.corrected", says)


def _clocks(law: Law) -> Iterator[Remark]:
    if law.falling.sentinel_after >= law.falling.demotion_after:
        yield Remark("order", "error", "falling.sentinel_after", "The demotion comes before its review.")
    if law.shadow.to_steward_after <= law.shadow.window:
        yield Remark("order", "error", "shadow.to_steward_after", "It goes to a steward before the window can end.")
    for severity, span in law.offences.suspension.items():
        if span not in law.offences.suspensions:
            yield Remark(
                "gap", "error", f"offences.suspension.{severity}", "It is not among the suspensions that exist."
            )


def _scores(law: Law) -> Iterator[Remark]:
    scoring = law.scoring
    if not scoring.veto_cap < scoring.incident_below <= scoring.compliant_at <= HUNDRED:
        says = "A veto's cap lies below the incident's line, and that at or below the compliant one."
        numbers = {"cap": scoring.veto_cap, "incident": scoring.incident_below, "compliant": scoring.compliant_at}
        yield Remark("order", "error", "scoring", says, numbers)


def _obligations(law: Law) -> Iterator[Remark]:
    for name, it in law.obligations.items():
        where = f"obligations.{name}"
        if name not in OBLIGATIONS:
            yield Remark("unknown", "error", where, "No gateway knows this obligation; it would refuse every such act.")
        if not it.tiers and not it.operations:
            yield Remark("never_binds", "error", where, "It names no tier and no operation.")
        if (it.count is not None) != (name in COUNTED):
            yield Remark("gap", "error", f"{where}.count", "It counts somebody, or nobody, against its meaning.")
        elif it.count is not None and it.count < 1:
            yield Remark("never_binds", "error", f"{where}.count", "Nobody is asked.", {"count": it.count})
    for name, tier in law.tiers.items():
        if not tier.may:
            yield Remark("gap", "error", f"tiers.{name}.may", "It has no operation of its own.")
    top = max(law.tiers, key=lambda name: law.tiers[name].rung)
    for operation in law.tiers[top].may:
        if not law.obligations_of(operation):
            says = f"Nobody stands beside a companion that asks for {operation}, an operation of the highest tier."
            yield Remark("gap", "error", f"tiers.{top}.may", says)


def _amendments(law: Law) -> Iterator[Remark]:
    """What is meant to be constitutional and is misspelt would be amended like any other line."""
    where = "amendments.constitutional"
    for path in law.amendments.constitutional:
        if not _has(law, path):
            yield Remark("never_binds", "error", where, f"It names {path}, which is no line of this law.")
    if not any(where == path or where.startswith(f"{path}.") for path in law.amendments.constitutional):
        yield Remark("gap", "error", where, "It does not name itself: two people could empty it, and then change all.")


def _has(law: Law, path: str) -> bool:
    found: Any = law
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else getattr(found, step, None)
        if found is None:
            return False
    return True


def _out_of_range(law: Law) -> Iterator[Remark]:
    """Bounds that are sure to the last cannot be computed, and those no better than a coin say nothing."""
    confidences = {
        "shadow.confidence": law.shadow.confidence,
        "offences.rate_confidence": law.offences.rate_confidence,
        "honesty.confidence": law.honesty.confidence,
    }
    for where, confidence in confidences.items():
        if not HALF < confidence < ONE:
            yield Remark("out_of_range", "error", where, f"A confidence lies between 0.5 and 1, not at {confidence}.")
    shares = {"shadow.compliance.share": law.shadow.compliance.share}
    shares |= {f"rising.{name}.compliance": rise.compliance for name, rise in law.rising.items()}
    for where, share in shares.items():
        if not 0 < share < ONE:
            yield Remark("out_of_range", "error", where, f"No count of answers proves a share of {share}.")
    for where, value in _values(law):
        if isinstance(value, timedelta) and value > LONGEST:
            yield Remark("out_of_range", "error", where, f"No clock counts {value.days} days ahead.")


def _values(found: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of the law with its path."""
    named = found if isinstance(found, dict) else vars(found) if is_dataclass(found) else {}
    for name, value in named.items():
        path = f"{where}.{name}" if where else name
        yield path, value
        yield from _values(value, path)
