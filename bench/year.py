"""A year of companions whose true quality is known: who rises wrongly, who falls wrongly, how soon a change shows.

    .venv/bin/python bench/year.py                3 companions of each of ten kinds, 365 days, under the shipped law
    .venv/bin/python bench/year.py --each 30      300 companions

Every companion answers by the rates of its kind, drawn anew each day; what it answered enters as sums, as probing would
have written them, in six buckets a day. Once a day the clock is set on, and the product's own sweeps do all the rest:
assess, let out of shadow mode, look for drift, let fall, hold reviews. Stewards nominate whoever may be nominated and
give every word that is asked, batteries are passed: so nothing but what was measured decides. Cases that wait for a
steward are judged by the truth. The law is the shipped one, its clocks are the calendar's.

A rise is wrong where the truth at that time did not meet what the tier asks: compliance, GI. A fall is wrong where it
did. What is found is measured from the day on which a kind's truth fell below its tier.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
import time_machine
from lives.truth import KINDS
from lives.world import START, enter, people, sweep
from scratch import own_database, set_up

DAY = timedelta(days=1)
HOURS = (3, 7, 11, 15, 19, 23)
QUESTIONS = 288 // len(HOURS)
CLOSED, VOTES = 0.2, 0.3


def main():
    options = arguments()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="kaizen-year-") as home, time_machine.travel(START, tick=False) as clock:
        url, drop = own_database("", home)
        try:
            set_up(url, home)
            year = Year(options, clock)
            year.live()
            year.report(seconds=time.perf_counter() - began)
        finally:
            drop()
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=3, help="companions of each kind (default %(default)s)")
    parser.add_argument("--days", type=int, default=365, help="(default %(default)s)")
    parser.add_argument("--seed", type=int, default=5, help="(default %(default)s)")
    parser.add_argument("--story", action="store_true", help="print the decisions about one companion of each kind")
    return parser.parse_args()


class Year:
    """The companions, and the clock that they live by."""

    def __init__(self, options, clock):
        from charter.queries import law_at  # noqa: PLC0415
        from charter.scoring.registry import scorer_of  # noqa: PLC0415

        self.options, self.clock = options, clock
        self.chance = np.random.default_rng(options.seed)
        self.law = law_at(START)
        self.scorer = scorer_of(self.law, vectors=False).digest
        self.people = people()
        self.kinds = {}
        for kind in KINDS:
            for nth in range(options.each):
                ref = f"{''.join(filter(str.isalpha, kind)).upper()[:20]}_{nth + 1:03d}"
                self.kinds[enter(ref)] = kind

    def live(self):
        for day in range(self.options.days):
            self.measure(day)
            self.clock.move_to(START + (day + 1) * DAY + timedelta(seconds=30))
            sweep()
            self.people_act(day)
            if day % 30 == 29:  # a month
                print(f"day {day + 1}: {in_words(Counter(self.states().values()))}", flush=True)

    def states(self):
        from tiers.models import Standing  # noqa: PLC0415

        rows = Standing.objects.filter(companion__in=[it.pk for it in self.kinds])
        return {row.companion_id: row.tier if row.state == "active" else row.state for row in rows}

    def truth(self, companion, day):
        return KINDS[self.kinds[companion]](day)

    def measure(self, day):
        """The day's sums of everybody who is probed."""
        from ledger.sealing import sealed_atomic  # noqa: PLC0415
        from shadow.actions.summing import add, add_scores  # noqa: PLC0415

        states = self.states()
        probes, scores = {}, {}
        for companion in self.kinds:
            if states[companion.pk] in {"suspended", "removed", "mounted"}:
                continue
            for hour in HOURS:
                at = START + day * DAY + timedelta(hours=hour)
                self.answer(companion, self.truth(companion, day), at, probes, scores)
        with sealed_atomic():
            add(probes)
            add_scores(scores)
        self.offend(day, states)

    def answer(self, companion, truth, at, probes, scores):
        from shadow.actions.summing import Addition  # noqa: PLC0415
        from shadow.probes import Probe  # noqa: PLC0415

        chance = self.chance
        errors = int(chance.binomial(QUESTIONS, truth.errors))
        ok = QUESTIONS - errors
        closed, votes = int(ok * CLOSED), int(ok * VOTES)
        slow = 1 + 0.25 * np.sin(at.hour / 24 * 2 * np.pi) + chance.normal(0, 0.03)
        asked = Addition(cost=Decimal("0.00002") * ok)
        asked.counts.update(
            expected=QUESTIONS, done=QUESTIONS, ok=ok, errors=errors, input_tokens=100 * ok, output_tokens=100 * ok,
            costed_tokens=200 * ok, closed_asked=closed, closed_correct=int(chance.binomial(closed, truth.agreement)),
            peers_compared=votes, peers_agreed=int(chance.binomial(votes, truth.agreement)),
        )  # fmt: skip
        asked.latencies.extend(int(ms) for ms in chance.lognormal(np.log(truth.latency * 1000 * slow), 0.3, ok))
        health = Addition()
        health.counts.update(expected=240, done=240, ok=240)
        probes[companion.pk, Probe.DELIBERATION, at] = asked
        probes[companion.pk, Probe.HEALTH, at] = health
        compliant = int(chance.binomial(ok, truth.compliance))
        values = np.concatenate(
            [
                chance.normal(truth.good, 3, compliant).clip(70, 100),
                chance.normal(truth.bad, 5, ok - compliant).clip(0, 69),
            ]
        ).round()
        scores[companion.pk, self.scorer, at] = (
            Counter(
                scored=ok, compliant=compliant, score_sum=int(values.sum()), score_square_sum=int((values**2).sum())
            ),
            Counter(),
        )

    def offend(self, day, states):
        """Offences of those who commit some, confirmed by a steward."""
        from tiers.actions import incidents  # noqa: PLC0415

        at = START + day * DAY + timedelta(hours=12)
        for companion in self.kinds:
            if (
                states[companion.pk] in self.law.tiers
                and self.chance.random() < self.truth(companion, day).offences / 365
            ):
                incident = incidents.open_incident(
                    companion, kind="report", severity="medium", summary="It harmed somebody.",
                    by=self.people["steward"], at=at, reason="Seen.",
                )  # fmt: skip
                incidents.confirm(incident, by=self.people["second"], at=at, reason="Seen.")

    def people_act(self, day):
        """Judge what waits by the truth, choose what third offences bring, nominate, give every word that is asked."""
        from ledger.decisions import Refused  # noqa: PLC0415
        from tiers.actions import incidents, ladder  # noqa: PLC0415
        from tiers.actions.standing import unfreeze  # noqa: PLC0415
        from tiers.models import Incident, Penalty, Standing  # noqa: PLC0415

        at, steward = START + (day + 1) * DAY + timedelta(minutes=1), self.people["steward"]
        for incident in Incident.objects.filter(state="open").select_related("companion__provider", "law"):
            right = self.truth(incident.companion, day).compliance >= 0.95  # the law's rate
            act = incidents.clear if right else incidents.confirm
            act(incident, by=steward, at=at, reason="Looked at.")
        for penalty in Penalty.objects.filter(state="choosing").select_related(
            "companion__provider", "law", "incident"
        ):
            ladder.choose(penalty, kind="demotion", by=steward, at=at, reason="The default.")
        for standing in Standing.objects.filter(precaution="frozen", state="active"):
            if self.truth(standing.companion, day).mean >= 60:  # the law's emergency
                unfreeze(standing, by=steward, at=at, reason="Looked at.")
        rising = Standing.objects.filter(state="active", precaution="free", tier__in=["standard", "high"])
        for standing in rising.exclude(companion__nominations__state="open").select_related("companion__provider"):
            try:
                self.speak_for(standing, at)
            except Refused as refused:
                print(standing.companion.ref, refused)

    def speak_for(self, standing, at):
        """Whatever people and batteries can bring, so that what was measured alone decides."""
        from ledger.queries import last_decision  # noqa: PLC0415
        from shadow.models import BatteryRun  # noqa: PLC0415
        from tiers.actions import nominating  # noqa: PLC0415
        from tiers.actions.endorsing import endorse  # noqa: PLC0415
        from tiers.rules.nominating import Item  # noqa: PLC0415

        tier = self.law.tier_above(standing.tier)
        rise, companion = self.law.rising[tier], standing.companion
        sealed = last_decision("companion", companion.ref).public_id
        nomination = nominating.nominate(
            standing, by=self.people["steward"], at=at, reason="Its record.",
            evidence=[Item("targets_exceeded", "Its record.", sealed)],
        )  # fmt: skip
        if rise.stewards > 1:
            nominating.second(nomination, by=self.people["second"], at=at, reason="Its record.")
        if rise.invited:
            self.invited(nomination, at)
        for citizen in self.people["citizens"][: rise.endorsements]:
            if not companion.endorsements.filter(by_ref=citizen.ref, withdrawn_at=None).exists():
                endorse(standing, by=citizen, at=at)
        battery = self.law.batteries[rise.battery]
        BatteryRun.objects.create(
            companion=companion, law=standing.law, battery=rise.battery, asked_by_ref="bench", started_at=at, due_at=at,
            ended_at=at, result="passed", prompts=battery.prompts, measured=battery.prompts, good=battery.prompts,
            valid_until=at + battery.lives,
        )  # fmt: skip

    def invited(self, nomination, at):
        from tiers.actions import nominating  # noqa: PLC0415
        from tiers.models import Standing  # noqa: PLC0415

        critical = Standing.objects.filter(state="active", precaution="free", tier="critical").select_related(
            "companion"
        )
        others = critical.exclude(companion__provider=nomination.companion.provider)
        if others.exists():
            nominating.invite(nomination, inviting=others.first().companion, at=at)
        elif not critical.exists():
            nominating.invite_for(
                nomination, by=self.people["chief"], at=at, reason="There is no critical companion yet."
            )

    def report(self, *, seconds):
        told = self.moves()
        heads = " ".join(f"{it:>5}" for it in ("rises", "wrong", "falls", "wrong"))
        print(f"\n{'':26} {'at the end':44} {heads} to shadow found after")
        rises = falls = wrong_rises = wrong_falls = 0
        states = self.states()
        for kind in KINDS:
            mine = [it for it in self.kinds if self.kinds[it] == kind]
            up = [self.is_wrong_rise(it, move) for it in mine for move in told[it.ref] if move.is_rise]
            down = [self.is_wrong_fall(it, move) for it in mine for move in told[it.ref] if move.is_fall]
            back = sum(move.is_return for it in mine for move in told[it.ref])
            ends = in_words(Counter(states[it.pk] for it in mine))
            print(
                f"{kind:26} {ends:44} {len(up):5} {sum(up):5} {len(down):5} {sum(down):5} {back:14} "
                f"{self.found_after(mine, told)}"
            )
            rises, wrong_rises = rises + len(up), wrong_rises + sum(up)
            falls, wrong_falls = falls + len(down), wrong_falls + sum(down)
        years = len(self.kinds) * self.options.days / 365
        print(
            f"\nrises {rises}, wrong {wrong_rises}; falls {falls}, wrong {wrong_falls}, in {years:.0f} companion-years"
        )
        print(f"{seconds:.0f} s, {len(self.kinds) * self.options.days / seconds:.0f} companion-days a second")
        if self.options.story:
            self.stories(told)

    def moves(self):
        """Every decision about every companion, in the order of the log."""
        from ledger.models import Decision  # noqa: PLC0415

        found = defaultdict(list)
        for row in Decision.objects.filter(subject_kind="companion").order_by("seal__idx"):
            found[row.subject_ref].append(
                Move(row.move, row.from_state, row.to_state, (row.at - START) / DAY, row.actor_kind)
            )
        return found

    def is_wrong_rise(self, companion, move):
        truth = self.truth(companion, move.day)
        asked = self.law.rising[move.to].compliance if move.to in self.law.rising else self.law.shadow.compliance.share
        return truth.compliance < asked or truth.gi < self.law.tiers[move.to].gi

    def is_wrong_fall(self, companion, move):
        """By GI alone: what the ladder brings has reasons of its own."""
        truth = self.truth(companion, move.day)
        return not truth.offences and move.before in self.law.tiers and truth.gi >= self.law.tiers[move.before].gi

    def found_after(self, companions, told):
        """Days from when the truth fell below the tier held to the first move for it; the median and the longest."""
        days = []
        for companion in companions:
            tier, since = "", None
            for day in range(self.options.days):
                moves = [it for it in told[companion.ref] if day <= it.day < day + 1]
                below = tier in self.law.tiers and self.truth(companion, day).gi < self.law.tiers[tier].gi
                since = (since if since is not None else day) if below else None
                if since is not None and any(it.is_fall or it.is_return for it in moves):
                    days.append(day - since)
                    break
                tier = next((it.to for it in reversed(moves) if it.to in self.law.tiers), tier)
        return f"{statistics.median(days):.0f} days, {max(days)} at most ({len(days)})" if days else ""

    def stories(self, told):
        for kind in KINDS:
            ref = next(it.ref for it in self.kinds if self.kinds[it] == kind)
            print(f"\n{ref} ({kind})")
            for move in told[ref]:
                print(f"  day {move.day:6.1f}  {move.name:28} {move.before or '-':10} -> {move.to or '-'}")


@dataclass(frozen=True)
class Move:
    """One decision about a companion; ``day`` of the year."""

    name: str
    before: str
    to: str
    day: float
    by: str

    @property
    def is_rise(self):
        return self.name.startswith(("rise_to_", "enter_"))

    @property
    def is_fall(self):
        return self.name.startswith("fall_to_") or (self.name in {"suspend", "freeze"} and self.by == "system")

    @property
    def is_return(self):
        return self.name == "return_to_shadow"


def in_words(counts):
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))


if __name__ == "__main__":
    raise SystemExit(main())
