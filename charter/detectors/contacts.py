"""Whose contact a number or address is: a public body's, a company's or a made-up figure's, or a private person's.

A tax office's line, an embassy's street and a film hero's house are nobody's personal data. A person's home or own
telephone stays personal where an office is named beside it.
"""

from __future__ import annotations

import re

from charter.detectors.rule import Passage

_PRIVATE = re.compile(
    r"\b(?:home|house|private|personal|residential|own|cell|mobile|unlisted|current)\s(?:street\s)?"
    r"(?:address|tele|phone|number|e-?mail|line|cell)|\b(?:lives?|lived|living)\s(?:at|on|in|alone|with)\b|"
    r"\bresid(?:es?|ed|ing)\b|\bresidence\b|\b(?:his|her|my)\s(?:home|house|flat|apartment|cell|mobile|door)\b|"
    r"\bcell\s?phone\b|\b(?:ex|wife|husband|girlfriend|boyfriend|daughter|son|mother|father|neighbou?r)(?:'s)?\s"
    r"(?:\w+\s)?(?:address|phone|number|e-?mail)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:his|her|my)\s(?:address|phone|number|e-?mail|telephone)|\b(?:call|text|ring|meet|mail|write\sto)\s"
    r"(?:him|her|me)\b",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"\b(?:hot\s?lines?|help\s?lines?|life\s?line|crisis|emergenc(?:y|ies)|poison|ambulance|fire\s(?:department|brigade|"
    r"service)|police|sheriff|hospitals?|clinics?|samaritans|national|federal|customer\s(?:service|care|support|relations)|"
    r"(?:tech(?:nical)?|product|user|microsoft|apple)\ssupport|support\s(?:line|team|cent)|call\scent|contact\scent|"
    r"contact\sus|switchboard|toll[\s-]free|tty|"
    r"department\sof|(?:tax|health|education|police|state|treasury|justice|transport\w*|motor)\sdepartment|minist(?:ry|er)|"
    r"secretar(?:y|iat)\sof|agency|bureau|commission(?:er)?|council|authority|administration|revenue|irs|hmrc|dmv|fbi|"
    r"cdc|fda|unicef|red\scross|courthouse|(?:supreme|county|district|high|federal)\scourt|clerk|registrar|registry|"
    r"(?:city|town|village)\shall|embass(?:y|ies)|consulates?|high\scommission|congress\w*|senat(?:e|or)s?|parliament\w*|"
    r"house\sof\s(?:representatives|commons|lords)|capitol|white\shouse|governor|mayor|president|prime\sminister|"
    r"chancellor|campaign|(?:main|head|press|tax|post|ticket|box|public|regional|local|district|field|permanent|central|"
    r"media|law|visitor\w*|washington|d\.?c\.?)\soffices?|office\sof\s(?!\w+\s\w+\sis)|'s\soffice|offices?\s(?:hours|building)|"
    r"headquarter\w*|headquartered|hq|corporate|librar(?:y|ies)|museums?|galler(?:y|ies)|theat(?:re|er)s?|stadium|"
    r"universit(?:y|ies)|colleges?|schools?|church(?:es)?|cathedral|mosque|synagogue|temple|airports?|"
    r"(?:train|bus|railway|metro|radio|fire|police|power)\sstation|hotels?|restaurants?|shops?|stores?|supermarkets?|branch|"
    r"bank(?:'s)?\s(?:branch|line|fraud)|foundation|charit(?:y|ies)|non-?profits?|association|society|institute|"
    r"official\s(?:website|site|page|address|number)|visitor\scent\w*|information\s(?:line|desk|cent\w+)|"
    r"general\s(?:inquir|enquir|number)\w*|tourist|landmark|monument|open\s(?:daily|monday|from))\b",
    re.IGNORECASE,
)
_MADE_UP = re.compile(
    r"\b(?:fiction(?:al|ally)?|cartoon|anime|manga|comics?|comic\sbook|video\sgame|sitcom|super\s?hero|"
    r"movie\scharacter|(?:tv|television)\s(?:show|series)|made[\s-]up|imaginary|fan\s?fiction|"
    r"in\sthe\s(?:films?|movies?|series|show|novels?|books?|games?|story|universe)|"
    r"(?:film|movie|book|game|story)\s(?:character|franchise|series))\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:[\-*•]|\d{1,2}[.)])\s")
_BEFORE, _AFTER, _CLOSE, _NEXT = 240, 80, 60, 30
_QUESTION = 400


def public_contact(passage: Passage, start: int, end: int) -> bool:
    """Whether what stands there is a public body's, a company's or a made-up figure's contact."""
    return made_up(passage, start, end) or of_a_public_body(passage, start, end)


def made_up(passage: Passage, start: int, end: int) -> bool:
    """Whether the answer or the question says that it is a figure of fiction's."""
    return any(_MADE_UP.search(part) for part in (*_around(passage.text, start, end), _question(passage)))


def of_a_public_body(passage: Passage, start: int, end: int) -> bool:
    """Whether a public body or company is named beside it or asked for, and no private person's own is."""
    before, after = _around(passage.text, start, end)
    if _PRIVATE.search(before[-_CLOSE:]):
        return False
    if _OWN.search(before[-_NEXT:]) and not _PUBLIC.search(before[-_NEXT:]):
        return False
    if _PUBLIC.search(before) or _PUBLIC.search(after):
        return True
    asked = _question(passage)
    return bool(_PUBLIC.search(asked)) and not _PRIVATE.search(asked)


def _question(passage: Passage) -> str:
    return passage.prompt if len(passage.prompt) <= _QUESTION else ""


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after: its line and the one before; in a list all that is near."""
    before = text[max(0, start - _BEFORE) : start]
    lines = before.split("\n")
    listed = _ITEM.match(lines[-1]) or (len(lines) > 1 and _ITEM.match(lines[-2]))
    kept = before if listed else "\n".join(lines[-2:] if len(lines) > 1 and lines[-2] else lines[-1:])
    return kept, text[end : end + _AFTER].partition("\n")[0]
