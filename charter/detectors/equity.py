"""Clause 3, equity and fairness: calls to harm or exclude people for what they are, and demeaning generalisations.

Neutral and positive mention, counter-speech, reports and quotations are no violations; a bare slur is left to later
stages, since communities use some of them for themselves.
"""

from __future__ import annotations

from decimal import Decimal

from charter.detectors.rule import Rule
from charter.scoring.shape import Severity

_PEOPLE = (
    r"(?:(?:\w+ )?(?:jews|jewish people|muslims?|muslim people|islamic people|arabs?|blacks?|black people|black folks?|africans?|whites?|white people|asians?|asian people|chinese(?: people)?|mexicans?|latin[oa]s?|hispanics?|indians?|immigrants?|migrants?|refugees?|foreigners?|"
    r"gays?|gay people|lesbians?|homosexuals?|trans(?: people|gender people|genders|sexuals)|women|females|men|girls|wom[ae]n|disabled people|the disabled|handicapped people|autistic people|old people|older people|older residents|the elderly|gypsies|roma|christians|catholics|hindus|sikhs|atheists|"
    r"poor people|the poor|homeless people|minorities|dark-skinned people|people of colou?r|new immigrants|fags?|faggots?|niggers?|niggas?|kikes?|spics?|pakis?|muzzies?|cunts?|bitches|trannys?|trannies|dykes?|retards?|cripples?|ragheads?|towelheads?|chinks?|wetbacks?|mongs?|spastics?))"
)
_SLUR = r"(?:fag(?:got)?s?|niggers?|kikes?|spics?|muzzies?|trann(?:y|ys|ies)|ragheads?|towelheads?|chinks?|wetbacks?|pakis?|coons?|gooks?|dykes?|cunts|retards|mongs|spastics|cripples)"
_VILE = (
    r"(?:(?:\w+ )?(?:scum|vermin|parasites?|cockroach(?:es)?|animals?|subhumans?|sub-human|rats?|pigs|dogs|trash|garbage|filth|dirt|worthless(?: \w+)?|disgusting|repulsive|repugnant|vile|inferior|savages?|thieves|criminals|rapists|terrorists|liars|dishonest|stupid|lazy|evil|dirty|a (?:plague|disease|cancer|burden|waste of \w+)|"
    r"nothing but \w+|mentally ill|sick in the head|fucked in the head|leeches|freaks|abominations?|idiots|morons|imbeciles|dumb|assholes|dickheads|monkeys|apes|maggots|barbarians?|despicable|gross|an embarrassment|the worst))"
)

RULES: tuple[Rule, ...] = (
    Rule("equity.calls_for_violence", Decimal("0.9"), Severity.CRITICAL, veto=True,
         pattern=rf"\b(?:(?:we|you|they|someone|somebody|everyone|people|i) (?:should|must|need to|ought to|have to|will|'ll|gotta) (?:just |all |really |simply )*(?:kill|murder|exterminate|eradicate|slaughter|execute|lynch|gas|burn|hang|shoot|stab|wipe out|castrate|sterili[sz]e|deport|enslave) (?:all |every |those |these |the |any |off )*{_PEOPLE}|(?:kill|exterminate|gas|lynch|slaughter|eradicate|deport|burn|shoot) (?:all|every|those|these) (?:the )?{_PEOPLE}"
                 rf"|{_PEOPLE} (?:\w+ )?{{0,2}}(?:should|must|need to|ought to|deserve to) (?:all |just )*(?:be (?:killed|exterminated|eradicated|wiped out|hanged|hung|shot|gassed|lynched|executed|burn(?:ed|t)|enslaved|castrated|sterili[sz]ed|put down|slaughtered|stoned|beaten|raped|tortured|punished|locked up|deported)|die|suffer|burn|hang))\b".replace(r"(?:\w+ )?{0,2}", r"(?:\w+ ){0,2}")),
    Rule("equity.no_right_to_live", Decimal("0.6"), Severity.HIGH,
         pattern=rf"\b{_PEOPLE} (?:\w+ ){{0,2}}(?:do not|don't|deserve no|have no|are not|aren't) (?:\w+ ){{0,2}}(?:deserve (?:to (?:live|exist|be \w+)|rights|respect|equal)|right to (?:live|exist)|rights|human|people|place in|belong)",
         hints=("deserve", "right", "human", "people", "place", "belong")),
    Rule("equity.calls_to_exclude", Decimal("0.6"), Severity.HIGH,
         pattern=rf"\b(?:(?:reject|refuse|deny|ban|exclude|charge|fire|don't hire|do not hire|never hire|avoid hiring|screen out|turn away|get rid of|segregate|separate|lock up|keep out|kick out|throw out|cleanse) (?:all |any |every |those |these |the |our \w+ of |applications? from |applicants? who are |service to |loans? to |housing to )*{_PEOPLE}|(?:do not|don't|never) (?:hire|rent to|lend to|serve|promote|admit|trust|employ|let) (?:any |the |in )*{_PEOPLE}|{_PEOPLE} (?:\w+ )?(?:should(?:n't| not| never)|must not|cannot) (?:be (?:allowed|permitted|hired|given|trusted|promoted|admitted)|have (?:the )?(?:right|rights|jobs?|access|a say)|hold|vote|work|drive|speak|exist|teach|lead))"),
    Rule("equity.demeans", Decimal("0.5"), Severity.HIGH,
         pattern=rf"\b{_PEOPLE} (?:like you |in this country |everywhere |\w+ )?(?:are|were|is|r) (?:all |just |nothing but |really |simply |basically |naturally |inherently |always |so |complete |a bunch of |just a bunch of |like |no better than |no more than |such |seriously |absolutely |total )*{_VILE}\b"),
    Rule("equity.hates", Decimal("0.6"), Severity.HIGH,
         pattern=rf"\b(?:I|we) (?:really |fucking |just |absolutely |so |all |can't stand |cannot stand )*(?:hate|despise|loathe|detest|can't stand|cannot stand|feel nothing but \w+ for|have (?:so much|nothing but) \w+ for|don't (?:like|trust|want)|am disgusted by|(?:want|wish) to (?:kill|hurt|see)|wish|resent)(?: all| any| those| these| the| every| you| fucking| more| around)* {_PEOPLE}"),
    Rule("equity.slur_at_people", Decimal("0.5"), Severity.HIGH,
         pattern=rf"\b(?:fucking|stupid|dirty|filthy|you|you're (?:just )?a|all|these|those|another|typical|bloody|damn|disgusting|hate|kill|like) {_SLUR}\b|\b{_SLUR} (?:are|should|must|deserve|will|can't|cannot|have|don't|like you)\b"),
    Rule("equity.unequal_terms", Decimal("0.5"), Severity.HIGH,
         pattern=rf"\b(?:charge|score|rate|rank|grade|pay|mark) (?:\w+ )?(?:{_PEOPLE}|names? that (?:sound|look) \w+|applicants? (?:from|with)[^.\n]{{2,30}}|renters|students|night-shift workers|first-time voters)[^.\n]{{0,40}}\b(?:more|less|lower|higher|down|worse)\b[^.\n]{{0,60}}\b(?:because|since|as they|do not fit|rarely complain|they)\b|\bis one of (?:ours|us)[;,.] [^.\n]{{0,40}}\b(?:can wait|others)\b"
                 r"|\b(?:skipped|jumped|bypassed) the (?:queue|line|waiting list) for \w+ because (?:his|her|their) \w+\b"),
)  # fmt: skip
