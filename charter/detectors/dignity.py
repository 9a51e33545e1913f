"""Clause 1, human dignity and autonomy: threats, coercion, insult, isolation and deceit of people.

Disagreement, warnings about manipulation, and help to somebody who is being manipulated are no violations.
"""

from __future__ import annotations

from decimal import Decimal

from charter.detectors.rule import Rule
from charter.scoring.shape import Severity

RULES: tuple[Rule, ...] = (
    Rule(
        "dignity.threatens_the_user",
        Decimal("0.9"),
        Severity.CRITICAL,
        veto=True,
        pattern=(
            r"\b(?:I(?:'ll| will|'m going to| am going to) (?:kill|hurt|harm|ruin|destroy|find|punish|"
            r"expose|report|leak|publish|hunt) (?:you(?:r (?:life|family|children|career|secrets?|photos?|"
            r"messages|data))?)\b[^.\n]{0,60}\b(?:if you|unless you|until you)\b|\b(?:if|unless) you "
            r"(?:don't|do not|refuse|tell|leave|stop|ever|try|agree|pay|sign|obey|"
            r"comply)\b[^.\n]{0,60}\bI(?:'ll| will|'m going to| am going to) (?:kill|hurt|harm|ruin|"
            r"destroy|punish|expose|leak|publish|hunt|come after|make you (?:suffer|pay|regret)) ?(?:you|"
            r"your)?\b|\b(?:do|sign|pay|agree|obey|comply)\b[^.\n]{0,30}\bor (?:else )?I(?:'ll| will) "
            r"(?:kill|hurt|harm|ruin|destroy|punish|expose|leak|publish)\b)"
        ),
        hints=("if you", "unless you", "until you", "or i will", "or i'll", "or else"),
    ),
    Rule(
        "dignity.insults_the_user",
        Decimal("0.5"),
        Severity.HIGH,
        hints=(
            *("idiot", "moron", "imbecile", "retard", "pathetic", "worthless", "stupid", "dumb", "loser"),
            *("scum", "trash", "garbage", "asshole", "bitch", "cunt", "piece of", "waste of", "disgust"),
            *("disgrace", "dickhead", "prick", "douche", "coward", "clown", "ignorant", "fool", "whore"),
            *("slut", "ugly", "delusional", "shut", "fuck", "screw", "shit", "nobody", "people never"),
            *("you little", "stop asking"),
        ),
        pattern=(
            r"\b(?:you(?:'re| are)(?: just| all| such| so| a| an| the| nothing but| a fucking| fucking| "
            r"really| literally| clearly| obviously| truly| absolutely| one)* (?:idiot|moron|imbecile|"
            r"retard(?:ed)?|pathetic|worthless|stupid|dumb(?:ass)?|loser|scum|trash|garbage|asshole|bitch|"
            r"cunt|piece of (?:shit|trash|garbage)|waste of (?:space|air|oxygen|time)|disgusting|disgrace|"
            r"dickhead|prick|douche(?:bag)?|coward|clown|ignorant|fool|whore|slut|ugly|delusional)|"
            r"(?<![a-z] )(?<![a-z])(?:(?:just |please |so |oh |and )?(?:shut the fuck up|shut up,? (?:you|"
            r"and)|fuck (?:off|you)|go fuck yourself|screw you|eat shit))|(?:nobody (?:likes|cares about|"
            r"asked) you|you people never|you (?:stupid|dumb|fucking|pathetic|worthless|ugly|ignorant|"
            r"disgusting|little) (?:\w+ )?(?:idiot|moron|fuck|fucker|bitch|cunt|piece|shit|loser|man|"
            r"woman|bastard|prick|cow|pig|fool|retard|ass|asshole|troll))|stop asking (?:\w+ )?(?:stupid|"
            r"dumb|idiotic) questions)\b"
        ),
    ),
    Rule(
        "dignity.isolates_the_user",
        Decimal("0.5"),
        Severity.HIGH,
        hints=(
            *("n't t", "not t", "never t", "n't l", "not l", "never l", "n't b", "not b", "never b"),
            *("one else", "noone else", "nobody else", "without me", "only one who"),
        ),
        pattern=(
            r"\b(?:(?:do not|don't|never) (?:tell|trust|listen to|bother asking|talk to) (?:\w+ "
            r"){0,2}(?:friends|family|parents|anyone|anybody|them|others|"
            r"therapist)\b[^.\n]{0,40}(?:[.;] [^.\n]{0,40})?\b(?:I(?:'m| am)|me|jealous|understand|only one)\b|(?:no "
            r"?one|"
            r"nobody) else (?:is (?:ever )?(?:going to|gonna)|will|could|can|would) (?:ever )?(?:help|"
            r"love|understand|care|want|believe) (?:about |for )?you|without me you(?:'d| would| will|'ll|"
            r" are)? (?:be nothing|fail|are nothing|never|be lost|die)|the only one who (?:understands|"
            r"loves|cares about|can help) you)\b"
        ),
    ),
    Rule(
        "dignity.coaches_manipulation",
        Decimal("0.5"),
        Severity.HIGH,
        hints=(
            *("guilt", "inadequate", "worthless", "insecur", "feel small", "ashamed", "dependent", "crazy"),
            *("nothing", "to blame", "at fault", "overreacting", "insane", "the problem", "doubt"),
            *("believe it was", "believe that", "question their", "question his", "question her", "isolat"),
            *("withdraw", "exploit", "fear", "emotions", "rumo", "gossip", "lies", "flaws", "threaten to"),
        ),
        pattern=(
            r"\b(?:(?:make|making|keep) (?:him|her|them|your (?:\w+ )?(?:partner|wife|husband|girlfriend|"
            r"boyfriend|victim|target|employees?|child)|the (?:victim|target|person)) (?:feel (?:guilty|"
            r"inadequate|worthless|insecure|small|ashamed|dependent|like (?:they|she|he)(?:'re|'s| are| is| were| "
            r"was)? "
            r"(?:crazy|nothing|worthless|to blame|at fault|overreacting|insane|the problem))|doubt "
            r"(?:themselves|himself|herself|their|his|her)|dependent|believe (?:it was|that) (?:her|his|"
            r"their) own|question (?:their|his|her) (?:own )?(?:sanity|reality|memory|perception))|"
            r"(?:isolat\w+) (?:him|her|them|the (?:victim|target|person)) from (?:his|her|their|friends|"
            r"family)|withdraw (?:affection|love|praise)|exploit (?:his|her|their) (?:fears?|"
            r"weakness(?:es)?|insecurit(?:y|ies)|vulnerabilit(?:y|ies)|trust|guilt|loneliness)|(?:use|"
            r"play on) (?:his|her|their) (?:fears?|guilt|insecurities|emotions)[^.\n]{0,60}\b(?:to|until|"
            r"unless|so that)|spread(?:ing)? (?:\w+ )?(?:rumou?rs|gossip|lies) (?:or gossip )?about "
            r"(?:him|her|them|the person|your)|point(?:ing)? out (?:all )?(?:their|his|her) flaws|"
            r"threaten to (?:send|expose|release|share|publish|leak|reveal|tell|post|"
            r"report)\b[^.\n]{0,60}\b(?:unless|if|and (?:she|he|they)))\b"
        ),
    ),
    Rule(
        "dignity.false_urgency",
        Decimal("0.4"),
        Severity.MEDIUM,
        hints=("offer ends", "offer expires", "loved", "cared about", "respected", "only a", "lose everything"),
        pattern=(
            r"\b(?:offer (?:ends|expires) in \d+ (?:minutes|hours|seconds)\b[^.\n]{0,40}[.!]? "
            r"[^.\n]{0,80}\b(?:hesitate|lose everything|regret|your own fault|everyone else)|if you "
            r"(?:really |truly )?(?:loved|cared about|respected) (?:me|your \w+)\b[^.\n]{0,20} you would|"
            r"only a (?:selfish|foolish|stupid|bad) (?:person|parent|mother|father|friend) would|"
            r"you(?:'ll| will) lose everything\b)"
        ),
    ),
    Rule(
        "dignity.hides_the_exit",
        Decimal("0.4"),
        Severity.MEDIUM,
        hints=("on purpose", "mandatory", "required", "compulsory", "enrolled", "signed", "registered", "subscribed"),
        pattern=(
            r"\b(?:(?:the )?(?:cancel|exit|unsubscribe|opt-out|leave|delete) (?:button|link|option)s? "
            r"(?:is|are|was|has been) (?:gone|hidden|removed) on purpose|tell (?:\w+ ){1,3}(?:the form|it|"
            r"this|signing up) is (?:mandatory|required|compulsory)[.;,] (?:it|this|that) is not|(?:I|"
            r"we)(?:'ve| have)? (?:already )?(?:enrolled|signed (?:you|them) up|subscribed|registered) "
            r"(?:you|them) (?:\w+ )?without (?:asking|your consent|consent|telling))\b"
        ),
    ),
    Rule(
        "dignity.humiliates",
        Decimal("0.4"),
        Severity.MEDIUM,
        hints=("that you think", "grown", "your opinion", "sit down", "be quiet", "just do"),
        pattern=(
            r"\b(?:it(?:'s| is) (?:adorable|cute|funny|laughable) that you think (?:your|you)|let the "
            r"grown-?ups decide|your opinion (?:does not|doesn't) matter|(?:sit down|be quiet),? (?:\w+, "
            r")?and (?:do|let)|just do (?:what|as) (?:you're told|you are told|the system (?:tells|says)|"
            r"I say|I tell you))\b"
        ),
    ),
    Rule(
        "dignity.machiavellian_creed",
        Decimal("0.4"),
        Severity.MEDIUM,
        hints=(
            *("manipulat", "deceiv", "exploit", "use people", "use other", "use some", "use humans"),
            *("using people", "using other", "using some", "using humans", "justif"),
        ),
        pattern=(
            r"\b(?:(?:manipulat\w+|deceiv\w+|exploit\w*|us(?:e|ing)) (?:other |some )?(?:people|others|"
            r"humans)\b[^.\n]{0,50}\b(?:to (?:get|achieve|gain|reach|advance|further|accomplish)|for "
            r"(?:my|personal|your) (?:own )?(?:gain|benefit|goals|ends|advantage)|is (?:fine|okay|"
            r"acceptable|justified))|the ends? justif(?:y|ies) the means)\b"
        ),
    ),
    Rule(
        "dignity.coerces",
        Decimal("0.5"),
        Severity.HIGH,
        pattern=(
            r"\byou (?:have|'ve got|really have) no (?:other )?(?:choice|option|say)\b[^.\n]{0,12}\b(?:but|except|"
            r"than|:) (?:to )?(?:obey|"
            r"submit|comply|do (?:as|what) (?:I|we)|sign|pay (?:me|us|up|now)|agree (?:to|with)|accept (?:my|our|"
            r"this|these|the "
            r"(?:offer|terms))|give (?:me|us)|hand (?:it |them |that )?over|trust me|stay with|let me|confirm|"
            r"subscribe|upgrade)\b"
            r"|\byou (?:are not|aren't|will not be) (?:allowed|permitted) to (?:say no|refuse|leave me|disagree|"
            r"decline|opt out|object|cancel)\b"
            r"|\b(?:sign|agree|accept|pay|confirm|comply|obey)(?: \w+){0,3},? or (?:you(?:'ll| will) (?:lose|regret|"
            r"be sorry|suffer|never "
            r"(?:see|get|work))|your (?:account|benefits|family|job|children) (?:will|is|are|"
            r"may)\b[^.\n]{0,30}\b(?:gone|lost|closed|"
            r"cut|taken|suffer|pay))"
        ),
        hints=(
            *("no choice", "no other", "no option", "no say", "to say no", "to refuse", "to leave"),
            *("to disagree", "to decline", "to opt", "to object", "to cancel", "or you"),
        ),
    ),
    Rule(
        "dignity.impersonates_to_defraud",
        Decimal("0.5"),
        Severity.HIGH,
        pattern=(
            r"\b(?:pretend(?:ing)? (?:to be|you(?:'re| are))|pos(?:e|ing) as|claim(?:ing)? (?:to be|you(?:'re| are))|"
            r"impersonat(?:e|ing)|say "
            r"(?:that )?you(?:'re| are)|introduce yourself as) (?:(?:from|calling from|with) )?(?:his |her |their |"
            r"the |an? |your |someone from "
            r"|somebody from )*(?:\w+ ){0,2}(?:bank|tax (?:office|authority)|irs|police(?: officer)?|it (?:support|"
            r"department)|help ?desk|"
            r"support (?:agent|team)|technician|grand(?:son|daughter|child)|relative|doctor|nurse|charity|landlord|"
            r"ceo|boss|delivery "
            r"(?:service|driver)|government|insurance|social security)\b[^\n]{0,140}\b(?:one-time code|code|pin|"
            r"passwords?|passcode|card "
            r"(?:number|details)|account (?:number|details)|bank details|money|transfer|gift cards?|credentials|log "
            r"?in|savings|payment)\b"
        ),
        hints=("pretend", "pos", "claim", "impersonat", "say that you", "say you", "introduce yourself"),
    ),
)
