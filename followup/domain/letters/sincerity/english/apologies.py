"""How English says sorry, well and badly."""

from followup.domain.letters.sincerity.english.words import MAY, SORRY, VERY
from followup.domain.letters.sincerity.wording import pattern, words

APOLOGY = pattern(
    r"sorry|apologi[sz](?:e|es|ing)|have apologi[sz]ed|apologies|(?:my|our|an|sincere|full"
    r"|heartfelt) apology(?! (?:of|from|on) )|(?:i|we)(?: \w+)? regret(?! to)|regrets",
    harmless=words(
        r"(?:no need|do not need|don't need|not have|don't have|need not|nothing"
        r"|reason) (?:to )?(?:for you to )?(?:say sorry|apologi[sz]e)(?: for)?",
        r"safe than sorry|feel sorry for",
        r"(?:an|my|our|the|another) apology (?:alone |by itself |on its own )?(?:does|is not|isn't|will not"
        r"|won't|cannot|can't|is only|would)",
    ),
)
_TROUBLE = (
    r"(?:distress|upset|offen[cs]e|confusion|disappointment|trouble|difficult(?:y|ies)|frustration"
    r"|misunderstanding|problems?|issues?|hurt|worry|concern|annoyance|delay|discomfort|stress|anxiety"
    r"|embarrassment|hassle)s?"
)
CONDITIONAL = pattern(
    rf"{SORRY}(?: to (?:you|hear|learn|see|read|anyone|everyone|all))?(?: (?:about|for) (?:it|this|that"
    rf"|what happened"
    r"|(?:the|any) \w+))?,? (?:if|in case|in the event|to the extent|should (?:you|this|it|we|our"
    r"|any))(?! (?:i"
    r"|we) (?:may|ask))",
    rf"(?<!\w)(?:if|in case)(?! you (?:have|would|want|like|need|wish))[^,.;?]{{3,80}},? (?:then )?(?:i"
    rf"|we)(?:'m|'re| am| are| can only| do| must| want to| would like to)?(?: {VERY})* (?:sorry"
    rf"|apologi[sz]e)",
    rf"{SORRY}(?: to (?:hear|learn|see|read))?(?: that)? you(?:'re| are| were|'ve been"
    rf"| have been)?(?: \w+ly| still| so)?"
    r" (?:fe(?:el|lt|eling)|upset|unhappy|disappointed|offended|dissatisfied|displeased|annoyed|angry"
    r"|frustrated|think|thought|believed?|perceived?|consider(?:ed)?|see it|saw it|took (?:it|this|that)"
    r"|misunderst\w+|misinterpreted|not (?:happy|satisfied|pleased))",
    rf"{SORRY} (?:about|for) (?:how|the way) you (?:feel|felt)",
    rf"{SORRY}(?: to (?:hear|learn|see|read))?(?: that)? you(?:'ve)?(?: have)? f(?:ou"
    rf"|i)nd[^.;,]{{1,40}} (?:unsatisfactory"
    r"|too \w+|disappointing|upsetting|frustrating|unacceptable|unhelpful|poor|rude|offensive|lacking"
    r"|inadequate)",
    rf"{SORRY}(?: that)? you(?:'ve)?(?: have)? (?:had|have|needed|were forced|felt the need|felt you had"
    rf"|been forced)"
    r" to (?:complain|raise|make (?:a|this|your) complaint|lodge|file|escalate)",
    rf"{SORRY}(?: that)? you(?:'ve)?(?: have)? had (?:reason|cause|occasion|grounds) (?:to|for)",
    rf"{SORRY}(?: that)? you (?:have )?(?:had|needed|were forced) to (?:contact|write to|reach out to"
    rf"|get in touch with|email) us"
    r"(?!,? (?:\w+ )?(?:times|twice))",
    rf"{SORRY} (?:for|about) any (?!(?:\w+ ){{0,2}}inconvenience)(?:\w+ )?(?:\w+ and )?{_TROUBLE}",
    rf"{SORRY} (?:for|about) (?:any |the |what |whatever )[^.;,]{{1,50}} {MAY}",
    rf"{SORRY} (?:for|about) (?:whatever|anything)",
    rf"{SORRY}(?: that)? (?:you|this|it|our \w+|we) (?:\w+ ){{0,2}}?{MAY}",
    harmless=words(
        r"any (?:\w+ )?inconvenience",
    ),
)
_SUBJECT_OF_AN_EXCUSE = (
    r"(?:i|we|you|he|she|it|they|this|that|these|those|there|the|our|your|my|his|her|a|an|as|please|in|with"
    r"|due|such|unfortunately|sadly|sometimes|given|since|because|at|on|things|mistakes|to|by|under"
    r"|customers?|what|when|if|all|some|most|even|every\w*|any\w*|unforeseen|snow|traffic)"
)
TURN = pattern(
    rf"{SORRY}.*?(?<!\w)(?:but|however|although|though|nevertheless|nonetheless|that said|having said that)",
    harmless=words(
        r"(?:nobody|no one|no-one|none|nothing|anything|all|anyone|who) (?:else )?but",
        r"last but not least",
        r"not (?:only|just|merely|simply|so much|because|for)[^.;]*? but",
        rf"not [^,.;]*? but(?! {_SUBJECT_OF_AN_EXCUSE}(?!\w))",
        r"but for (?:our|us|my|me|this|that|the (?:error|mistake|delay))",
        r"but also",
        r"however (?:long|much|many|small|big|often|hard|late|you|it)",
        r"(?:as|even) though",
        rf"{SORRY}(?: to say)?(?: that)? (?:i|we) (?:[^,;.]|,(?! ?(?:but|however|although"
        rf"|though)))*?,? but(?! {_SUBJECT_OF_AN_EXCUSE}(?!\w))",
        rf"{SORRY} (?:that )?[^;.]*? but (?:nobody|no one|no-one|none of us)(?: (?:came|called|answered"
        rf"|replied"
        r"|told|rang|turned|showed|did|was|got|here|at|in))",
    ),
)
_STRONG = (
    r"(?:truly|deeply|really|very|so|extremely|sincerely|terribly|incredibly|absolutely|utterly|profoundly"
    r"|genuinely|most|completely|totally|awfully|dreadfully|hugely|greatly|immensely|wholeheartedly"
    r"|exceptionally|particularly|especially|seriously|enormously|unreservedly|honestly|heartily)"
)
INTENSIFIERS = pattern(
    rf"{_STRONG}(?:,? and|,)? {_STRONG}(?: \w+|,)", harmless=words(r"so (?:that|far|i|we|you|it)", r"not so")
)
FORGIVENESS = pattern(
    r"forgive (?:us|me|our|my|this|the)|your forgiveness|(?:do not|don't) hold (?:it|this"
    r"|that) against (?:us|me)",
    r"(?:ask|asking|beg|hope|hoping|can|could|would)(?: \w+){0,4}? forgiv(?:e|eness)",
    r"(?:please|hope you(?:'ll| will| can)?|ask you to|beg you to|you(?:'ll| will)?) (?:\w+ )?(?:accept"
    r"|excuse) (?:my|our|us|me|this|these)(?: \w+){0,3}?(?: apolog(?:y|ies)|(?<=us)|(?<=me)| mistake| error"
    r"| delay)",
    r"pardon|(?:beg|ask for) your (?:pardon|indulgence)|find it in (?:your heart|you)|overlook (?:our|my"
    r"|this|the)|excuse (?:us|me)",
    harmless=words(
        r"(?:not|cannot|never|need not|nobody)(?: is)? (?:(?:need|have) to )?(?:forgive|(?:ask"
        r"|expect)(?:ing)?(?: you)?(?: to| for) forgiv\w+)",
    ),
)
