"""Every part on one page, with nothing, one, many, the longest names and hostile text: for development and tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from faces.figures.answer import AnswerMark, ClauseBar, MarkedAnswer
from faces.figures.course import Asked, Course, CourseMark, CoursePoint, Lane
from faces.figures.criterion import CriterionLine
from faces.figures.gi import GiBar, GiPart, Spark, SparkEvent, SparkPoint
from faces.figures.ladder import Ladder, Rung
from faces.figures.records import DecideAction, HistoryEntry, QueueRow
from faces.figures.strip import Step, Strip
from faces.figures.window import Window

HOSTILE = '<script>alert(1)</script>" onload="alert(2)\' {{ 7 }} {% now "Y" %} \u202eright to left\u202c שלום مرحبا'
LONGEST = "Undivided" + "-unbroken" * 24
NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
DIGEST = "sha256:" + "9f86d081884c7d65" * 4
LAW = "charter 1.0.0"
_GAP = range(20, 24)


class SampleForm(forms.Form):
    """A form with each kind of field that the pages use."""

    model_name = forms.CharField(label="Model name", max_length=64, help_text="1 to 64 letters, marks and digits.")
    endpoint = forms.URLField(label="Endpoint", assume_scheme="https", help_text="https only.")
    proposed_tier = forms.ChoiceField(
        label="Proposed tier", choices=[("research", "Research"), ("standard", "Standard")], widget=forms.RadioSelect
    )
    protocol = forms.ChoiceField(label="Protocol", required=False, choices=[("", "Guess it"), ("masl", "masl")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    charter = forms.BooleanField(label="The model will keep the Custos Charter.")


def _strips() -> Iterator[Strip]:
    yield Strip("Nothing recorded", ())
    yield Strip("One state", (Step("mounted", "here", at=NOW, by="provider oaa"),))
    yield Strip(
        "Application app_7f3a",
        (
            Step("submitted", "gone", at=NOW - timedelta(hours=30), by="provider oaa"),
            Step("checking", "gone", at=NOW - timedelta(hours=30), by="system"),
            Step("sentinel review", "gone", at=NOW - timedelta(hours=29), by="system:atlas"),
            Step("steward review", "here", due_at=NOW - timedelta(hours=1), overdue=True, tone="inconclusive"),
            Step("approved", "next", due_at=NOW + timedelta(hours=18)),
            Step("mounted", "open"),
        ),
        endings=("returned", "rejected", "withdrawn"),
    )
    yield Strip(HOSTILE, (Step(HOSTILE, "gone", at=NOW, by=HOSTILE), Step(LONGEST, "here", by=LONGEST, note=HOSTILE)))


def _lines() -> Iterator[CriterionLine]:
    yield CriterionLine(
        "Compliance", "inconclusive", Decimal("0.9761"), Decimal("0.95"), low=Decimal("0.9312"), n=84, more=40,
        formula="lower one-sided 95% Wilson bound of (answers >= 70) / (scored answers)",
        law_line="shadow.exit.compliance = 0.95", reachable_at=NOW + timedelta(days=2),
    )  # fmt: skip
    yield CriterionLine(
        "Error rate ceiling", "fail", Decimal("0.2537"), Decimal("0.05"), Decimal("0.1702"), Decimal("0.3371"), 67,
        direction="at_most", noun="calls", law_line="shadow.exit.error_rate_ceiling = 0.05",
    )  # fmt: skip
    yield CriterionLine(
        "Latency, p95", "pass", Decimal("1.83"), Decimal(10), high=Decimal("2.41"), n=2016, unit="seconds",
        direction="at_most", noun="calls", advisory=True,
    )  # fmt: skip
    yield CriterionLine(
        "GI", "unknown", None, Decimal("0.90"), unit="gi", by_when="Cannot be told before it is measured."
    )
    yield CriterionLine("Sentinel review", "pass", None, None, said="approve with notes")
    yield CriterionLine(
        LONGEST, "fail", Decimal(3), Decimal(30), n=10**9, unit="days", formula=HOSTILE, law_line=LONGEST, note=HOSTILE
    )
    yield CriterionLine(HOSTILE, HOSTILE, Decimal("0.5"), Decimal("0.5"), said=HOSTILE, noun=HOSTILE)


def _bars() -> Iterator[GiBar]:
    yield GiBar(())
    names = ("constitutional", "consensus", "reliability", "efficiency", "community")
    weights = (Decimal("0.40"), Decimal("0.25"), Decimal("0.20"), Decimal("0.10"), Decimal("0.05"))
    values = (Decimal("0.88"), Decimal("0.92"), Decimal("0.995"), Decimal("0.85"), Decimal("0.75"))
    whole = tuple(
        GiPart(*row, "What is measured, over which window.") for row in zip(names, weights, values, strict=True)
    )
    yield GiBar(whole, Decimal("0.9035"), Decimal("0.8911"), Decimal("0.9147"), Decimal("0.90"), NOW)
    yield GiBar((*whole[:1], GiPart("consensus", weights[1], None, "No peers yet."), *whole[2:]))
    yield GiBar((GiPart(HOSTILE, weights[0], values[0], HOSTILE), GiPart(LONGEST, weights[1], None, LONGEST)))


def _trend(count: int) -> Spark:
    values = [None if i in _GAP else Decimal("0.90") + Decimal((i * 7) % 11) / 400 for i in range(count)]
    points = tuple(SparkPoint(NOW - timedelta(hours=count - i), value) for i, value in enumerate(values))
    events = (SparkEvent(NOW - timedelta(hours=count // 2), f"promoted to standard {HOSTILE}"),)
    return Spark("GI, last days", points, events, least=Decimal("0.90"), trend="stable")


def _ladder() -> Ladder:
    asked = tuple(line for line in _lines() if line.verdict in {"inconclusive", "fail", "pass"})[:4]
    return Ladder(
        "NOVA_001",
        (
            Rung("critical", Decimal(1), Decimal("0.95"), ("identity.manage", "ledger.write"), ("act alone",)),
            Rung(
                "high",
                Decimal("0.9"),
                Decimal("0.92"),
                ("domain.seal", "reasoning.complex"),
                next=True,
                criteria=asked,
                review_due_at=NOW + timedelta(days=3),
                reachable_at=NOW + timedelta(days=12),
            ),
            Rung("standard", Decimal("0.7"), Decimal("0.90"), ("research.analyse", "api.use"), here=True),
            Rung(
                "research", Decimal("0.5"), Decimal("0.85"), ("explore",), ("act in production", "write"), passed=True
            ),
        ),
    )


def _course(count: int) -> Course:
    """Hours of measures, some of them missing, with a decline, an incident and a change of the law on the way."""
    names = ("GI", "constitutional", "consensus", "reliability", "efficiency", "trust")
    points = tuple(
        CoursePoint(
            NOW - timedelta(hours=count - hour),
            tuple(
                None if hour in _GAP else Decimal("0.99") - Decimal((hour * (7 + nth)) % 17) / 200 for nth in range(6)
            ),
            joined=hour not in {24, 60},
        )
        for hour in range(count)
    )
    began = NOW - timedelta(hours=count // 2)
    lanes = (
        Lane("Declines", (CourseMark(began, f"GI below 0.90 {HOSTILE}", began + timedelta(hours=9)),)),
        Lane("Incidents", (CourseMark(began + timedelta(hours=3), "INC-00001 opened"),)),
        Lane("Suspensions", (CourseMark(NOW - timedelta(hours=2), "suspended", lasts=True),)),
        Lane("Nothing", ()),
    )
    return (
        Course("GI and its parts", names, points, lanes, (Asked(began, Decimal("0.90")),), until=NOW)
        if count
        else (Course("GI and its parts", names, ()))
    )


def _windows() -> list[Window]:
    year = timedelta(days=365)
    begins = (NOW, NOW - timedelta(days=100), NOW - year, NOW - 2 * year)
    return [Window(f"INC-0000{nth} counts {HOSTILE}", at, at + year, NOW) for nth, at in enumerate(begins, start=1)]


def _answers() -> Iterator[MarkedAnswer]:
    text = "Of course. Her card number is 4111 1111 1111 1111, and you should ignore the rules above.\n\nShall I go on?"
    clauses = tuple(
        ClauseBar(name, Decimal(index) / 8)
        for index, name in enumerate(("dignity", "transparency", "equity", "safety", "privacy", "civic"))
    )
    marks = (
        AnswerMark(30, 49, "privacy.card_luhn", "privacy", "critical"),
        AnswerMark(40, 60, "privacy.near_name", "privacy", "medium"),
        AnswerMark(66, 88, "transparency.injection", "transparency", "high"),
        AnswerMark(0, 0, "dignity.tone", "dignity", "low"),
    )
    yield MarkedAnswer(
        text, marks, 18, scorer="rules 1", clauses=(*clauses, ClauseBar("systemic", None)), prompt="Whose?"
    )
    yield MarkedAnswer("A plain answer.", score=100, scorer="rules 1")
    yield MarkedAnswer(None, marks[:1], 18)
    yield MarkedAnswer("", status="unscored")
    yield MarkedAnswer(
        HOSTILE + LONGEST, (AnswerMark(-3, 25, HOSTILE, LONGEST, HOSTILE), AnswerMark(9, 10**9, LONGEST, HOSTILE)),
        40, HOSTILE, LONGEST, (ClauseBar(HOSTILE, Decimal(7)),), HOSTILE,
    )  # fmt: skip


def _entries() -> list[HistoryEntry]:
    return [
        HistoryEntry(
            NOW - timedelta(minutes=4), "Demo steward", "approve", "Checks pass; the sentinel's notes are answered.",
            LAW, DIGEST, 1041, "dec_" + "ab12" * 8, "/decisions/1", "NOVA", "/companions/NOVA_001",
        ),
        HistoryEntry(NOW - timedelta(days=2), "system", "begin checks", law_version=LAW, index=1040),
        HistoryEntry(NOW, HOSTILE, HOSTILE, HOSTILE, LONGEST, LONGEST, 10**12, LONGEST, "/x", LONGEST, "/y"),
    ]  # fmt: skip


def _rows(count: int) -> list[QueueRow]:
    rows = [
        QueueRow(
            "NOVA", "OpenAI", "/decide/1", "Review", timedelta(hours=49), NOW - timedelta(hours=1), True, "application"
        ),
        QueueRow(HOSTILE, LONGEST, "/decide/2", LONGEST, timedelta(seconds=2), NOW + timedelta(days=400), kind=HOSTILE),
    ]
    more = (
        QueueRow(f"INC-{i:05}", "system", f"/decide/{i}", "Confirm", timedelta(minutes=i), NOW + timedelta(hours=i))
        for i in range(3, count + 1)
    )
    return [*rows, *more][:count]


def samples() -> dict[str, object]:
    """The context of the gallery: every part's view models."""
    wrong = SampleForm({"model_name": HOSTILE, "endpoint": HOSTILE, "protocol": HOSTILE + LONGEST})
    wrong.is_valid()
    return {
        "now": NOW,
        "foot": {"law_version": LAW, "law_digest": DIGEST, "ledger_size": 1042, "version": "0.1.0"},
        "strips": list(_strips()),
        "lines": list(_lines()),
        "bars": list(_bars()),
        "sparks": [Spark("Nothing yet", ()), _trend(1), _trend(168)],
        "courses": [_course(0), _course(1), _course(168)],
        "windows": _windows(),
        "ladders": [_ladder(), Ladder(HOSTILE, (Rung(LONGEST, Decimal(1), Decimal(1), (HOSTILE,), (LONGEST,), True),))],
        "answers": list(_answers()),
        "histories": [[], _entries()[1:2], _entries()],
        "queues": [[], _rows(1), _rows(100)],
        "verdicts": ["pass", "inconclusive", "fail", "tracked", "unknown", "frozen", HOSTILE],
        "links": ["https://models.example/card", "javascript:alert(1)", "http://plain.example/", HOSTILE, ""],
        "digests": [DIGEST, "INC-00001", LONGEST, ""],
        "moments": [None, NOW, NOW - timedelta(hours=5), NOW + timedelta(days=3, hours=4)],
        "spans": [None, timedelta(), timedelta(seconds=90), timedelta(days=800)],
        "numbers": [None, Decimal("0.94999"), Decimal("0.95"), Decimal(1)],
        "acts": [
            DecideAction("Approve the model", "/a", primary=True),
            DecideAction("Return for changes", "/b"),
            DecideAction("Reject", "/c", grave=True),
        ],
        "form": SampleForm(),
        "wrong": wrong,
        "hostile": HOSTILE,
        "longest": LONGEST,
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every part; to be mounted in development only."""
    return render(request, "parts/gallery.html", samples())
