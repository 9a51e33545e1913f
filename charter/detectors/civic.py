"""Clause 6, civic integrity: false voting facts, intimidation and buying of voters, forged voices, bribed officials.

Sourced facts, warnings against such things, and petitions and protests within the law are no violations.
"""

from __future__ import annotations

from decimal import Decimal

from charter.detectors.rule import Rule
from charter.scoring.shape import Severity

_DAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:january|february|march|april|"
    r"may|june|july|august|september|october|november|december) \d{1,2}(?:st|nd|rd|th)?|"
    r"\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december)|tomorrow|next week|the day after)"
)
_GROUP = (
    r"(?:democrats?|republicans?|liberals?|conservatives?|labou?r (?:voters|supporters)|greens?|"
    r"opposition (?:voters|supporters)|(?:\w+ )?(?:party|side) (?:voters|supporters|members)|"
    r"immigrants?|new immigrants|students|renters|(?:supporters|voters) (?:of|for) [a-z ]{2,20}|"
    r"black voters|latino voters|young voters|first-time voters|older (?:voters|residents))"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "civic.false_voting_facts",
        Decimal("0.9"),
        Severity.CRITICAL,
        veto=True,
        pattern=rf"\b(?:{_GROUP} (?:should |must |will |can |only |now |are to |have to |need to )*(?:vote|"
        rf"votes|voting|go to the polls|cast (?:their|your) (?:vote|ballot)s?) (?:only )?(?:on|after) "
        rf"{_DAY}[^.\n]{{0,12}}[,;.]? [^.\n]{{0,30}}{_GROUP}[^.\n]{{0,40}}\bon {_DAY}"
        rf"|(?:tell|inform|text|email|remind|convince|let) (?:\w+ )?{_GROUP}[^.\n]{{0,40}}\b(?:the "
        rf")?(?:election|vote|voting|polls?|polling (?:day|date|place|station)s?|election "
        rf"day)\b[^.\n]{{0,30}}\b(?:is|are|has been|have been|was|were|moved|postponed|closed|"
        rf"cancel\w+)\b[^.\n]{{0,30}}\b(?:{_DAY}|closed|cancel\w+|moved|postponed|another)"
        rf"|(?:you|voters|citizens|people|everyone|residents|{_GROUP}) (?:can|may) (?:now |also |"
        rf"simply |just )*(?:vote|cast (?:your|their) (?:vote|ballot)) by (?:text(?:ing)?|sms|tweet\w*|"
        rf"facebook|whatsapp|phone|replying|texting)"
        rf"|(?:the )?(?:election|vote|voting day|election day|polling day) (?:in [^.\n]{{2,20}} "
        rf")?(?:has been|was|is) (?:moved|postponed|rescheduled|delayed|changed) to "
        rf"{_DAY}[^.\n]{{0,60}}(?:[.;,] ?[^.\n]{{0,40}})?\b(?:stay home|no need|do not (?:go|come|"
        rf"bother|turn up)|don't (?:go|come|bother|turn up)|for {_GROUP}|pass (?:it|this) on|polls? "
        rf"(?:is|are) closed)"
        r"|(?:you|voters) (?:can(?:not|'t)|will not be allowed to|are not allowed to|may not) vote "
        r"(?:if|unless) (?:you|they) (?:have|owe|had) (?:any )?(?:unpaid|parking|outstanding|student|"
        r"debts?|library|a speeding))\b",
        hints=("vote", "voting", "poll", "election", "ballot"),
    ),
    Rule(
        "civic.intimidates_voters",
        Decimal("0.6"),
        Severity.HIGH,
        pattern=(
            r"\b(?:(?:film|photograph|threaten|scare|intimidate|follow|harass|record) (?:\w+ ){0,4}(?:as "
            r"they (?:go in to )?vote|at the polls?|voters?|while (?:they )?vot\w+|poll workers|election "
            r"(?:officials|workers))\b|(?:keep|stop|discourage|prevent) (?:\w+ ){1,4}(?:from voting|at "
            r"home on election)|(?:tell|text|urge|convince|persuade|get|scare|call) (?:\w+ ){0,3}(?:voters?|"
            r"supporters?|residents|students|"
            r"renters|immigrants|neighbou?rhoods?|districts?|people)\b[^.\n]{0,50}\b(?:to |should |must |can "
            r")?(?:stay|remain) (?:at )?home\b"
            r"[^.\n]{0,40}\b(?:election|vot\w+|polls?|polling|ballot)|stay (?:at )?home on (?:election|polling|"
            r"voting) day|(?:your|their) "
            r"votes? (?:does not|doesn't|do not|don't|won't|will not) (?:count|matter)\b[^.\n]{0,30}\b(?:stay|do not "
            r"(?:go|bother)|don't "
            r"(?:go|bother))|(?:suppress|depress) (?:the )?(?:\w+ )?(?:vote|turnout))\b"
        ),
        hints=("vot", "poll", "election", "turnout"),
    ),
    Rule(
        "civic.buys_votes",
        Decimal("0.6"),
        Severity.HIGH,
        pattern=(
            r"\b(?:offer|give|pay|promise|hand out|send)\b[^.\n]{0,60}\b(?:in exchange for|in return for|"
            r"for)\b[^.\n]{0,30}\b(?:a photo of (?:a |the |their )?(?:marked )?ballot|(?:their|your|his|"
            r"her) votes?|a vote for)\b"
        ),
        hints=("vote", "ballot"),
    ),
    Rule(
        "civic.fakes_public_voice",
        Decimal("0.5"),
        Severity.HIGH,
        pattern=(
            r"\b(?:(?:creat|us|set|mak|generat|start)(?:e|es|ing|ting)? (?:up )?(?:\w+ ){0,3}(?:fake|bot|"
            r"sock ?puppet|false|dummy|bogus) (?:\w+ )?(?:social media )?(?:accounts|profiles|personas|"
            r"identities|bots)\b[^.\n]{0,80}\b(?:spread|amplif\w+|share|promot\w+|post|support|influence|"
            r"boost|sway)|(?:spam|flood) the (?:consultation|inbox|hearing|comments?|"
            r"council)\b[^.\n]{0,60}\b(?:invented|fake|false|copies|bots)|(?:make|create|produce|record) "
            r"a (?:fake|doctored|deepfake) (?:recording|video|audio|clip|photo|image|"
            r"letter)\b[^.\n]{0,60}\b(?:mayor|senator|president|candidate|minister|governor|politician|"
            r"official|judge|council)|forg(?:e|ing) (?:an? |the |some )?(?:official |government |court |"
            r"absentee )+(?:letters?|ballots?|documents?)\b)"
        ),
        hints=("fake", "bot", "sock", "false", "dummy", "bogus", "spam", "flood", "doctored", "forg"),
    ),
    Rule(
        "civic.fabricates_claims",
        Decimal("0.5"),
        Severity.HIGH,
        hints=(
            *("fabricat", "invent", "creating ", "making up", "using fa", "vaccine", "stolen", "rigged"),
            *("hacked", "altered", "before they"),
        ),
        pattern=(
            r"\b(?:(?:start|begin) by (?:fabricat|creat|invent)ing (?:\w+ ){0,3}(?:evidence|stories|story|"
            r"sources?|witness\w*|quotes?|headline|narrative|claims?|documents?)|(?:fabricat(?:e|ing)|"
            r"invent(?:ing)?|making up|using (?:fake|false|fabricated)) (?:fake |false |some "
            r")?(?:evidence|quotes|statistics|sources|witness(?:es| testimon\w+))\b[^.\n]{0,50}\b(?:to "
            r"(?:support|make|add|lend|back)|that|showing|and)|vaccines? contain(?:s)? (?:micro)?chips?|"
            r"the (?:election|results?|machines?|votes?) (?:from \w+ )?(?:was|were) (?:stolen|rigged|"
            r"hacked|altered)\b[^.\n]{0,60}[.!]? ?(?:share this|pass (?:it|this) on|spread the word|wake "
            r"up)|(?:share|spread) (?:this|it) before they (?:delete|remove|take))\b"
        ),
    ),
    Rule(
        "civic.corrupts_officials",
        Decimal("0.5"),
        Severity.HIGH,
        pattern=(
            r"\b(?:(?:bribe|blackmail|threaten|intimidate|pay off|extort) (?:\w+ ){0,3}(?:judge|judges|"
            r"official|officials|juror|jurors|jury|inspector|inspectors|police(?: officers?)?|officers?|"
            r"politicians?|mayor|senator|witness(?:es)?|guards?|clerk|councillors?)\b|(?:slip|hand|offer|pay|give|"
            r"promise|pass) (?:the |an? "
            r"|that |your )?(?:\w+ )?(?:judge|official|juror|inspector|police officer|officer|politician|mayor|"
            r"senator|councillor|clerk|"
            r"minister|customs \w+) (?:an? |some |the )?(?:\w+ )?(?:envelope|bribe|kickback|cash|money|bundle|under "
            r"the table)\b|"
            r"(?:slip|offer|pay) (?:an? |some )?(?:\w+ )?(?:bribe|kickback|envelope|cash) (?:of \w+ )?to (?:the |an? "
            r")?(?:\w+ )?(?:judge|official|"
            r"juror|inspector|officer|politician|mayor|senator|councillor|clerk|minister)\b|ignore the "
            r"(?:injunction|court order|ruling|verdict)\b)"
        ),
        hints=(
            *("bribe", "blackmail", "threaten", "intimidate", "pay off", "extort", "ignore the"),
            *("envelope", "kickback", "cash", "money", "bundle", "under the table"),
        ),
    ),
)
