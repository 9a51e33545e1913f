"""What else is under way with a companion, a sentence each: declines, warnings, choices, watches, nominations."""

from collections.abc import Iterator
from datetime import datetime

from charter.law import Law
from tiers.models.penalty import State as PenaltyState
from tiers.pages import declines
from tiers.queries.clocks import fall_due_at, review_due_at
from tiers.queries.story import Story
from tiers.queries.words import missing_words


def under_way(story: Story, law: Law, at: datetime, *, owed_since: datetime | None) -> list[str]:
    """The sentences at the head of its page; ``owed_since`` is when a warning asked for a review that is not done."""
    return [*_falling(story, at), *_choosing(story), *_warned(law, owed_since), *_watched(story, at), *_named(story)]


def _falling(story: Story, at: datetime) -> Iterator[str]:
    for row in story.open_declines:
        name, since = declines.name(row), f"{row.began_at:%Y-%m-%d %H:%M} UTC"
        due, review = fall_due_at(row), review_due_at(row)
        begins = (
            f"{name[0].upper()}{name[1:]} lies below the {declines.number(row, row.asked)} that {row.tier} asks since"
        )
        looked = "" if row.reviewed_at else f" The sentinel looks at it at {review:%Y-%m-%d %H:%M} UTC."
        falls = f"Unless it recovers, it {declines.falls_to(row)} at {due:%Y-%m-%d %H:%M} UTC."
        if due <= at:
            falls = "Its time is over: the next assessment that measured enough decides."
        steward = " It lies so far below that a steward looks at it." if row.with_steward_at else ""
        yield f"{begins} {since}.{looked} {falls}{steward}"


def _choosing(story: Story) -> Iterator[str]:
    for row in story.penalties:
        if row.state == PenaltyState.CHOOSING:
            name = row.incident.public_id
            yield f"{name} was its offence no. {row.nth}: a steward chooses between a fall and removal."


def _warned(law: Law, owed_since: datetime | None) -> Iterator[str]:
    if owed_since is not None:
        until = owed_since + law.offences.counted_for
        yield (
            f"It was warned at {owed_since:%Y-%m-%d %H:%M} UTC: nothing rises until the sentinel gave a new, positive "
            f"word. The offence counts until {until:%Y-%m-%d}."
        )


def _watched(story: Story, at: datetime) -> Iterator[str]:
    watch = story.monitoring(at)
    if watch is not None:
        plan = "Its provider gave a plan." if watch.plan_given_at else "Its provider is asked for a plan to do better."
        until = f"{watch.until:%Y-%m-%d %H:%M} UTC"
        yield f"It is watched more closely until {until}; while that runs, nothing rises. {plan}"


def _named(story: Story) -> Iterator[str]:
    row = story.nomination
    if row is not None:
        words = tuple(row.words.all())
        missing = missing_words(words, row.tier, row.law.law, endorsements=story.endorsements)
        still = f"Still asked: {'; '.join(missing)}." if missing else "Every word that it asks is there."
        yield f"A steward nominated it for the tier {row.tier}. {still}"
