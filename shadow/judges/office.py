"""Which of the bound judges may judge now, and which are to be tested."""

import logging
from datetime import datetime

from charter.golden.queries import golden_count
from charter.judging.judge import Judge
from charter.law import Law
from shadow.actions.judging import InOffice
from shadow.actions.trying_judges import is_due, trial_of
from shadow.judges.binding import Misbound
from shadow.judges.bound import bound_judges

log = logging.getLogger(__name__)


def judges_now(*, law: Law) -> list[Judge]:
    """The bound judges; none, aloud, where the setting cannot be read."""
    try:
        return bound_judges(law=law)
    except Misbound as error:
        log.error("judging is off until KAIZEN_JUDGES is mended: %s", error)  # noqa: TRY400
        return []


def in_office(*, law: Law, at: datetime) -> list[InOffice]:
    """The judges that their last trial admitted."""
    found = ((judge, trial_of(judge, law=law, at=at)) for judge in judges_now(law=law))
    return [InOffice(judge, trial) for judge, trial in found if trial is not None]


def to_be_tested(*, law: Law, at: datetime) -> list[Judge]:
    """The judges that are due for a trial, once people have made as many verdicts as the law asks for."""
    due = [judge for judge in judges_now(law=law) if is_due(judge, law=law, at=at)]
    return due if due and golden_count() >= law.scoring.judge.golden_least else []
