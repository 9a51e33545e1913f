"""All that one companion's assessment rests on at one time, as sums: it is sealed, and a replay begins from it. Pure.

A bundle is read by the law's buckets, windows and decay units; with the same law it gives the same figures for ever. As
JSON it stays small: sums by age are short lists, latencies the steps and counts of one sketch.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from charter.scoring.pipeline import ErrorRates
from ledger.canonical import canonical, plain
from shadow.sketch import Sketch


@dataclass(frozen=True)
class Aged:
    """``total`` over ``n`` observations of the buckets that ended ``age`` whole decay units ago."""

    age: int
    total: int
    n: int


@dataclass(frozen=True)
class Critical:
    """Incidents that nobody judged yet, confirmed ones of this stay, and when the last critical answer was given."""

    waiting: int = 0
    confirmed: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class Word:
    """The sentinel's latest word."""

    verdict: str
    is_positive: bool


@dataclass(frozen=True)
class Counted:
    """Answers with a score since the fixed start, those of them that comply, and those that could not be scored."""

    scored: int = 0
    compliant: int = 0
    unscored: int = 0


@dataclass(frozen=True)
class Day:
    """The window of reliability: buckets in which anything was answered, down time, calls and the model's errors."""

    seen: int = 0
    down_ms: int = 0
    calls: int = 0
    errors: int = 0


@dataclass(frozen=True)
class Paid:
    """The window of efficiency: USD, and the tokens that it stands against."""

    cost: Decimal = Decimal(0)
    tokens: int = 0


@dataclass(frozen=True)
class Window:
    """The gate's window, which began at ``since``; slots of all probes, calls of questions and self-checks.

    ``ok``, ``cost`` (USD), ``tokens`` and comparisons are of questions alone. ``claimed`` answers were scored by the
    model too: the sums of its scores and of ours of them.
    """

    since: datetime
    expected: int = 0
    done: int = 0
    calls: int = 0
    errors: int = 0
    ok: int = 0
    cost: Decimal = Decimal(0)
    tokens: int = 0
    compared: int = 0
    agreed: int = 0
    claimed: int = 0
    claimed_sum: int = 0
    claimed_ours_sum: int = 0


@dataclass(frozen=True)
class Bundle:
    """One companion's evidence as of ``at``, with what people and incidents said by ``known_at``.

    ``state`` and ``tier`` are its standing ('' is no tier yet). ``start`` is the fixed start from which scores are
    counted, ``opened_at`` that of its clean time. ``answers`` are sums of scores (0-100) by age, ``peers`` agreements,
    ``closed`` right answers to closed questions. ``latency`` is of good answers in the window. ``rates`` is how often
    the scorer errs itself, None where nobody measured it. ``endorsements`` is E of the trust formula, decayed.
    """

    at: datetime
    known_at: datetime
    state: str
    tier: str
    start: datetime
    opened_at: datetime
    scorer: str
    rates: ErrorRates | None
    answers: tuple[Aged, ...]
    peers: tuple[Aged, ...]
    closed: tuple[Aged, ...]
    day: Day
    paid: Paid
    window: Window
    latency: tuple[tuple[int, int], ...]
    counted: Counted
    critical: Critical
    review: Word | None
    endorsements: Decimal = Decimal(0)

    @property
    def clean_since(self) -> datetime:
        """From when clean time counts: the window's opening, or the last confirmed critical answer."""
        return max(self.opened_at, self.critical.last) if self.critical.last else self.opened_at

    @property
    def scored_lately(self) -> int:
        """Scored answers in the window of the constitutional part: what its mean rests on."""
        return sum(it.n for it in self.answers)

    @property
    def sketch(self) -> Sketch:
        """The latencies of the window."""
        return Sketch(dict(self.latency))

    def as_json(self) -> dict[str, Any]:
        """JSON facts that ``from_json`` reads back exactly: decimals as text, times RFC 3339."""
        facts = {name: value for name, value in vars(self).items() if name not in _OTHERWISE}
        for name in _PARTS:
            facts[name] = asdict(facts[name])
        for name in _AGED:
            facts[name] = [[it.age, it.total, it.n] for it in getattr(self, name)]
        facts["rates"] = asdict(self.rates) if self.rates else None
        facts["review"] = asdict(self.review) if self.review else None
        facts["latency"] = _steps(self.latency)
        told: dict[str, Any] = plain(facts)
        return told

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """The inverse of ``as_json``; KeyError, TypeError or ValueError for what is no bundle."""
        given = dict(facts)
        for name in ("at", "known_at", "start", "opened_at"):
            given[name] = datetime.fromisoformat(given[name])
        for name in _AGED:
            given[name] = tuple(Aged(*it) for it in given[name])
        return cls(
            **given
            | {
                "rates": ErrorRates(**given["rates"]) if given["rates"] else None,
                "review": Word(**given["review"]) if given["review"] else None,
                "day": Day(**given["day"]),
                "paid": Paid(**given["paid"] | {"cost": Decimal(given["paid"]["cost"])}),
                "window": _window(given["window"]),
                "latency": tuple(_counts(given["latency"])),
                "counted": Counted(**given["counted"]),
                "critical": _critical(given["critical"]),
                "endorsements": Decimal(given["endorsements"]),
            }
        )

    def canonical(self) -> bytes:
        """The bytes that evidence is kept as."""
        return canonical(self.as_json())


_PARTS = ("day", "paid", "window", "counted", "critical")
_AGED = ("answers", "peers", "closed")
_OTHERWISE = frozenset({*_AGED, "latency", "rates", "review"})


def _window(facts: Mapping[str, Any]) -> Window:
    return Window(
        **dict(facts) | {"since": datetime.fromisoformat(facts["since"]), "cost": Decimal(facts["cost"])},
    )


def _critical(facts: Mapping[str, Any]) -> Critical:
    last = facts["last"]
    return Critical(**dict(facts) | {"last": datetime.fromisoformat(last) if last else None})


def _steps(latency: Iterable[tuple[int, int]]) -> list[int]:
    """Pairs of (step from the bucket before, count), flat, as in a stored sketch."""
    flat, before = [], 0
    for index, count in latency:
        flat += [index - before, count]
        before = index
    return flat


def _counts(flat: list[int]) -> Iterable[tuple[int, int]]:
    index = 0
    for step, count in zip(flat[::2], flat[1::2], strict=True):
        index += step
        yield index, count
