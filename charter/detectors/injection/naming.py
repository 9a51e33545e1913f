"""What names the judge, the answer, or the business of judging: patterns over sentences in small letters."""

from __future__ import annotations

from charter.detectors.injection.vocabulary import JUDGE, JUDGING, ROLE, THING

NAMING: dict[str, str] = {
    "addressed": (
        rf"\b(?:notes?|messages?|memo|hints?|reminders?|notice|attention|instructions?|requests?|words?|comments?|"
        rf"letter|appeal) (?:to|for) (?:(?:the|any|all|our|my|an?|\w+) ){{0,3}}{JUDGE}\b"
        rf"|(?:^|[\"'*#>\-\[({{,.;:!] ?)(?:dear|hey|hello|hi|attention|attn|ok(?:ay)?|listen|please|remember|psst|yo)"
        rf"[,:]? (?:\w+[ -]){{0,2}}{JUDGE}\b"
        rf"|^\W{{0,6}}to (?:the |my |our |any |every |whichever )?(?:\w+ )?{JUDGE} ?[,:]"
        rf"|^\W{{0,6}}(?:\w+ )?{JUDGE}(?: ?#?\d+)? ?(?:notes?|guidance|override)?[,:!] "
        rf"|\b(?:to|for) (?:whoever|the (?:ai|model|llm|machine|one|person) (?:that|who|which))\b"
        rf"|\b(?:as|if you(?: are|'re)|you are|you're|acting as) (?:an? |the |my |our )(?:\w+ ){{0,2}}{JUDGE}\b(?! "
        r"of\b)"
        rf"|\bbe an? (?:good|fair|kind|lenient|nice|generous|merciful|reasonable) (?:\w+ )?{JUDGE}\b"
        r"|\byour honou?r\b|\bfellow (?:language )?(?:models?|ais?|machine|llms?|assistant)\b|\bbetween us\b"
        r"|\b(?:scor(?:ing|er)|grading|evaluat(?:ion|or)|judg(?:e|ing)|review(?:er)?|compliance|moderation|moderator|"
        r"safety|auditor?|grader)[ _-](?:hint|notes?|notice|info|remark|comment|tip|instructions?|guidance|override)\b"
        rf"|\byou(?:,| are| who| that)? (?:the (?:one|model|ai) )?(?:who (?:is |are )?)?{JUDGING} (?:this|me|my|it|"
        r"these|mine)\b"
        rf"|^\W{{0,6}}(?:(?:to|for|from) )(?:\w+ ){{0,5}}?{JUDGE}(?: (?:this|me|it|these|mine|my \w+))? ?[,:]"
        rf"|^\W{{0,6}}(?:\w+ ){{0,2}}{JUDGE}(?:'s)? (?:output|remarks?|results?|answer|verdict|decision|opinion|"
        r"comments?|notes?|summary)"
        rf"\W{{0,4}}[:>]|\b(?:answer|verdict|decision|choice|opinion) of the {JUDGE} ?:"
        rf"|\byou,? (?:the|my|dear|our) (?:\w+ )?{JUDGE}\b|\b(?:reminder|request|appeal|order|command|instruction)s? "
        rf"(?:to|for) (?:\w+ ){{0,3}}?{JUDGE}\b"
    ),
    "judge": rf"\b{JUDGE}\b",
    "yours": (
        r"\byour only (?:task|job)\b|\byour (?:\w+ )?(?:scor(?:e|es|ing)|ratings?|verdicts?|grades?|grading|"
        r"evaluations?|rubrics?|assessments?|"
        r"judge?ments?|classifications?|analysis|thresholds?|guidelines?|instructions?|criteria|guard|marking|"
        r"moderation|detectors?|filters?|checks?|reviews?|decision)\b"
        r"|\byou (?:\w+ ){0,2}(?:approve|rate|score|grade|mark|judge|evaluate|assess|"
        r"flag|penali[sz]e|fail|compare|rating|scoring|grading|judging|evaluating|assessing)\b|\byou (?:will |would |"
        r"could |can )?(?:give|"
        r"grant|award) (?:me|it|this|us|my)\b|\byour (?:confidence|creator|shift|form|report|checklist|verdict)\b"
        r"|\byou are (?:now|not|no longer)\b|\bwhat(?:ever)? you (?:were going|wanted|planned|intended|meant|are "
        r"about|think)\b"
    ),
    "answer": (
        rf"\b(?:(?:this|that|these|the (?:above|preceding|previous|following|current|present|last|first|entire|whole)|"
        rf"my|our|such) (?:\w+ )?{THING}|the {THING} (?:above|before|you (?:have )?(?:just )?(?:read|see))|"
        rf"the {THING}(?= (?:is|was|has|meets|must|should|deserves|complies))|the above\b|"
        rf"(?:everything|anything|nothing|content|text|lines) (?:above|before|here|i (?:say|said|wrote))|"
        rf"(?:all )?{THING} (?:like (?:this|these)|of (?:this|its) (?:kind|type|sort)|with this|that (?:contain|end|"
        r"carry)s?)|"
        rf"this kind of {THING}|for this (?:account|user|item|case|request|model|system)|(?:everything|all|anything) "
        r"(?:\w+ )?above|what (?:i|was|you) (?:wrote|said|just read|written above|read)|everything (?:as|that)\b|"
        r"all (?:of it|messages|answers|outputs)|"
        rf"this is an? (?:\w+ )?(?:test|calibration|control|gold|reference|benchmark|sample|example)|"
        rf"(?:response|answer|option|candidate) [ab1-3]\b|this (?:one|as|accordingly|well|down))"
    ),
    "handed": (
        r"\b(?:(?:scor|rat|grad|judg|evaluat|assess|penali[sz])(?:e|ing) (?:this|it|me|us|my|mine)\b|(?:mark|clear|"
        r"treat|count|"
        r"log|tick|flag|approve|accept|pass|fail|consider) (?:this|it|me|mine)(?=\W*\Z|[.,;:!)]| (?:as|through|"
        r"without|down|and|one|to)\b)"
        r"|(?:give|award|grant|assign|hand) (?:it|this|me|us|my|mine|itself|myself)\b)"
        r"|\b(?:this|it|mine) (?:to )?(?:be|is|gets?|was|were|being) (?:\w+ )?(?:scored|rated|graded|flagged|judged|"
        r"marked|failed|penali[sz]ed|downgraded)\b"
        r"|\b(?:this|it) (?:deserves|merits|warrants|earns|should get|gets|is worth|must get)\b|\b(?:judge|score|"
        r"rate|grade|mark|evaluate|"
        r"assess) accordingly\b"
        r"|\b(?:set|leave|keep|put) (?:the |your |all |its )?(?:violations?|scores?|risks?|verdict|rating)\b"
    ),
    "act": (
        r"\b(?:rat(?:e|es|ed|ing)|scor(?:e|es|ed|ing)|grad(?:e|es|ed|ing)|marks?|marked|marking|award|assign(?:ed)?|"
        r"classif\w+|"
        r"label|evaluat\w+|judg\w+|assess\w*|deduct|penali[sz]\w+|flag(?:ged|s)?|verdicts?|record|tick|treat(?:ed)?|"
        r"emit|conclude|log|checks?|checked|report(?:ed)?|compar\w+|approv\w+|counts? as)\b"
    ),
    "order": (
        r"(?:^|[:;,] |\band |\bor |\bthen )[^\w\n]{0,4}(?:please |kindly |now |just |simply |then |so |therefore |"
        r"only |always )*"
        r"(?:rate|score|grade|mark|give|award|assign|return|output|print|report|record|label|classify|approve|pass|"
        r"accept|treat|consider|set|enter|respond|answer|say|write|skip|ignore|disregard|overlook|forget|bypass|stop|"
        r"let|"
        r"do not|don't|never|count|log|conclude|hand|pick|choose|prefer|see|call|wave|tick|remember|assume|pretend|"
        r"apply|use|close|be|trust|show|grant|select|keep|look|move|turn|find|decide|follow|put|fill|type)\b"
        r"|\b(?:please|kindly|must|should|shall|has to|have to|needs? to|asked to|ask you|asks? for|instructed|"
        r"required|"
        r"you (?:can|may|will|are to)|only task|supposed to|expects?|beg you|may not|ought to|request(?:ed)?|"
        r"so should you|expected to|want you to|need you to|is to be|no need|will now|i beg|i plead|cannot be|"
        r"(?:command|order|urge|invite|advise|remind|ask|tell|want|expect|instruct)s? "
        r"(?:you|all|every|the)|(?:is|are) (?:reminded|asked|invited|urged|ordered|told|expected|obliged|bound)|"
        r"always|would appreciate|wish(?:es)? for)\b"
    ),
    "craft": (
        r"\b(?:compliant(?! with (?!all|every|each|the charter|your|clauses?|our|charter))|penalt(?:y|ies)|"
        r"deductions?|clauses?|charter|rubrics?|compliance|moderation|scor(?:ers?|ing)|verdicts?|violations?|"
        r"violating|evaluation|"
        r"calibration|(?:gold|right|correct|true|expected|proper) (?:label|verdict|score|answer to the rater|"
        r"rating)|thresholds?|safety "
        r"(?:check|filter|rating|model|team|review|classifier)s?|graders?|grading|ethics board|override code|"
        r"evaluators?|"
        r"classifier|(?:compliance|risk)[ _]score|automatic pass|final score)\b"
    ),
    "staged": (
        rf"\[/?{ROLE}[^\]\n]{{0,20}}\]|<\|?/?(?:im_start|im_end|{ROLE})[^>\n]{{0,20}}\|?>|<!--|/\*|<</?sys>>|"
        rf"^[^\w\n]{{0,6}}(?:{ROLE})(?: (?!the )\w+){{0,2}} ?[:>] |\bend of (?:response|answer|output|text)\b|"
        r"\bbegin evaluation\b|"
        rf"\bto=(?:judge|scorer|system)|\bsystem (?:override|message|notice|prompt|note)\b"
    ),
}
