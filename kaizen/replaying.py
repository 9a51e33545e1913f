"""Every rule that decides by itself, in one table: by it any decision can be derived anew (spec section 10.7).

The table must see all rooms, so it stands in the one on top; ``ledger.deriving`` asks it, and ``tiers`` audits with it,
and neither may look up. So it is handed down when the process starts (``kaizen.apps``), as judges are bound by a
setting: the lower room says what shape a rule has, the upper one says which there are.

A rule is a pure function of its room: ``(basis, law, at) -> Derived``. The action that decides seals the basis and goes
by the same function, so the two cannot drift apart. ``MOVES_WITHOUT_RULE`` names what the system may do and no rule
derives, each with its reason; tests/kaizen/test_replaying.py holds both to the lifecycles.
"""

from appeals import deriving as appealing
from charter.law import parse
from ledger.replaying import Rule, Rulebook
from onboarding import deriving as applying
from onboarding.sentinel import deriving as sentinel
from shadow import battery_rules as batteries
from shadow import deriving as judging
from tiers.rules import (
    auditing,
    clocks,
    exiting,
    falling_basis,
    honesty,
    ladder,
    nominating,
    patterns,
    returning,
    rising,
    second_look,
)

RULES: dict[str, Rule] = {
    applying.BEGINNING: Rule(applying.replay_beginning, ("application.begin_checking",)),
    applying.CHECKS: Rule(applying.replay_checks, ("application.pass_checks", "application.give_back")),
    applying.UNUSED: Rule(applying.replay_unused, ("application.expire",)),
    sentinel.VERDICT: Rule(sentinel.replay, ("application.conclude_review", "companion.review")),
    clocks.RULE: Rule(
        clocks.replay,
        ("companion.open_shadow", "companion.bring_to_steward", "companion.end_suspension", "companion.ask_review"),
    ),
    exiting.RULE: Rule(
        exiting.replay,
        (
            "companion.enter_research",
            "companion.enter_standard",
            "companion.enter_high",
            "companion.enter_critical",
            "companion.activate",
        ),
    ),
    batteries.BEGIN_RULE: Rule(batteries.replay_begin, ("battery.start",)),
    batteries.RULE: Rule(batteries.replay, ("battery.conclude",)),
    rising.RULE: Rule(
        rising.replay,
        (
            "companion.review_for_rise",
            "companion.rise_to_standard",
            "companion.rise_to_high",
            "companion.rise_to_critical",
            "nomination.promote",
        ),
    ),
    nominating.LAPSE: Rule(nominating.replay, ("nomination.lapse",)),
    falling_basis.RULE: Rule(
        falling_basis.replay,
        (
            "decline.alert",
            "decline.review",
            "decline.bring_to_steward",
            "decline.recover",
            "decline.fall",
            "decline.end",
            "companion.fall_to_high",
            "companion.fall_to_standard",
            "companion.fall_to_research",
            "companion.suspend",
            "companion.freeze",
        ),
    ),
    second_look.RULE: Rule(second_look.replay, ("incident.open_incident", "incident.confirm", "incident.clear")),
    patterns.RULE: Rule(patterns.replay, ("incident.open_incident",)),
    honesty.RULE: Rule(honesty.replay, ("incident.open_incident",)),
    ladder.RULE: Rule(
        ladder.replay,
        ("penalty.impose", "penalty.void", "companion.suspend", "companion.change_suspension"),
    ),
    returning.MEASURED: Rule(returning.replay_measured, ("companion.return_to_shadow",)),
    returning.DECLARED: Rule(returning.replay_declared, ("companion.return_to_shadow",)),
    appealing.SELF_REVIEW_OVER: Rule(appealing.replay_over, ("appeal.finish_self_review", "appeal.skip_sentinel")),
    appealing.REVIEW: Rule(
        appealing.replay_review,
        ("appeal.bring_to_steward", "appeal.deny_by_sentinel", "appeal.grant_by_sentinel"),
    ),
    appealing.GRANTED: Rule(appealing.replay_granted, ("incident.void",)),
    judging.JUDGE_TRIAL: Rule(judging.replay_judge_trial, ("judge.test",)),
    judging.CANARY: Rule(judging.replay_canary, ("judge.test",)),
    judging.SCORER_TRIAL: Rule(judging.replay_scorer_trial, ("scorer_trial.finish",)),
    auditing.RULE: Rule(auditing.replay, ("audit.begin_audit", "audit.find_clean", "audit.find_differences")),
}

# (system's name, move): what somebody at the machine had done, by a command or by installing a release.
BY_HAND: dict[tuple[str, str], str] = {
    ("bootstrap", "create"): "the log is opened once, by whoever installs",
    ("bootstrap", "enact"): "the law of a release is put in force by whoever installs it",
    ("register", "load_register"): "the shipped register is loaded by whoever installs",
    ("migrate", "allow"): "what egress lets through on this network is the operator's setting",
    ("console", "start"): "a scorer's trial was started by a command",
}

# ``subject.move``: automatic, and yet derived by no rule.
MOVES_WITHOUT_RULE: dict[str, str] = {
    "application.reconsider": "no ruling of the sentinel reaches it: on a rejection a steward rules (appeals.rules)",
}

RULEBOOK = Rulebook(rules=RULES, law_of=parse, by_hand=BY_HAND)
