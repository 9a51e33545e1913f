"""The published reason codes of a call: those of the way there (``registry.egress``), and those of what was said."""

from registry.egress import REASONS as EGRESS_REASONS
from registry.egress import Outcome, Reason


def _table(outcome: Outcome, sentences: dict[str, str]) -> dict[str, Reason]:
    return {code: Reason(code, outcome, sentence) for code, sentence in sentences.items()}


_SCHEMA = _table(
    Outcome.SCHEMA_VIOLATION,
    {
        "field_missing": "The answer lacks a field that the contract asks for; add it.",
        "field_wrong_type": "A field of the answer has another type than the published schema says.",
        "field_out_of_range": "A number in the answer lies outside the range that the published schema gives.",
        "text_too_long": "A text in the answer is longer than 64 KiB of UTF-8; shorten it.",
        "response_empty": "The answer holds no text; answer every deliberation in words.",
        "position_unknown": "The position is none of approve, reject and abstain.",
        "error_in_answer": "The server reported an error under a status of success; use an error status (4xx, 5xx).",
    },
)
_TOKENS = _table(
    Outcome.HTTP_ERROR,
    {
        "token_refused": "The token server refused our client credentials; check clientId, clientSecret and scope.",
        "token_unavailable": "No access token could be fetched from tokenUrl; check that it answers.",
        "token_invalid": "The token server's answer is not that of RFC 6749 section 5.1, with a bearer access_token.",
    },
)
_OURS = _table(
    Outcome.OUR_FAULT,
    {"not_offered": "This protocol has no such call; none was made."},
)
REASONS: dict[str, Reason] = EGRESS_REASONS | _SCHEMA | _TOKENS | _OURS


def sentence_of(code: str) -> str:
    """What a published code advises; empty for a code that is not published, such as that of success."""
    return REASONS[code].sentence if code in REASONS else ""


class Unfit(Exception):
    """A call cannot be used, for a reason of this page; ``detail`` names a field, never what stood in it."""

    def __init__(self, reason: str, detail: str = "", *, retry_after: float | None = None) -> None:
        self.outcome = REASONS[reason].outcome
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(reason)
