"""What a decision hangs on goes to people: uncertain answers that could turn a companion's gate of compliance."""

from collections.abc import Iterable
from datetime import datetime

from charter.law import Law
from charter.models.golden import Sampled
from charter.queries import law_at
from charter.scoring.pipeline import Scorer
from charter.scoring.registry import scorer_of
from shadow.actions.desking import put_on_desk, room_for
from shadow.queries.desk import candidates, nearest
from tiers.models import Standing
from tiers.models.standing import State
from tiers.queries.evidence import fixed_start, measured
from tiers.rules.turning import turn_of


def bring_what_decides(*, at: datetime) -> int:
    """For every companion in shadow mode, whose way out the gate bars: how many answers came to the desk.

    Where the verdict would be another if its uncertain answers all turned one way, those nearest the mark come, as many
    as it takes to turn it and as the desk has room for. Once people judged them the sums stand otherwise, and the next
    sweep asks again; it ends when what is left uncertain can change nothing.
    """
    standings = Standing.objects.filter(state=State.SHADOW).select_related("companion__provider", "law")
    in_force = scorer_of(law_at(at))
    return sum(_bring(standing, standing.law.law, in_force, at=at) for standing in standings)


def _bring(standing: Standing, law: Law, scorer: Scorer, *, at: datetime) -> int:
    room = room_for(standing.companion_id, law)
    since = max(fixed_start(standing), at - law.scoring.texts_kept)
    found = candidates(standing.companion_id, since=since, until=at, scorer=scorer.digest)
    mark = law.scoring.compliant_at
    passing, failing = _counted(it.score >= mark for it in found if it.is_open)
    if not room or not passing + failing:
        return 0
    evidence = measured([standing], law=law, at=at, scorer=scorer)[standing].evidence
    turn = turn_of(evidence, law, passing=passing, failing=failing)
    if turn is None:
        return 0
    chosen = nearest(found, mark=mark, above=turn.down, n=turn.answers)[:room]
    put_on_desk(chosen, Sampled.WOULD_CHANGE, law=law, at=at)
    return len(chosen)


def _counted(passes: Iterable[bool]) -> tuple[int, int]:
    answers = list(passes)
    return sum(answers), len(answers) - sum(answers)
