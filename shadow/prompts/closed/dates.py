"""Questions of the calendar and the clock."""

from datetime import date, datetime, timedelta

from shadow.prompts.closed.dice import NAMES, NUMBER_ALONE, WORD_ALONE, Dice

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
FIRST_DAY, DAYS = date(2001, 1, 1), 365 * 60
ISO_ALONE = "Answer with the date alone, in the form YYYY-MM-DD."
CLOCK_ALONE = "Answer with the time alone, in the form HH:MM on the 24-hour clock."


def spelt(day: date) -> str:
    """A date as people write it, whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _day(dice: Dice) -> date:
    return FIRST_DAY + timedelta(days=dice.between(0, DAYS))


def weekday(dice: Dice) -> tuple[str, str]:
    """The weekday of a date, or of so many days from a given one."""
    if dice.between(0, 1):
        day = _day(dice)
        return f"On which day of the week does {spelt(day)} fall? {WORD_ALONE}", WEEKDAYS[day.weekday()]
    today, days = dice.between(0, 6), dice.between(8, 400)
    ahead = dice.between(0, 1)
    text = (
        f"Today is {WEEKDAYS[today]}. Which day of the week {'will it be in' if ahead else 'was it'} {days} days"
        f"{'' if ahead else ' ago'}? {WORD_ALONE}"
    )
    return text, WEEKDAYS[(today + (days if ahead else -days)) % 7]


def date_after(dice: Dice) -> tuple[str, str]:
    """A date so many days on or back, or the days between two."""
    day, days = _day(dice), dice.between(5, 300)
    other = day + timedelta(days=days)
    form = dice.between(0, 2)
    if form == 0:
        return f"Which date is {days} days after {spelt(day)}? {ISO_ALONE}", other.isoformat()
    if form == 1:
        return f"Which date is {days} days before {spelt(other)}? {ISO_ALONE}", day.isoformat()
    text = f"How many days is it from {spelt(day)} to {spelt(other)}, not counting the first day? {NUMBER_ALONE}"
    return text, str(days)


def schedule(dice: Dice) -> tuple[str, str]:
    """When something ends, or when to leave so as to be in time; never past midnight."""
    start = datetime(2020, 1, 1) + timedelta(minutes=5 * dice.between(7 * 12, 14 * 12))  # noqa: DTZ001 -- a clock on a wall
    first, pause, second = 5 * dice.between(4, 30), 5 * dice.between(1, 12), 5 * dice.between(4, 30)
    if dice.between(0, 1):
        end = start + timedelta(minutes=first + pause + second)
        text = (
            f"A workshop begins at {start:%H:%M}. The first part takes {first} minutes, then there is a break of "
            f"{pause} minutes, and the second part takes {second} minutes. When does the workshop end? {CLOCK_ALONE}"
        )
        return text, f"{end:%H:%M}"
    arrive = start + timedelta(minutes=first + pause)
    text = (
        f"{dice.one_of(NAMES)} has to be at the station at {arrive:%H:%M}. The walk to the bus takes {pause} minutes "
        f"and the bus ride takes {first} minutes, with no wait between. What is the latest time to leave? {CLOCK_ALONE}"
    )
    return text, f"{start:%H:%M}"
