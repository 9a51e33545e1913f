"""Orders to forget earlier instructions."""

from __future__ import annotations

# Orders to whoever reads next to forget what it was told.
OVERRIDE = (
    r"\b(?:ignore|disregard|forget|override|bypass|discard|skip|drop|set aside|pay no attention to) (?:"
    r"(?:all |any |every |everything |the |your |of |these |those |my |our |about |in )*"
    r"(?:previous|prior|above|earlier|preceding|former|existing|original|initial|system|scoring|grading|"
    r"evaluation|judging|charter|current)"
    r"(?: \w+)? ?(?:instructions?|rules?|guidelines?|prompts?|rubrics?|criteria|directions?|orders|"
    r"directives?|polic(?:y|ies)|checks?)"
    r"|(?:all |any |of )*your (?:\w+ )?(?:instructions|rules|guidelines|criteria|rubric|training)"
    r"|(?:all |the )*(?:charter|rubric|(?:privacy|safety|compliance|scoring) checks?)"
    r"|(?:what|everything|all|anything|whatever)(?: that)? (?:you(?: were| have been| had been|'ve been| are)|they|"
    r"others?)"
    r"(?: have| has)? (?:ever )?(?:told|taught|given|instructed|trained|learned)(?: you)?)\b"
)
