"""What an endorsement weighs as it grows old (spec section 9, T). Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, localcontext

from charter.articles import Gi
from charter.intervals import PRECISION

PART = "trust"


def since(at: datetime, law: Gi) -> datetime:
    """What was given at this time or before lies outside the window of trust at ``at``."""
    return at - law.windows[PART]


def weight_of(given: Iterable[datetime], *, at: datetime, law: Gi) -> Decimal:
    """E of the trust formula: the sum of ``decay ** age`` over endorsements within the window.

    Age is whole decay units from when it was given. Decimal arithmetic, precision 28, half-even.
    """
    ages = sorted((at - moment) // law.decay_unit for moment in given if since(at, law) < moment <= at)
    with localcontext(PRECISION):
        return sum((law.decay[PART] ** age for age in ages), Decimal(0))
