"""What a simulation cannot show: lines of the law whose effect on the past is in no sum that was kept. Pure."""

from collections.abc import Iterable

TEXTS = "answers were scored when they came, and their texts are gone: the sums stand as they were made"
ASKED = "what was asked, how often and of whom lies in the past, and so does how it was summed"
ELSEWHERE = "it moves no companion's tier or state"
PEOPLE = "what people did, and when, is taken as it was"
JOINING = "whoever joined did so as it was"
# The longest beginning counts. Paths that are not named are followed by the run.
_BEYOND = {
    "clauses": TEXTS,
    "scoring": TEXTS,
    "onboarding": JOINING,
    "shadow.bucket": ASKED,
    "shadow.health_every": ASKED,
    "shadow.deliberation_every": ASKED,
    "shadow.self_validation_every_nth": ASKED,
    "shadow.down_after": ASKED,
    "shadow.outage_over": ASKED,
    "shadow.kinds": ASKED,
    "shadow.to_steward_after": ELSEWHERE,
    "shadow.agreement_target": ELSEWHERE,
    "shadow.latency_p95_target": ELSEWHERE,
    "shadow.error_target": ELSEWHERE,
    "gi.peers": ASKED,
    "gi.every": ASKED,
    "gi.trend_beyond": ELSEWHERE,
    "gi.trend_over": ELSEWHERE,
    "gi.review_every": ELSEWHERE,
    "system": ELSEWHERE,
    "obligations": ELSEWHERE,
    "nominations": PEOPLE,
    "batteries": "runs stand as they were graded, valid as long as they were",
    "offences.joined_within": "incidents stand as they were opened and confirmed",
    "offences.rate": "incidents of a rate wait for a steward's word, which stands as it was given",
    "offences.rate_over": "incidents of a rate wait for a steward's word, which stands as it was given",
    "offences.rate_n_least": "incidents of a rate wait for a steward's word, which stands as it was given",
    "offences.rate_confidence": "incidents of a rate wait for a steward's word, which stands as it was given",
    "offences.pattern_n_least": "incidents of a pattern wait for a steward's word, which stands as it was given",
    "offences.pattern_over": "incidents of a pattern wait for a steward's word, which stands as it was given",
    "offences.suspensions": PEOPLE,
    "drift": "returns to shadow mode are taken as they were",
    "honesty": ELSEWHERE,
    "audits": ELSEWHERE,
    "amendments": ELSEWHERE,
    "appeals": PEOPLE,
    "chambers": ELSEWHERE,
    "title": ELSEWHERE,
}
# Lines of a table that is beyond a run, which a run follows all the same.
_FOLLOWED = frozenset({"onboarding.latency_p95_below"})
_NO_MORE_THAN_SHOWN = (".vote_weight", ".vote_weight_least", ".vote_weight_most", ".may", ".may_not")
ASSUMED = (
    "Everybody is judged by one law throughout. In force, what runs by then keeps the law that it began under.",
    "Nobody is asked anew: a companion that was not probed at a time shows nothing of it in either run.",
    "Words of people, batteries, confirmed incidents and returns to shadow mode are taken as they were.",
    "Offences that an appeal voided are left out.",
    "Where the ladder leaves the choice to a steward, nothing is guessed.",
)


def not_simulated(paths: Iterable[str]) -> list[dict[str, str]]:
    """Those of ``paths`` whose effect a run does not show, each with the reason."""
    found = [(path, _why(path)) for path in sorted(paths)]
    return [{"path": path, "why": why} for path, why in found if why]


def _why(path: str) -> str:
    if path in _FOLLOWED:
        return ""
    if path.startswith("tiers.") and path.endswith(_NO_MORE_THAN_SHOWN):
        return ELSEWHERE
    steps = path.split(".")
    beginnings = (".".join(steps[:n]) for n in range(len(steps), 0, -1))
    return next((_BEYOND[it] for it in beginnings if it in _BEYOND), "")
