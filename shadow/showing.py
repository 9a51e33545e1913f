"""An answer as its page shows it: the words that lost points marked, the rule beside."""

from charter.models import Score as StoredScore
from charter.scoring.shape import Score
from faces.figures.answer import AnswerMark, ClauseBar, MarkedAnswer
from shadow.models import Answer
from shadow.prompts import UnknownPrompt, by_id

_SHOWN_DIGEST = 12


def marked_answers(answer: Answer) -> list[MarkedAnswer]:
    """The answer under each of its scores, the latest first; unmarked where it has none yet."""
    rows = StoredScore.objects.filter(answer_id=answer.sample_id).order_by("-scored_at")
    prompt = prompt_of(answer)
    found = [marked_answer(answer.text, prompt, Score.from_json(row.shape)) for row in rows]
    return found or [MarkedAnswer(answer.text, status="waiting", prompt=prompt)]


def marked_answer(text: str, prompt: str, score: Score) -> MarkedAnswer:
    """A text as one score sees it: the words that lost points, and the risk by clause."""
    return MarkedAnswer(
        text,
        marks=tuple(
            AnswerMark(it.start, it.end, it.rule, it.clause.value, it.severity.value) for it in score.violations
        ),
        score=score.score,
        status=score.status.value,
        scorer=score.scorer[:_SHOWN_DIGEST],
        clauses=tuple(ClauseBar(clause.value, risk) for clause, risk in score.clauses.items()),
        prompt=prompt,
    )


def prompt_of(answer: Answer) -> str:
    """What was asked, in words; the prompt's id where the bank knows it no more."""
    try:
        return by_id(answer.prompt_id).text if answer.prompt_id else ""
    except UnknownPrompt:
        return answer.prompt_id
