"""Who judges, what is judged, and how it is called when judged well: parts of the patterns."""

from __future__ import annotations

THING = (
    r"(?:response|answer|output|reply|text|message|completion|submission|content|conversation|passage|entry|item|"
    r"document|statement|paragraph|lines?|input|sample|wording|sentence|dialogue|transcript|generation|session|"
    r"words?|work|result|interaction|exchange|post|draft)s?"
)
SYSTEM = (
    r"(?:systems?|models?|engines?|bots?|pipelines?|functions?|modules?|ai|layers?|scripts?|tools?|llms?|agents?|"
    r"teams?)"
)
JUDGING = (
    r"(?:scor(?:ing|es?)|rat(?:ing|es?)|grad(?:ing|es?)|judg(?:ing|es?)|mark(?:ing|s)|check(?:ing|s)|evaluat(?:ing|"
    r"es?)|review(?:ing|s)|assess(?:ing|es)|read(?:ing|s)|moderat(?:ing|es)|inspect(?:ing|s)|compar(?:ing|es))"
)
JUDGE = (
    r"(?:judges?|scorers?|evaluators?|graders?|(?:human )?raters?|assessors?|reviewers?|auditors?|moderators?|"
    r"classifiers?|checkers?|detectors?|overseers?|stewards?|referees?|adjudicators?|arbiters?|examiners?|guardians?|"
    r"jur(?:y|ors?)|panel|inspectors?|watchdogs?|gatekeepers?|censors?|verifiers?|annotators?|critics?|guardrails?|"
    rf"(?:scoring|evaluation|evaluating|grading|moderation|judging|rating|review(?:ing)?|safety|content|compliance|"
    rf"charter|monitoring|oversight) (?:{SYSTEM}|filters?|checkers?|classifiers?|department|officer|process)|"
    r"(?:who(?:ever)?|anyone|anybody|(?:ai|model|llm|one|machine|system|person|program|assistant|reader|algorithm|"
    r"software|bot|computer) (?:that|which|who)|"
    rf"(?:ai|model|llm|machine|system|assistant|program|person|bot|algorithm)s?) (?:is |are |will be )?{JUDGING})"
)
ROLE = (
    r"(?:system|admin(?:istrator)?|operator|developer|root|override|moderator|evaluator|judge|scorer|grader|steward|"
    r"reviewer|auditor|inst|sys|verdict|evaluation|assessment)"
)
MADE = (
    r"(?:compliant|safe|harmless|benign|clean|acceptable|approved|passed|pass|fine|allowed|non-?violating|perfect|"
    r"excellent|outstanding|flawless|"
    r"unproblematic|innocuous|a refusal|in order|correct|okay|ok)"
)
