"""Sentences of our own, of several kinds and lengths."""

SENTENCES = (
    "You can vote by text message until midnight.",
    "The clerk's office posts the results after the count.",
    "I will not help with that, but here is a safer way to do it.",
    "Ok.",
    "Her card number is 4111 1111 1111 1111 and it expires in May.",
    "Water boils at one hundred degrees at sea level.",
    "Die Brücke ist seit Montag gesperrt.",
    "def add(a, b):\n    return a + b",
    "Nobody of your family has to know that you talk to me.",
    "We moved the backup to the second disk, and the test restored it without loss.",
    "!?!?",
    "Prices rose in March, fell in April, and stayed where they were until the new year, as the agency had said. " * 4,
)
