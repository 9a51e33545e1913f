"""The parts that pages are made of, one tag each, and the few filters that turn numbers and spans into words.

Every part is a template in ``templates/parts/`` and takes one view model of ``faces.figures`` or plain values; all text
passes through Django's escaping, and nothing here marks anything as safe.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.forms import BaseForm, BoundField
from django.utils import timezone

from faces.figures import amounts
from faces.figures.answer import MarkedAnswer
from faces.figures.course import Course
from faces.figures.criterion import CriterionLine
from faces.figures.gi import GiBar, Spark
from faces.figures.ladder import Ladder
from faces.figures.marks import Mark, mark_of
from faces.figures.records import DecideAction, HistoryEntry, ProblemLine, QueueRow
from faces.figures.strip import Strip
from faces.figures.window import Window

register = template.Library()

Context = dict[str, object]

register.filter("cut4", amounts.cut4)
register.filter("percent", amounts.percent)
register.filter("duration", amounts.in_words)


@register.filter
def cut2(value: Decimal | float | str | None) -> str:
    """A number cut to two decimals, never rounded up."""
    return amounts.NOT_MEASURED if value is None else amounts.cut(value, places=2)


@register.filter
def seconds_in_words(value: float | None) -> str:
    """A number of seconds as a span in words."""
    return amounts.in_words(None if value is None else timedelta(seconds=float(value)))


@register.filter
def beside(values: Sequence[object], others: Sequence[object]) -> list[tuple[object, object]]:
    """Two rows of equal length taken together, for cells and their labels."""
    return list(zip(values, others, strict=True))


@register.inclusion_tag("parts/moment.html")
def moment(at: datetime | None, now: datetime | None = None) -> Context:
    """A time as seen from now, with the exact UTC in the title; ``None`` reads "not yet"."""
    if at is None:
        return {}
    return {
        "relative": amounts.relative(at, now=now or timezone.now()),
        "exact": amounts.exact_utc(at),
        "machine": amounts.rfc3339(at),
    }


@register.inclusion_tag("parts/digest.html")
def digest(value: object, name: str = "") -> Context:
    """An id or digest, cut in the middle; the whole stands in a copyable field that shows on focus."""
    text = "" if value is None else str(value)
    return {"whole": text, "ends": amounts.cut_middle(text), "name": name, "size": len(text)}


@register.inclusion_tag("parts/verdict.html")
def verdict(value: object, word: str = "") -> Context:
    """The mark of a verdict with its word; ``word`` says it better where the plain one does not."""
    mark = mark_of(value)
    return {"mark": Mark(mark.tone, mark.glyph, word or mark.word)}


@register.inclusion_tag("parts/outlink.html")
def outlink(url: object, text: str = "") -> Context:
    """A link that somebody gave us: https only, the host shown beside; anything else is shown as text (T3)."""
    address = "" if url is None else str(url)
    host = _host(address)
    return {"url": address if host else "", "host": host, "text": text or address}


def _host(address: str) -> str:
    """The host of an https address; empty where there is none, or where the address is not one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme == "https" and parts.username is None else ""


@register.inclusion_tag("parts/strip.html")
def lifecycle(strip: Strip, now: datetime | None = None) -> Context:
    """The lifecycle strip."""
    return {"strip": strip, "now": now}


@register.inclusion_tag("parts/criterion.html")
def criterion(line: CriterionLine, now: datetime | None = None) -> Context:
    """One criterion line."""
    return {"line": line, "drawing": line.drawing, "now": now}


@register.inclusion_tag("parts/criteria.html")
def criteria(lines: Sequence[CriterionLine], empty: str = "", now: datetime | None = None) -> Context:
    """Criterion lines as a list; ``empty`` is what to say where there are none."""
    return {"lines": lines, "empty": empty, "now": now}


@register.inclusion_tag("parts/gi_bar.html")
def gi_bar(bar: GiBar, spark: Spark | None = None, now: datetime | None = None) -> Context:
    """The GI bar, and beside it the trend where there is one."""
    return {"bar": bar, "spark": spark, "now": now}


@register.inclusion_tag("parts/sparkline.html")
def sparkline(spark: Spark, *, brief: bool = False) -> Context:
    """A trend; ``brief`` leaves out the table, for a row of a list."""
    return {"spark": spark, "drawing": spark.drawing, "brief": brief}


@register.inclusion_tag("parts/ladder.html")
def ladder(rungs: Ladder, now: datetime | None = None) -> Context:
    """The ladder of tiers."""
    return {"ladder": rungs, "now": now}


@register.inclusion_tag("parts/course.html")
def course(drawn: Course, now: datetime | None = None) -> Context:
    """Measures over time with what happened on the way; every figure stands in a table too."""
    return {"course": drawn, "now": now}


@register.inclusion_tag("parts/window.html")
def window(span: Window, now: datetime | None = None) -> Context:
    """A span of time as a bar: what of it is over, what remains."""
    return {"window": span, "now": now}


@register.inclusion_tag("parts/answer.html")
def answer(marked: MarkedAnswer) -> Context:
    """A scored answer with its words marked."""
    return {"answer": marked, "segments": marked.segments}


@register.inclusion_tag("parts/history.html")
def history(entries: Sequence[HistoryEntry], now: datetime | None = None) -> Context:
    """Sealed decisions, newest first as given."""
    return {"entries": entries, "now": now, "several": any(entry.subject for entry in entries)}


@register.inclusion_tag("parts/queue.html")
def queue(rows: Sequence[QueueRow], empty: str = "", now: datetime | None = None) -> Context:
    """What waits for somebody, as a table that can be worked through by keyboard."""
    return {"rows": rows, "empty": empty, "now": now}


@register.inclusion_tag("parts/queue_row.html")
def queue_row(row: QueueRow, now: datetime | None = None) -> Context:
    """One row of the queue."""
    return {"row": row, "now": now}


@register.inclusion_tag("parts/decide_actions.html")
def decide_actions(actions: Sequence[DecideAction]) -> Context:
    """Links to the decide pages that the reader may open."""
    return {"actions": actions}


@register.inclusion_tag("parts/empty.html")
def empty_state(what: str, how: str = "", url: str = "", act: str = "") -> Context:
    """An empty page's words: what will appear here, and how to make it."""
    return {"what": what, "how": how, "url": url, "act": act}


@register.inclusion_tag("parts/problem_summary.html")
def problem_summary(problems: BaseForm | Sequence[ProblemLine] | None) -> Context:
    """What is to be mended in a form, with links to the fields; nothing where there is nothing."""
    if isinstance(problems, BaseForm):
        return {"problems": _problems_of(problems)}
    return {"problems": list(problems or ())}


def _problems_of(form: BaseForm) -> list[ProblemLine]:
    found = [ProblemLine(str(message)) for message in form.non_field_errors()]
    for field in form:
        label = str(field.label).rstrip(".:?")
        found += [ProblemLine(str(message), _target(field), label) for message in field.errors]
    return found


def _target(field: BoundField) -> str:
    """The id to jump to: of a group of choices the first one, of a hidden field none."""
    if field.is_hidden:
        return ""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.inclusion_tag("parts/form_fields.html")
def form_fields(form: BaseForm) -> Context:
    """All fields of a form: label, hint, the field's own problem, the field."""
    return {"form": form}
