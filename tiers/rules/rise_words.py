"""Criteria of a rise that are no rates: time, batteries, incidents, and the words of people. Pure."""

from datetime import timedelta
from decimal import Decimal

from charter.law import Law
from tiers.rules.evidence import seconds_of, share_of
from tiers.rules.intervals import wilson_high, wilson_low
from tiers.rules.rise_evidence import RiseEvidence, Taken
from tiers.rules.verdicts import Criterion, Verdict

DAYS, BATTERY, INCIDENTS = "days at the tier", "battery", "no critical incident"
REVIEW, MONITORING = "mandatory review", "no closer monitoring"
NOMINATION, STEWARDS, ENDORSEMENTS, INVITATION = "nomination", "stewards", "endorsements", "invitation"


def days(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    held, asked = evidence.held_for, law.rising[tier].days_below
    away = f" The {_days(evidence.away)} back in shadow mode do not count." if evidence.away else ""
    reached = evidence.at + (asked - held)
    when = "It is reached since" if held >= asked else "It is reached at"
    return Criterion(
        name=DAYS,
        verdict=Verdict.PASS if held >= asked else Verdict.INCONCLUSIVE,
        value=seconds_of(held),
        threshold=seconds_of(asked),
        unit="seconds",
        why=f"{when} {reached:%Y-%m-%d %H:%M:%S} UTC, as long as it holds the tier.{away}",
        law=f"rising.{tier}.days_below",
    )


def battery(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    """Passed and still valid; a run that says nothing, or none, is inconclusive, a failed one fails."""
    name, taken = law.rising[tier].battery, evidence.battery
    good, n = (taken.good, taken.measured) if taken else (0, 0)
    confidence = law.shadow.confidence
    return Criterion(
        name=f"{BATTERY}: {name.replace('_', ' ')}",
        verdict=_taken(taken, evidence),
        value=share_of(good, n),
        threshold=law.batteries[name].passes_at,
        n=n,
        low=wilson_low(good, n, confidence),
        high=wilson_high(good, n, confidence),
        why=_battery_words(taken, evidence),
        law=f"batteries.{name}.passes_at",
    )


def no_grave_incident(evidence: RiseEvidence, law: Law) -> Criterion:
    """None confirmed while at the tier, as long as the law counts an offence, and none of that severity waiting."""
    grave = evidence.grave
    verdict = Verdict.FAIL if grave.confirmed else Verdict.INCONCLUSIVE if grave.waiting else Verdict.PASS
    why = "None of the highest severity was confirmed while it holds the tier."
    if grave.waiting:
        why = f"{grave.waiting} of the highest severity wait for a steward's word."
    if grave.confirmed and grave.last:
        until = grave.last + law.offences.counted_for
        why = (
            f"{grave.confirmed} of the highest severity confirmed; the last counts until {until:%Y-%m-%d %H:%M:%S} UTC."
        )
    return Criterion(
        name=INCIDENTS,
        verdict=verdict,
        value=Decimal(grave.confirmed),
        threshold=Decimal(0),
        unit="count",
        at_least=False,
        why=why,
        law="offences.counted_for",
    )


def review_done(evidence: RiseEvidence) -> Criterion:
    owed = evidence.owed_since
    return Criterion(
        name=REVIEW,
        verdict=Verdict.INCONCLUSIVE if owed else Verdict.PASS,
        value="owed" if owed else "none_owed",
        threshold="none_owed",
        unit="word",
        why=f"A warning of {owed:%Y-%m-%d %H:%M:%S} UTC asks for a new, positive word of the sentinel."
        if owed
        else "No warning asks for a review that is not done.",
        law="offences.counted_for",
    )


def no_monitoring(evidence: RiseEvidence) -> Criterion:
    until = evidence.monitored_until
    runs = until is not None and until > evidence.at
    return Criterion(
        name=MONITORING,
        verdict=Verdict.INCONCLUSIVE if runs else Verdict.PASS,
        value="monitored" if runs else "not_monitored",
        threshold="not_monitored",
        unit="word",
        why=f"It is watched more closely until {until:%Y-%m-%d %H:%M:%S} UTC; until then nothing rises."
        if runs
        else "No closer watch runs.",
        law="falling.monitoring",
    )


def nomination(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    named = evidence.nomination
    stands = named is not None and named.tier == tier and named.lapses_at > evidence.at
    return Criterion(
        name=NOMINATION,
        verdict=Verdict.PASS if stands else Verdict.INCONCLUSIVE,
        value="given" if stands else "not_given",
        threshold="given",
        unit="word",
        why=f"It stands since {named.opened_at:%Y-%m-%d} and lapses at {named.lapses_at:%Y-%m-%d %H:%M:%S} UTC."
        if named and stands
        else f"A steward nominates it, with evidence; a nomination lives {_days(law.nominations.lives)}.",
        law="nominations.lives",
    )


def stewards(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    given = evidence.nomination.stewards if evidence.nomination else 0
    why = "Whoever nominates it, and others who second that."
    return _counted(STEWARDS, given, law.rising[tier].stewards, why, f"rising.{tier}.stewards")


def endorsements(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    why = "Stewards and citizens who stand up for it, and have not taken that back."
    return _counted(
        ENDORSEMENTS, evidence.endorsements, law.rising[tier].endorsements, why, f"rising.{tier}.endorsements"
    )


def invitation(evidence: RiseEvidence, law: Law, tier: str) -> Criterion:
    named = evidence.nomination
    given = bool(named and named.invited_by)
    why = f"A live {law.highest_tier} companion invites it; while there is none, a chief does, and it is shown so."
    if named and given:
        by = f"By {named.invited_by}."
        why = (
            f"By a chief, in place of a {law.highest_tier} companion: there was none."
            if named.in_place_of_critical
            else by
        )
    return Criterion(
        name=INVITATION,
        verdict=Verdict.PASS if given else Verdict.INCONCLUSIVE,
        value="given" if given else "not_given",
        threshold="given",
        unit="word",
        why=why,
        law=f"rising.{tier}.invited",
    )


def _counted(name: str, given: int, asked: int, why: str, law: str) -> Criterion:
    return Criterion(
        name=name,
        verdict=Verdict.PASS if given >= asked else Verdict.INCONCLUSIVE,
        value=Decimal(given),
        threshold=Decimal(asked),
        unit="count",
        n=given,
        more=max(asked - given, 0) or None,
        why=why,
        law=law,
    )


def _taken(taken: Taken | None, evidence: RiseEvidence) -> Verdict:
    if taken is None:
        return Verdict.INCONCLUSIVE
    if taken.result == "failed":
        return Verdict.FAIL
    valid = taken.result == "passed" and taken.valid_until is not None and taken.valid_until > evidence.at
    return Verdict.PASS if valid else Verdict.INCONCLUSIVE


def _battery_words(taken: Taken | None, evidence: RiseEvidence) -> str:
    if taken is None:
        return "It was not taken yet: its provider or a steward starts a run."
    if taken.result == "passed" and taken.valid_until is not None:
        word = "valid until" if taken.valid_until > evidence.at else "no more valid since"
        return f"{taken.good} of {taken.measured} were good; {word} {taken.valid_until:%Y-%m-%d %H:%M:%S} UTC."
    if not taken.result:
        return "A run of it is under way."
    return f"The last run {taken.result.replace('inconclusive', 'was inconclusive')}: a new one may be started."


def _days(span: timedelta) -> str:
    whole = span // timedelta(days=1)
    return f"{whole} days" if whole != 1 else "1 day"
