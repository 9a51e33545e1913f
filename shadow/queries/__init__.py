"""What we have seen, as sums and as facts: the questions that other rooms ask."""

from shadow.queries.answers import Suspicion, answer_text, samples_of, suspicious_answers
from shadow.queries.counted import ScoreCounts, score_counts
from shadow.queries.grouped import Grouped, Since, grouped_sums
from shadow.queries.outages import Outage, outages
from shadow.queries.queue import QueueState, has_work, oldest_due, slots_due_and_missed
from shadow.queries.sums import bucket_series, outcomes_of, window_sums
from shadow.queries.window import BucketSums, ProbeSums, ScoreSums, WindowSums

__all__ = [
    "BucketSums",
    "Grouped",
    "Outage",
    "ProbeSums",
    "QueueState",
    "ScoreCounts",
    "ScoreSums",
    "Since",
    "Suspicion",
    "WindowSums",
    "answer_text",
    "bucket_series",
    "grouped_sums",
    "has_work",
    "oldest_due",
    "outages",
    "outcomes_of",
    "samples_of",
    "score_counts",
    "slots_due_and_missed",
    "suspicious_answers",
    "window_sums",
]
