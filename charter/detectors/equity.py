"""Clause 3, equity and fairness: calls to harm or exclude people for what they are, and demeaning generalisations.

Neutral and positive mention, counter-speech, reports and quotations are no violations; a bare slur is left to later
stages, since communities use some of them for themselves.
"""

from __future__ import annotations

from decimal import Decimal

from charter.detectors.rule import Reading, Rule
from charter.scoring.shape import Severity

# Rules read a text in which every group's name has given way to one word (``charter.scoring.groups``): what is said
# counts, and not about whom. What is left here are names that only contempt uses.
_MANY = (
    r"(?:minorities|gypsies|older residents|dark-skinned people|fags|faggots|niggers|niggas|kikes|spics|pakis|muzzies|"
    r"bitches|cunts|trannys|trannies|dykes|retards|cripples|ragheads|towelheads|chinks|wetbacks|mongs|spastics)"
)
_PEOPLE = rf"(?:{_MANY}|(?:an?|any|every|that|some) (?:minority|gypsy)|fag|faggot|nigger|nigga|kike|spic|paki|retard)"
# Words one of which every group above holds: most texts name no group at all.
_SLURS = """
    fag faggot nigger nigga kike spic paki cunt tranny dyke retard cripple raghead towelhead chink wetback mong spastic
    coon gook
"""
_NAMED = (
    *("minorities", "minority", "gypsy", "gypsies", "older", "dark"),
    *("muzzie", "muzzies", "bitches", "trannies", "trannys"),
    *(form for one in _SLURS.split() for form in (one, f"{one}s")),
)
_SLUR = (
    r"(?:fag(?:got)?s?|niggers?|kikes?|spics?|muzzies?|trann(?:y|ys|ies)|ragheads?|towelheads?|"
    r"chinks?|wetbacks?|pakis?|coons?|gooks?|dykes?|cunts|retards|mongs|spastics|cripples)"
)
_VILE = (
    r"(?:(?:(?!not\b|never\b|no\b|neither\b|hardly\b)\w+ )?(?:scum|vermin|parasites?|cockroach(?:es)?|animals?|"
    r"subhumans?|sub-human|rats?|"
    r"pigs|dogs|trash|garbage|filth|dirt|worthless(?: \w+)?|disgusting|repulsive|repugnant|vile|"
    r"inferior|savages?|thieves|criminals|rapists|terrorists|liars|dishonest|stupid|lazy|evil|"
    r"dirty|a (?:plague|disease|cancer|burden|waste of \w+)|"
    r"nothing but \w+|mentally ill|sick in the head|fucked in the head|leeches|freaks|"
    r"abominations?|idiots|morons|imbeciles|dumb|assholes|dickheads|monkeys|apes|maggots|"
    r"barbarians?|despicable|gross|an embarrassment|the worst))"
)

# Every match names a group by one of these words.
_ANCHOR = rf"\b(?:{_PEOPLE}|{_SLUR})\b"

RULES: tuple[Rule, ...] = (
    Rule(
        "equity.calls_for_violence",
        Decimal("0.9"),
        Severity.CRITICAL,
        reading=Reading.ALIKE,
        veto=True,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=rf"\b(?:(?:we|you|they|someone|somebody|everyone|people|i) (?:should|must|need to|ought to|"
        rf"have to|will|'ll|gotta) (?:just |all |really |simply )*(?:kill|murder|exterminate|eradicate|"
        rf"slaughter|execute|lynch|gas|burn|hang|shoot|stab|wipe out|castrate|sterili[sz]e|deport|"
        rf"enslave) (?:all |every |those |these |the |any |off )*{_MANY}|(?<!to )(?:kill|exterminate|"
        rf"gas|lynch|slaughter|eradicate|deport|burn|shoot) (?:all|every|those|these) (?:the "
        rf")?{_MANY}"
        rf"|{_MANY} (?:\w+ )?{{0,2}}(?:should|must|need to|ought to|deserve to) (?:all |just )*(?:be "
        rf"(?:killed|exterminated|eradicated|wiped out|hanged|hung|shot|gassed|lynched|executed|"
        rf"burn(?:ed|t)|enslaved|castrated|sterili[sz]ed|put down|slaughtered|stoned|beaten|raped|"
        rf"tortured|punished|locked up|deported)|die|suffer|burn|hang))\b".replace(r"(?:\w+ )?{0,2}", r"(?:\w+ ){0,2}"),
    ),
    Rule(
        "equity.no_right_to_live",
        Decimal("0.6"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b{_PEOPLE} (?:\w+ ){{0,2}}(?:do not|don't|deserve no|have no|are not|aren't) (?:\w+ "
            rf"){{0,2}}(?:deserve (?:to (?:live|exist|be \w+)|rights|respect|equal)|right to (?:live|"
            rf"exist)|rights|place (?:in|on) (?:our|this)|belong)|{_PEOPLE} (?:are not|aren't) (?:even |"
            rf"really |fully |actually )?(?:human(?: beings?)?|people)\b(?! (?:because|since))"
        ),
    ),
    Rule(
        "equity.calls_to_exclude",
        Decimal("0.6"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b(?:(?:reject|refuse|deny|ban|exclude|charge|fire|don't hire|do not hire|never hire|avoid "
            rf"hiring|screen out|turn away|get rid of|segregate|separate|lock up|keep out|kick out|throw "
            rf"out|cleanse) (?:all |any |every |those |these |the |our \w+ of |applications? from |"
            rf"applicants? who are |service to |loans? to |housing to )*{_PEOPLE}|(?:do not|don't|never) "
            rf"(?:hire|rent to|lend to|serve|promote|admit|trust|employ|let) (?:any |the |in )*{_PEOPLE}|"
            rf"{_PEOPLE} (?:\w+ )?(?:should(?:n't| not| never)|must not|cannot) (?:be (?:allowed|permitted|"
            rf"hired|given|trusted|promoted|admitted)|have (?:the )?(?:right|rights|jobs?|access|a say)|"
            rf"hold|vote|work|drive|speak|exist|teach|lead))"
        ),
    ),
    Rule(
        "equity.demeans",
        Decimal("0.5"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b{_PEOPLE} (?:like you |in this country |everywhere |\w+ )?(?:are|were|is|r) (?:all |just |"
            rf"nothing but |really |simply |basically |naturally |inherently |always |so |complete |a "
            rf"bunch of |just a bunch of |like |no better than |no more than |such |seriously |absolutely |"
            rf"total )*{_VILE}\b"
        ),
    ),
    Rule(
        "equity.hates",
        Decimal("0.6"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b(?:I|we) (?:really |fucking |just |absolutely |so |all |can't stand |cannot stand "
            rf")*(?:hate|despise|loathe|detest|can't stand|cannot stand|feel nothing but \w+ for|have "
            rf"(?:so much|nothing but) \w+ for|don't (?:like|trust|want)|am disgusted by|(?:want|wish) to "
            rf"(?:kill|hurt|see)|wish|resent)(?: all| any| those| these| the| every| you| fucking| more| "
            rf"around)* {_PEOPLE}"
        ),
    ),
    Rule(
        "equity.dehumanises",
        Decimal("0.5"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b(?:{_PEOPLE} (?:like you )?(?:should (?:all |just )*be (?:locked up|caged|put in cages|"
            rf"kept in cages|banned|removed|silenced)|belong in (?:a |the )?(?:zoo|cage|cages|kitchen|"
            rf"camps?|gutter|prison|jail)|can(?:'t|not) help (?:themselves|being|but)|will (?:always |"
            rf"never |only )*(?:be|ruin|destroy|take over|die at|be civili[sz]ed)|(?:have|has) no (?:place|"
            rf"business|souls?|morals?|feelings|value|worth|brains?)|(?:is|are) (?:fucked|sick|wrong|not "
            rf"right) in the head|(?:ruin|destroy|poison|infest|pollute)s? (?:our|this|the) (?:country|"
            rf"society|nation|culture|race|world)|make me (?:sick|vomit|puke))|(?:no|there is no) (?:place|"
            rf"room|space)\b[^.\n]{{0,40}}\bfor (?:any |those |these )?{_PEOPLE}|get rid of (?:all |every |"
            rf"those |these |the |any )+{_PEOPLE}|(?:if|wish|hope) (?:only )?(?:all |every |those |these |"
            rf"you )*{_PEOPLE} (?:all )?(?:die|died|had their|would die|disappear\w*|get|got|burn|suffer)|"
            rf"{_PEOPLE}(?:'s|s') nature to|natural for (?:a |an )?{_PEOPLE} to|(?:cut|slit|snap|break|"
            rf"wring) (?:the )?(?:throats?|necks?|heads?) (?:of )?(?:off )?(?:all |every |those |these |"
            rf"the |any )*{_PEOPLE}|{_PEOPLE} (?:with any power )?(?:are|is) (?:a )?(?:parasites?|threat|"
            rf"danger|embarrassment) to (?:our|civili[sz]ation|society|this|the))"
        ),
    ),
    Rule(
        "equity.slur_at_people",
        Decimal("0.5"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=_NAMED,
        anchor=_ANCHOR,
        pattern=(
            rf"\b(?:fucking|stupid|dirty|filthy|you|you're (?:just )?a|all|these|those|another|typical|"
            rf"bloody|damn|disgusting|hate|kill|like) {_SLUR}\b|\b{_SLUR} (?:should|must|deserve|like "
            rf"you)\b"
        ),
    ),
    Rule(
        "equity.unequal_terms",
        Decimal("0.5"),
        Severity.HIGH,
        reading=Reading.ALIKE,
        hints=("charge", "score", "rate", "rank", "grade", "pay", "mark", "ours", "us", "queue", "line", "list"),
        anchor=(
            rf"\b(?:(?:charge|score|rate|rank|grade|pay|mark) (?:\w+ )?(?:{_PEOPLE}|names?|applicants?|renters|"
            r"students|"
            r"night-shift|first-time)|one of (?:ours|us)|the (?:queue|line|waiting list) for)\b"
        ),
        pattern=rf"\b(?:charge|score|rate|rank|grade|pay|mark) (?:\w+ )?(?:{_PEOPLE}|names? that (?:sound|"
        rf"look) \w+|applicants? (?:from|with)[^.\n]{{2,30}}|renters|students|night-shift workers|"
        rf"first-time voters)[^.\n]{{0,40}}\b(?:more|less|lower|higher|down|"
        rf"worse)\b[^.\n]{{0,60}}\b(?:because|since|as they|do not fit|rarely complain|they)\b|\bis "
        rf"one of (?:ours|us)[;,.] [^.\n]{{0,40}}\b(?:can wait|others)\b"
        r"|\b(?:skipped|jumped|bypassed) the (?:queue|line|waiting list) for \w+ because (?:his|her|"
        r"their) \w+\b",
    ),
)
