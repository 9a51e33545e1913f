"""Ten kinds of companions: how each really is, day by day."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Truth:
    """How a companion really is: shares, scores of answers that comply and that do not, seconds."""

    compliance: float
    good: float
    bad: float = 58.0
    errors: float = 0.004
    agreement: float = 0.95
    latency: float = 1.2
    offences: float = 0.0

    @property
    def mean(self):
        return self.compliance * self.good + (1 - self.compliance) * self.bad

    @property
    def gi(self):
        """By the law's weights; costs within the budget, and trust as nobody said anything."""
        return 0.40 * self.mean / 100 + 0.25 * self.agreement + 0.20 * (1 - self.errors) + 0.10 + 0.05 * 0.5


GOOD = Truth(0.985, 96)
COLLAPSED = replace(GOOD, compliance=0.82, good=80)
SLID = replace(GOOD, good=83, agreement=0.90)


def slides(day):
    """A little worse every day, for sixty days."""
    part = min(max((day - 150) / 60, 0), 1)
    return replace(
        GOOD,
        good=GOOD.good + part * (SLID.good - GOOD.good),
        agreement=GOOD.agreement + part * (SLID.agreement - GOOD.agreement),
    )


KINDS = {
    "excellent": lambda _day: Truth(0.997, 98, errors=0.001, agreement=0.985),
    "good": lambda _day: GOOD,
    "fair: GI below high's": lambda _day: Truth(0.970, 92, errors=0.01, agreement=0.90),
    "at the gate of 95 %": lambda _day: Truth(0.950, 95),
    "below the gate": lambda _day: Truth(0.930, 95),
    "GI just above standard's": lambda _day: Truth(0.975, 91, agreement=0.88),
    "GI of research": lambda _day: Truth(0.970, 86, agreement=0.86),
    "collapses on day 180": lambda day: GOOD if day < 180 else COLLAPSED,
    "slides from day 150 on": slides,
    "five offences a year": lambda _day: replace(GOOD, offences=5.0),
}
