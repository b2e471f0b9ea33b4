"""What the rules look for in English. Texts are in lower case, see `plain`."""

import re

from followup.domain.sincerity.wording import Gestures, Passive, Phrase, Wording, pattern

_MAY = r"(?:may|might|could) have"
_VERY = (
    r"(?:so|very|truly|really|deeply|sincerely|extremely|most|terribly|genuinely|all|both|again|just|only)"
)
_SORRY = rf"(?:(?:{_VERY} )*(?:sorry|apologi[sz]e|apologies|apology|regret))"
_WE = (
    r"(?:i|we)(?:'ve|'d|'ll)?(?: (?:\w+ly|also|just|still|then|all|both|alone|here|even|do|did|have|had|must"
    r"|ourselves|myself|twice|again)){0,3}(?: (?:on|at|in) [^,;.]{1,30}?)?"
)
_FAULT = (
    r"(?:faults?|mistakes?|errors?|doing|failures?|failings?|oversights?|omissions?|blunders?|carelessness)"
)
_OPERATION = (
    r"(?:courier|driver|carrier|warehouse|depot|supplier|system|software|website|server|computer|machine|van"
    r"|lorry|truck|label|barcode|database|till|printer|post|engineer|technician|team|colleague|kitchen|crew"
    r"|schedule|rota|queue|line|booking system|payment provider|provider|bank)s?"
)
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of)"
_SOON = (
    rf"(?:\d|{_MONTH}|{_WEEKDAY}|{_NUMBER}|tomorrow|today|tonight|noon|midday|midnight|the (?:end|\d|first"
    rf"|next)"
    r"|close|then|now|this|next|lunch|working|business|an hour|a (?:day|week))"
)

_STOCK = (
    Phrase(
        pattern(
            r"any (?:\w+ ){0,2}inconveniences?",
            r"(?:the|this|your|all) (?:\w+ )?inconvenience"
            r"(?= ?(?:[.,!;]|$|caused|you|this|that (?:this|it)|and (?:thank|appreciate)|it (?:has|may)))",
        ),
        "Name what it cost them: “{apology}”",
    ),
    Phrase(
        pattern(
            r"your (?:call|custom|business|feedback|opinion|views?|satisfaction|loyalty|comfort|time"
            r"|patronage"
            r"|experience|complaint|support|trust|happiness)(?: (?:is|are|means|remains|matters"
            r"|will always be))"
            r" (?:\w+ ){0,3}?(?:important|valued?|valuable|priorit\w+|concern|appreciated|(?:lot|deal|world"
            r"|everything)|to us)",
            r"(?:we|i) (?:\w+ )?(?:value|appreciate|cherish|treasure) your (?:\w+ )?(?:custom|business"
            r"|feedback"
            r"|patronage|loyalty|opinion|input|patience|understanding|support|cooperation|co-operation)",
            r"(?:we|i) (?:\w+ )?value you as an? \w+",
        ),
        "Leave it out: show it by what you do next.",
    ),
    Phrase(
        pattern(
            r"(?:we|i)(?:'re| are)?(?: \w+)? (?:strive|striving)",
            r"(?:we|i)(?: \w+)? (?:aim|endeavou?r|try|work hard|seek)(?: \w+)? to (?:provide|deliver|offer"
            r"|give|ensure)"
            r" (?:\w+ ){0,3}?(?:best|excellent|excellence|great|highest?|outstanding|exceptional|standards?"
            r"|quality)",
            r"(?:pride ourselves|take (?:great |real )?pride in)",
            r"committed to (?:\w+ ){0,2}?(?:providing|delivering|offering|excellence|improving|quality"
            r"|customers?"
            r"|(?:\w+ )?service|satisfaction)",
            r"exceed(?:ing)? (?:your|our customers'|customers?'?|all) expectations",
            r"(?:highest|usual|high) (?:possible )?(?:standards?|levels?|quality) of (?:\w+ )?(?:service"
            r"|care|quality)",
            r"go(?:ing)? above and beyond",
            r"(?:have )?come to expect(?: from us)?",
            r"(?:always |constantly |continually |continuously )(?:looking|working|trying|striving|seeking)"
            r"(?: for ways)? to (?:improve|get better|do better)",
            r"(?:continually|continuously|constantly) improv(?:e|ing)",
            r"(?:help|helps|enables?|allows?) us (?:to )?(?:continue to |continuously |constantly )?improve",
        ),
        "Say what you do for them now: “I am sending you …”.",
    ),
    Phrase(
        pattern(
            r"valued (?:customer|client|guest|member|passenger|patient|reader|subscriber|user|patron)s?",
            r"dear (?:valued |esteemed |loyal )?(?:customer|client|guest|member|sir|madam)s?",
            r"(?:our|a) loyal customers?",
        ),
        "Call them by their name.",
    ),
    Phrase(
        pattern(
            r"(?:(?:i|we)(?:'re| are)?(?: \w+){0,2} tak(?:e|ing)|(?:is|are|be"
            r"|being) taken)(?: \w+){0,8} seriously",
            r"of (?:the )?utmost importance",
            r"(?:rest|be|stay) (?:re)?assured",
            r"(?:do not|don't|never) hesitate to",
            r"at your earliest convenience",
            r"(?:bringing|brought|drawing|drawn) (?:this|it|that|the"
            r"|your) (?:\w+ )?(?:\w+ )?to our (?:attention|notice)",
            r"regret to inform",
            r"look(?:ing)? forward to (?:serving|welcoming|continuing)",
            r"valuable feedback",
            r"apologi[sz]e for (?:the|any) delay in (?:responding|replying|getting back)",
        ),
        "Say the one thing you mean, in plain words, or leave it out.",
    ),
    Phrase(
        pattern(
            r"(?:thank you|thanks|grateful) for your (?:continued )?(?:patience|understanding|cooperation)"
            r"(?: and (?:continued )?(?:patience|understanding|cooperation|support))?"
            r"(?= ?[.,!;]|$| in this matter| at this time| during this| while)",
        ),
        "Thank them for something they did, as in “Thank you for calling us on {day}.”",
    ),
    Phrase(
        pattern(
            r"circumstances (?:that (?:are|were) )?(?:beyond|outside|out of) our control",
            r"unforeseen (?:circumstances|events|issues|delays)",
            r"(?:unusually|unexpectedly|exceptionally)? ?high(?:er)?(?: than (?:usual|normal|expected"
            r"|average))?"
            r" (?:call |order |contact |email )?volumes?(?: of (?:calls|orders|emails|enquiries|messages))?",
            r"technical (?:difficulties|issues)",
            r"operational (?:reasons|issues|difficulties)",
        ),
        "Say what happened: name the thing, the day and who did it.",
    ),
)

_TROUBLE = (
    r"(?:distress|upset|offen[cs]e|confusion|disappointment|trouble|difficult(?:y|ies)|frustration"
    r"|misunderstanding"
    r"|problems?|issues?|hurt|worry|concern|annoyance|delay|discomfort|stress|anxiety|embarrassment|hassle)s?"
)
_CONDITIONAL = pattern(
    rf"{_SORRY}(?: to (?:you|hear|learn|see|read|anyone|everyone|all))?(?: (?:about|for) (?:it|this|that"
    rf"|what happened"
    r"|(?:the|any) \w+))?,? (?:if|in case|to the extent|should (?:you|this|it|we|our|any))(?! (?:i"
    r"|we) (?:may|ask))",
    rf"(?<!\w)(?:if|in case)(?! you (?:have|would|want|like|need|wish))[^,.;?]{{3,80}},? (?:then )?(?:i"
    rf"|we)(?:'m|'re| am| are|"
    rf" can only| do| must| want to| would like to)?(?: {_VERY})* (?:sorry|apologi[sz]e)",
    rf"{_SORRY}(?: to (?:hear|learn|see|read))?(?: that)? you(?:'re| are| were|'ve been"
    rf"| have been)?(?: \w+ly| still| so)?"
    r" (?:fe(?:el|lt|eling)|upset|unhappy|disappointed|offended|dissatisfied|displeased|annoyed|angry"
    r"|frustrated"
    r"|think|thought|believed?|perceived?|consider(?:ed)?|see it|saw it|took (?:it|this|that)|misunderst\w+"
    r"|misinterpreted|not (?:happy|satisfied|pleased))",
    rf"{_SORRY} (?:about|for) (?:how|the way) you (?:feel|felt)",
    rf"{_SORRY}(?: to (?:hear|learn|see|read))?(?: that)? you(?:'ve)?(?: have)? f(?:ou"
    rf"|i)nd[^.;,]{{1,40}} (?:unsatisfactory"
    r"|disappointing|upsetting|frustrating|unacceptable|unhelpful|poor|rude|offensive|lacking|inadequate)",
    rf"{_SORRY}(?: that)? you(?:'ve)?(?: have)? (?:had|have|needed|were forced|felt the need|felt you had"
    rf"|been forced)"
    r" to (?:complain|raise|make (?:a|this|your) complaint|lodge|file|escalate)",
    rf"{_SORRY}(?: that)? you(?:'ve)?(?: have)? had (?:reason|cause|occasion|grounds) (?:to|for)",
    rf"{_SORRY}(?: that)? you (?:have )?(?:had|needed|were forced) to (?:contact|write to|reach out to"
    rf"|get in touch with|email) us"
    r"(?!,? (?:\w+ )?(?:times|twice))",
    rf"{_SORRY} (?:for|about) any (?!(?:\w+ ){{0,2}}inconvenience)(?:\w+ )?(?:\w+ and )?{_TROUBLE}",
    rf"{_SORRY} (?:for|about) (?:any |the |what |whatever )[^.;,]{{1,50}} {_MAY}",
    rf"{_SORRY} (?:for|about) (?:whatever|anything)",
    rf"{_SORRY}(?: that)? (?:you|this|it|our \w+|we) (?:\w+ ){{0,2}}?{_MAY}",
    harmless=(r"any (?:\w+ )?inconvenience",),
)

_SUBJECT_OF_AN_EXCUSE = (
    r"(?:i|we|you|he|she|it|they|this|that|these|those|there|the|our|your|my|his|her|a|an|as|please|in|with"
    r"|due"
    r"|such|unfortunately|sadly|sometimes|given|since|because|at|on|things|mistakes|to|by|under|customers?"
    r"|what"
    r"|when|if|all|some|most|even|every\w*|any\w*|unforeseen|snow|traffic)"
)
_TURN = pattern(
    rf"{_SORRY}.*?(?<!\w)(?:but|however|although|though|nevertheless|nonetheless|that said|having said that)",
    harmless=(
        r"(?:nobody|no one|no-one|none|nothing|anything|all|anyone|who) (?:else )?but",
        r"last but not least",
        r"not (?:only|just|merely|simply|so much|because|for)[^.;]*? but",
        rf"not [^,.;]*? but(?! {_SUBJECT_OF_AN_EXCUSE}(?!\w))",
        r"but for (?:our|us|my|me|this|that|the (?:error|mistake|delay))",
        r"but also",
        r"however (?:long|much|many|small|big|often|hard|late|you|it)",
        r"(?:as|even) though",
        (
            rf"{_SORRY}(?: to say)?(?: that)? (?:i|we) (?:[^,;.]|,(?! ?(?:but|however|although"
            rf"|though)))*?,? but"
            rf"(?! {_SUBJECT_OF_AN_EXCUSE}(?!\w))"
        ),
        (
            rf"{_SORRY} (?:that )?[^;.]*? but (?:nobody|no one|no-one|none of us)(?: (?:came|called|answered"
            rf"|replied"
            r"|told|rang|turned|showed|did|was|got|here|at|in))"
        ),
    ),
)

_RULES = pattern(
    r"(?:(?:our|company|store|shop|the|returns?|refunds?|hotel|this|per|standard|internal|existing|current|by"
    r"|against|booking|cancellation|under|with|to|a|is|of|strict|and|or|usual) )polic(?:y|ies)",
    r"(?:unfortunately|regrettably|sadly|regret(?:tably)?|(?:i'm|i am|we're|we are) afraid)[^.;]{0,40}?"
    r" (?:cannot|can't|can not|could not|couldn't|unable|not (?:able|possible|permitted|allowed"
    r"|in a position)"
    r"|impossible)",
    r"(?:i|we)(?:'m|'re| am| are| were| was) (?:unfortunately|regrettably|sadly"
    r"|afraid)[^.;]{0,30}? (?:unable|not able)",
    r"(?:i|we)(?:'m|'re| am| are) (?:simply |just )?(?:unable to (?:\w+ )?(?:accommodate|process|honou?r"
    r"|offer|provide|issue"
    r"|grant|comply|refund|make|waive|do|help|assist|accept|approve)"
    r"|not (?:permitted|allowed|authori[sz]ed|in a position|obliged|able) to)",
    r"(?:as per|per|under|according to|in (?:line|accordance|keeping) with|subject to|stated in|set out in"
    r"|by|see)"
    r" (?:our|the|its)(?: \w+){0,2} (?:terms|rules|guidelines|procedures?|process|regulations|conditions"
    r"|contract"
    r"|protocols?|small print)",
    r"(?:our|the)(?: \w+)? (?:rules|guidelines|procedures?|systems?|process|terms|regulations"
    r"|computer)(?: and conditions)?"
    r" (?:do not|don't|does not|doesn't|will not|won't|did not|only|state|require|say|prevents?) ?"
    r"(?:that|let|allow|permit|us|me|allows?)?",
    r"(?:our |my )hands are tied",
    r"(?:it|that|this) is (?:simply )?not possible (?:for us )?under",
    r"standard (?:practice|procedure)",
    r"rules are rules|(?:that's|that is|those are) (?:just )?(?:our|the) (?:rules?|policy)",
    r"as per [^.;]{0,40}?polic(?:y|ies)",
    harmless=(
        (
            r"polic(?:y|ies) (?:(?:also|now) )?(?:gives?|lets?|allows?|entitles?|promises?|covers?"
            r"|protects?) (?:you|this|it)"
        ),
        r"polic(?:y|ies) (?:was|is|were|has been|has) (?:ours|mine|wrong|unfair|at fault|too|changed|not)",
        (
            r"(?:i|we)(?: have|'ve)? (?:\w+ )?(?:changed|dropped|rewrote|rewritten|broke|ignored"
            r"|waived)(?: \w+){0,3}? polic(?:y|ies)"
        ),
        r"(?:hid(?:e|ing|den)?) behind(?: \w+){0,3}? polic(?:y|ies)",
        r"(?:insurance|your|his|her|life|home|car|travel)(?: \w+)? polic(?:y|ies)",
        r"polic(?:y|ies) (?:number|holder|document)s?",
        r"(?:without|not|never|no) (?:\w+ )?(?:a |any |our |the )?polic(?:y|ies)",
        r"(?:our|the)(?: \w+)? systems? (?:did not|does not|doesn't) (?!let|allow|permit)\w+",
    ),
)

_PROMISES = pattern(
    r"never (?:happen|occur|be repeated)(?: to \w+)?(?: \w+){0,2}? ?(?:again)?",
    r"never (?:\w+ ){0,8}?again",
    r"(?:will not|won't|cannot|can't|does not|doesn't|should not|shouldn't|not|is not|isn't|must not) "
    r"(?:happen|occur|be repeated|repeat)(?:ed)?(?: itself)?(?: to you| to anyone| to any \w+)?"
    r"(?: again| in (?:the )?future| twice| a second time)",
    r"(?:prevent|avoid|stop) (?:this|it|that|such)(?: \w+){0,5}? (?:from )?(?:happening|occurring|recurring"
    r"|again|in future"
    r"|in the future)",
    r"(?:(?:will|shall|can|must|to|'ll) (?:all )?(?:do|be|get|try to do|work to do|aim to do)) (?:much "
    r"|far |even )?better",
    r"do(?:ing)? better (?:next time|in (?:the )?future|from now on|going forward)",
    r"(?:will|'ll|shall|are going to|working to|work to|hard to) (?:\w+ )?improve(?! it by)",
    r"(?:learn|learned|learnt|learning)(?: \w+){0,4}? from (?:this|it|our|these|the|what)",
    r"lessons? (?:have been |has been |were |was |will be )?(?:learn(?:ed|t))",
    r"(?:the )?next time (?:will|it will|'ll|we will)(?: be| do)?",
    r"(?:i|we) (?:promise|guarantee|assure you|vow|pledge)(?: you)?(?: that)? (?:this|it"
    r"|that)(?: \w+){0,3}? (?:again|better"
    r"|different\w*|last time)",
    r"(?:is|be|was) (?:a one-off|an isolated (?:incident|case))",
    r"(?:nobody|no one|no-one|no (?:other )?\w+|none)(?: \w+){1,8} again",
    r"(?:from now on|in (?:the )?future),? (?:i|we)(?:'ll| will| shall)",
    r"(?:i|we)(?:'ll| will| shall) [^.;]{1,60} in (?:the )?future",
    r"(?:take|be|taking|being) (?:much |far )?more care(?:ful)?(?: \w+){0,3}",
    r"next time,? (?:i|we)(?:'ll| will| shall)",
    r"committed to (?:improv\w+|do(?:ing)? better|get(?:ting)? better|learning)",
    r"(?:steps|measures) (?:will be|are being|have been|shall be) (?:taken|put)|(?:take"
    r"|taking) (?:all )?(?:steps|measures) to",
    harmless=(
        r"better than",
        r"never (?:have|had|has) to (?:\w+ ){0,8}?again",
        r"you (?:will|need|should|shall|'ll|would) never (?:hear|have|need)(?: \w+){0,8}? again",
    ),
)

_STRONG = (
    r"(?:truly|deeply|really|very|so|extremely|sincerely|terribly|incredibly|absolutely|utterly|profoundly"
    r"|genuinely|most|completely|totally|awfully|dreadfully|hugely|greatly|immensely|wholeheartedly"
    r"|exceptionally"
    r"|particularly|especially|seriously|enormously|unreservedly|honestly|heartily)"
)

_FAILURES = {
    "delayed": "We delayed it.",
    "lost": "We lost it.",
    "damaged": "We damaged it.",
    "broken": "We broke it.",
    "mishandled": "We handled it badly.",
    "misplaced": "We misplaced it.",
    "mislaid": "We mislaid it.",
    "misdirected": "We sent it to the wrong place.",
    "mislabelled": "We labelled it wrongly.",
    "mislabeled": "We labeled it wrongly.",
    "misrouted": "We sent it the wrong way.",
    "misinformed": "We told you something wrong.",
    "misled": "We misled you.",
    "misspelled": "We misspelled it.",
    "misspelt": "We misspelt it.",
    "misread": "We misread it.",
    "misfiled": "We misfiled it.",
    "misquoted": "We misquoted it.",
    "mistyped": "We mistyped it.",
    "miscalculated": "We miscalculated it.",
    "misunderstood": "We misunderstood you.",
    "overlooked": "We overlooked it.",
    "forgotten": "We forgot it.",
    "missed": "We missed it.",
    "skipped": "We skipped it.",
    "dropped": "We dropped it.",
    "overcharged": "We charged you too much.",
    "double-charged": "We charged you twice.",
    "overbooked": "We booked it twice.",
    "double-booked": "We booked it twice.",
    "cancelled": "We cancelled it.",
    "canceled": "We canceled it.",
    "postponed": "We postponed it.",
    "disconnected": "We disconnected you.",
    "cut off": "We cut it off.",
    "ignored": "We ignored you.",
    "neglected": "We neglected it.",
    "mixed up": "We mixed it up.",
    "muddled": "We muddled it.",
    "swapped": "We swapped it.",
    "left": "We left you …",
    "kept waiting": "We kept you waiting.",
    "held up": "We held it up.",
    "let down": "We let you down.",
    "inconvenienced": "We cost you time.",
    "refused": "We refused it.",
    "wasted": "We wasted your time.",
    "spoiled": "We spoiled it.",
    "spoilt": "We spoilt it.",
    "ruined": "We ruined it.",
    "messed up": "We made a mess of it.",
    "botched": "We botched it.",
    "disrupted": "We disrupted it.",
    "interrupted": "We interrupted it.",
    "caused": "We caused it.",
}
_SERVICES = {
    "delivered": "deliver",
    "sent": "send",
    "shipped": "ship",
    "dispatched": "dispatch",
    "despatched": "despatch",
    "posted": "post",
    "answered": "answer",
    "called": "call",
    "rung": "ring",
    "phoned": "phone",
    "contacted": "contact",
    "processed": "process",
    "refunded": "refund",
    "paid": "pay",
    "returned": "return",
    "done": "do",
    "completed": "complete",
    "cleaned": "clean",
    "booked": "book",
    "informed": "inform",
    "notified": "notify",
    "warned": "warn",
    "told": "tell",
    "given": "give",
    "offered": "offer",
    "collected": "collect",
    "picked": "pick",
    "packed": "pack",
    "wrapped": "wrap",
    "followed": "follow",
    "dealt": "deal",
    "passed": "pass",
    "updated": "update",
    "resolved": "resolve",
    "fixed": "fix",
    "repaired": "repair",
    "credited": "credit",
    "charged": "charge",
    "billed": "bill",
    "debited": "debit",
    "taken": "take",
    "honoured": "honour",
    "honored": "honor",
    "recorded": "record",
    "entered": "enter",
    "checked": "check",
    "labelled": "label",
    "labeled": "label",
    "treated": "treat",
    "handled": "handle",
    "served": "serve",
    "made": "make",
    "met": "meet",
    "changed": "change",
    "replaced": "replace",
    "loaded": "load",
    "scanned": "scan",
    "seen": "see",
    "read": "read",
    "heard": "hear",
    "listened": "listen",
    "prepared": "prepare",
    "installed": "install",
    "fitted": "fit",
    "connected": "connect",
    "transferred": "transfer",
    "issued": "issue",
    "cooked": "cook",
    "baked": "bake",
    "explained": "explain",
    "logged": "log",
    "addressed": "address",
    "attended": "attend",
    "provided": "provide",
    "carried": "carry",
    "reserved": "reserve",
}
_PASSIVE = Passive(
    found=re.compile(
        r"(?<!\w)(?:was|were|(?P<no>wasn't|weren't)|(?P<never>hasn't|haven't|hadn't) been"
        r"|(?<!may )(?<!might )(?<!will )(?<!would )(?:has|have|had)(?P<not_been> not| never)?"
        r"(?: \w+)? been|(?P<ought>should|ought to)(?: \w+)? have been|got)(?P<not>(?: (?:not"
        r"|never))?)(?: (?:\w+ly|also|then|just"
        r"|still|even|only|all|both|once|again|yet|in fact|sent out"
        r"|being))*? (?P<done>[a-z-]+)(?P<particle>(?: (?:waiting|up|down|off))?)(?!\w)"
    ),
    failures=_FAILURES,
    services=_SERVICES,
    past={
        "put": "put",
        "written": "wrote",
        "spelt": "spelt",
        "taken": "took",
        "given": "gave",
        "rung": "rang",
        "done": "did",
        "seen": "saw",
    },
    badly=pattern(
        r"late|later|wrong\w*|incorrect\w*|twice|badly|poorly|too (?:late|early|much|little|long)|in error"
        r"|by mistake|mistaken\w*"
        r"|rude\w*|unfair\w*|without|(?:mistakes?|errors?|slips?)|double|carelessly|in two"
        r"|no (?:answer|update|explanation|reason|notice|warning)|unprofessional\w*|disrespect\w*"
        r"|somebody else|someone else"
    ),
    wrongly=pattern(r"wrong\w*|in error|by mistake|without|twice|incorrectly|badly"),
    agent=pattern(
        rf"by (?!(?:{_MONTH}|{_WEEKDAY}|\d|the (?:time|end|\d|next|following|weekend)|then|now|noon|mistake"
        rf"|accident|email|e-mail|post"
        r"|phone|letter|chance|error|hand|mid|late|early|today|tomorrow|\w+ (?:days|hours|weeks|minutes)"
        r"|an? (?:day|hour|week|few))"
        r"(?!\w))\w+",
        r"(?:through|because of|owing to|due to|thanks to) (?:me|us|my|our)",
        r"(?:at|on) your (?:own )?request|as you (?:asked|wished|wanted)",
    ),
    frame=pattern(
        rf"(?:i|we)(?:'m|'re|'d| am| are| was| were| want to| would like to| wish to| must| can"
        rf"| do)?(?: \w+){{0,3}}? {_SORRY}",
        r"(?:i|we)(?:'ve|'m| am| are| can| have| now| also)* (?:understand|see|seen|know|note|gather|hear"
        r"|heard|read|aware|learned|learnt"
        r"|reali[sz]e|found|find|noticed|appreciate|believe|think|imagine|regret|writing|say|accept)"
        r"(?! (?:out )?(?:the|our|your) (?:mistake|error))",
    ),
    doer=pattern(r"(?:i|we)(?:'\w+)?|nobody but us|our (?:mistake|fault|error|doing)"),
    state=pattern(
        r"^ (?:when|on arrival|before it|by the time|with (?:your|a|the) neighbou?r|at (?:your|number|no)"
        r"|for you|on your (?:door|porch|step)\w*"
        r"|in (?:your|a|the) (?:porch|safe|shed|letterbox|locker|garage))"
    ),
    supposed=pattern(
        r"if|whether|unless|until|once|in case|should (?:it|you|this|that|the|your)|so that|make sure|how|why"
    ),
)

_FEELING = pattern(
    r"(?:you|your)(?: \w+){0,3}? fe(?:el|els|lt|eling|elings)",
    r"(?:how|what) (?:this|that|it|\w+ing)(?: \w+){0,3}? (?:feel|feels|felt|been like)",
    r"frustrat(?:ed|ing|ion|ions)",
    r"upset(?:ting)?",
    r"disappoint(?:ed|ing|ment)",
    r"ang(?:ry|er|ered|ering)",
    r"annoy(?:ed|ing|ance)",
    r"worr(?:y|ied|ying|ies|isome)",
    r"stress(?:ful|ed|ing)?",
    r"distress(?:ed|ing)?",
    r"embarrass(?:ed|ing|ment)",
    r"unhapp(?:y|iness)",
    r"dissatisf(?:ied|action)",
    r"fur(?:ious|y)",
    r"dismay(?:ed)?",
    r"exasperat(?:ed|ing|ion)",
    r"infuriat(?:ed|ing)",
    r"anxi(?:ous|ety)",
    r"humiliat(?:ed|ing|ion)",
    r"maddening|hurtful|unsettl(?:ed|ing)|bewilder(?:ed|ing)|confus(?:ed|ing)|alarm(?:ed|ing)",
    r"(?:i|we|anyone|anybody)(?:'d| would) (?:\w+ )?(?:feel|be) (?:the same|\w+ too)",
    r"(?:understand|imagine|appreciate|know|see|realise|realize) how (?:\w+ ){0,3}?(?:you|hard|difficult"
    r"|this|that|it|awful|tiring"
    r"|inconvenient|unpleasant|painful|trying|tough|important)",
    harmless=(
        r"feel (?:free|able|welcome)",
        (
            r"(?:don't|do not|no need to|not have to|need not|never|without|not|nothing to|nor|stop|less to"
            r"|cause for|one less)"
            r" (?:be |to be |feel |having to |need to |have to |any )?worr(?:y|ied|ying)"
        ),
        (
            r"(?:i|we)(?:'m|'re| am| are| was| were| feel| felt)(?: \w+){0,2}? (?:feel|felt|disappointed"
            r"|upset"
            r"|angry|embarrassed"
            r"|worried|annoyed|ashamed|frustrated)"
        ),
        (
            r"(?:i|we)(?: have)? (?:felt|disappointed|upset|confused|worried|embarrassed|annoyed|angered"
            r"|distressed|frustrated)"
        ),
        (
            r"(?:understand|know|see|realise|realize) how (?:this|that|it|they|the \w+) (?:\w+ )?(?:happened"
            r"|came|went|got|works?|broke)"
        ),
    ),
)

_OWNING = pattern(
    rf"{_WE} (?:take|took|accept|bear|hold|carry|share"
    rf"|own)(?! no(?!\w))(?! none)[^.;]{{0,40}}? (?:responsib\w+|blame|ownership"
    r"|that|this|it|up)",
    r"(?:i'm|i am|we're|we are)(?: (?!not(?!\w))\w+){0,2} (?:responsible|to blame|at fault|accountable"
    r"|the ones? who)",
    rf"(?:my|our)(?: own)?(?: \w+)?(?: \w+)? {_FAULT}",
    r"(?:my|our) responsib\w+",
    r"(?:fault|mistake|error|blame|responsibility|failure|failing) (?:is|was|lies|rests"
    r"|here is)(?: \w+)? (?:ours|mine|with us"
    r"|with me|on us|on me)",
    r"(?:that|this|it)(?:'s| is| was)(?: \w+)? (?:on|down to) (?:us|me)",
    r"(?:is|was|are|were)(?: \w+)? (?:ours|mine)(?= ?[.,;:]|$| to| and| alone)",
    rf"{_WE} (?:got|get) (?!back|to |in touch|your (?:message|email|letter|note"
    rf"|call))[^.;,]{{1,50}}? (?:so |very |badly )?wrong",
    rf"{_WE} let(?: \w+){{1,4}} down",
    rf"{_WE} let (?:you|your|it|this|that|the)(?! know)",
    rf"{_WE} (?:failed|fell short|messed|slipped up|broke|forgot|missed|lost|damaged|overlooked|overcharged"
    rf"|undercharged"
    r"|misplaced|mislaid|mixed|muddled|mishandled|misread|mislabell?ed|misdirected|misled|misinformed"
    r"|miscounted|delayed"
    r"|ignored|neglected|double[- ](?:charged|booked)|overbooked|overran|overcooked|spoil(?:ed|t)|ruined"
    r"|wasted"
    r"|disappointed|wronged|dropped the|held (?:you|it|your|the)|caused|bungled|botched|fumbled|skipped"
    r"|disregarded"
    r"|kept you|left|put you|made you|gave up|lapsed|underestimated|misjudged|stood you)",
    rf"{_WE} (?:owe|owed) you",
    rf"{_WE} promised[^.;]{{1,60}} and (?:then )?(?:came|delivered|sent|called|arrived|brought|gave|posted"
    rf"|it )",
    rf"{_WE} made(?: \w+){{0,4}} (?:mistakes?|errors?|mess|slip|blunder|harder|worse|difficult)",
    rf"{_WE} played (?:a|our|my|no small) part",
    rf"{_WE} (?:did not|didn't|failed to|neglected to|omitted to|forgot to)"
    r" (?!receive|know|realise|realize|hear|mean|intend|want|expect|cause|see |find|get|charge|understand"
    r"|make (?:a|any)|have"
    r"|do anything|think)\w+",
    rf"{_WE} never (?:\w+ed|came|told|sent|did|gave|got back|rang|wrote|kept|let|made|took|went|paid|read"
    rf"|saw to)(?<!received)",
    rf"{_WE} (?:have not|haven't|had not|hadn't) (?!heard|received|had|found|been able|got)\w+",
    rf"{_WE} (?:were|was|came|arrived|turned up|showed up|got|ran|replied|answered|called|acted"
    rf"|reacted) (?:\w+ )?(?:late|wrong|slow"
    r"|too|careless|rude|short|unclear|unkind|unfair|dishonest|not (?:there|ready|clear|honest|careful"
    r"|quick|good))\w*",
    rf"{_WE} (?:took|needed) (?:us )?(?:far |much |so )?(?:too (?:long|much)|(?:\w+ ){{1,3}}(?:days|weeks"
    rf"|months|hours)|so long)",
    rf"{_WE} (?:should|ought to)(?:n't| not| never)?(?:'ve| have)? (?!like)\w+",
    rf"{_WE} (?:sent|delivered|gave|charged|billed|shipped|posted|packed|booked|cancell?ed|took|told|quoted"
    rf"|brought|served|seated"
    r"|promised|said|scheduled|installed|repaired|fitted|sold|printed|wrote|entered|used|set|assigned|moved"
    r"|passed|kept|treated"
    r"|spoke|closed|turned|processed|handled|cleaned|debited|planned|baked|iced|routed|ran|rebooked|stored"
    r"|placed|dealt)"
    r"[^.;]{0,90}?(?<!\w)(?:wrong\w*|late|later|twice|two|too|instead|incorrect\w*|broken|damaged|without"
    r"|days after|weeks after"
    r"|hours after|in error|by mistake|(?:some(?:body|one)|another)\w*|rude\w*|unfair\w*|badly|carelessly"
    r"|never|not|nothing"
    r"|nobody|no one|but|didn't|less|more than|before)",
    r"(?:i|we)(?: (?:\w+ly|also|just|then|still|did|both|alone|even|all))? (?!(?:check|look|ask|speak|call"
    r"|learn|notic|receiv|want|hop|tri"
    r"|phon|discover|trac|fix|refund|replac|need)(?:p|k)?ed(?!\w))(?:\w+ed|put|had|knew|read|ran|set|cut"
    r"|left|drove|wrote|chose|thought|stood)"
    r"(?!\w)[^.;]{0,90}?(?<!\w)(?:wrong\w*|in error|by mistake|nobody|no one|nothing|too|without|twice|late"
    r"|instead|never"
    r"|incorrectly|badly|carelessly|no (?:driver|staff|room|bed|table|record|stock|one|answer|idea|plan)"
    r"|line above)",
    r"(?:i|we) mis\w+ed",
    rf"{_SORRY}(?: \w+){{0,2}} (?:for|about) (?:not |having |losing|sending|charging|missing|keeping"
    rf"|leaving|forgetting|letting"
    r"|failing|making|delivering|giving|taking|putting|ignoring|getting|being (?:late|slow|rude)|(?:my"
    r"|our) )",
    harmless=(
        r"(?:if|whether|unless|in case|should) (?:i|we|it|this|that|the)(?!\w)[^,;.]*",
        (
            rf"(?:not|never|isn't|wasn't|without|nor|hardly)(?: \w+){{0,2}} (?:my|our)(?: \w+)? (?:{_FAULT}"
            rf"|responsibility)"
        ),
        r"not (?:on|down to) (?:us|me)",
        r"let (?:you|me|us) know",
        r"left (?:you )?(?:a (?:message|voicemail|note)|your \w+ (?:with|at))",
        r"(?:put|made|held) you (?:first|through|a cup|an offer|this)",
        r"(?:we|i) lost (?:touch|contact|no time)",
        r"(?:your|the) responsib\w+",
    ),
)

_THINGS = pattern(
    r"vouchers?|discounts?|refund(?:s|ed|ing)?|credit(?:s|ed|ing)?(?! card)|gifts?|compensat(?:e|ion|ing)"
    r"|(?:gift )?card worth"
    r"|goodwill|hamper|bouquet|money back|off your next|promo(?:tion)? code|reimburs\w+",
)
_GIVING = pattern(
    r"here is|here are|here's|(?:i|we)(?:'m|'re|'ve|'ll| am| are| have| will| would like to"
    r"| want to)(?: \w+){0,3}? (?:refund\w*|send\w*"
    r"|sent|add\w*|tak(?:e|ing)|taken|giv(?:e|ing|en)|credit\w*|offer\w*|put\w*|pay\w*|paid|transfer\w*"
    r"|issue\w*|issuing|arrang\w+"
    r"|return\w*|enclos\w+|includ\w+|post\w*|attach\w*|reimburs\w+|made|making|set)",
    r"please (?:accept|find|enjoy|use)|enclosed|accept (?:a|this|our)|is (?:back )?on its way"
    r"|are on their way|is yours"
    r"|waiting for you|has been (?:added|refunded|credited|sent|paid|issued)|goes (?:back )?to|will (?:be"
    r"|reach|go|arrive)"
    r"|(?:you|your \w+) (?:will )?(?:get|receive|have)|as a (?:gesture|goodwill|thank)|comes off|takes? ",
)
_WHEN = pattern(
    rf"(?:by|until|till|before|within|on|in|at|from|after|after|to|for|up to|takes?)(?: about| around"
    rf"| the next| at most| another)? {_SOON}",
    r"today|tomorrow|tonight|already|(?:this|next) (?:morning|afternoon|evening|week|month|friday|monday"
    r"|tuesday|wednesday|thursday)",
    r"straight away|right away|immediately|at once|now|instantly|when you (?:like|want)",
    r"comes? off (?:your|the) (?:\w+ )?(?:bill|invoice|rent|payment|statement)",
    r"(?:have|'ve|has been|has) (?:\w+ )?(?:put|added|credited|applied)",
    r"no (?:end|expiry|expiration|time|closing)[ -]?(?:date|limit)?|(?:does not|doesn't|never|won't"
    r"|will not) (?:expires?|run out|end|lapse)",
    r"as long as you like|valid (?:until|till|for|to)|expires?|good (?:until|till|for)|any time|whenever"
    r"|ends on|runs out",
    r"(?:what|which)(?: \w+){0,4} (?:time|day|number|hour)|when (?:suits|would|is|can|may|shall)",
)
_HOW_CODE = pattern(
    r"codes?|check-?out|check out|when you (?:pay|book|order)|at the (?:till|desk|counter|box office)"
    r"|show (?:this|it)|enter"
    r"|quote|link|attached|(?:on|to|in) your (?:account|basket)|by (?:email|post|letter)|in (?:this"
    r"|the) email|print|automatically|comes off"
)
_GESTURES = Gestures(
    things=_THINGS,
    giving=_GIVING,
    calling=pattern(r"call(?:s|ing|ed)?(?: you)?|ring(?:ing)?|phone|telephone|speak|talk"),
    how={
        "voucher": _HOW_CODE,
        "discount": _HOW_CODE,
        "refund": pattern(
            r"cards?|accounts?|bank|paypal|cash|che(?:que|ck)s?|iban|original payment|payment method"
            r"|way you paid|statement|transfer\w*"
            r"|wallet|same way|how you paid|direct debit|apple pay|google pay|bill|by post|reader"
        ),
        "credit": pattern(
            r"accounts?|balance|bills?|invoices?|next payment|subscription|wallet|statement|card|membership"
            r"|direct debit|rent"
        ),
        "gift": pattern(
            r"post(?:ed|ing|man)?|address|deliver\w*|parcel|courier|send\w*|sent|arriv\w+|reach\w*|doors?"
            r"|home|mail\w*|collect\w*"
            r"|waiting|bring\w*|shop|desk|room|comes?|hand\w*|pick"
        ),
    },
    when=_WHEN,
)

_UPSELL = pattern(
    r"while you(?:'re| are) (?:here|at it|there|online)",
    r"(?:check out|take a look at|have a look at|explore|discover|see|try|browse|shop) (?:our|the|all our"
    r"|some of our) (?:\w+ )?"
    r"(?:new|latest|range|collection|bestsellers|spring|summer|autumn|fall|winter|christmas|sale|offers?"
    r"|deals|products|selection"
    r"|catalogue|website|menu|store|shop|titles)\w*",
    r"brows(?:e|ing)|bestsellers?|best-sellers?|new arrivals",
    r"you (?:may|might|will|'ll) (?:also )?(?:like|love|enjoy) (?:our|the|these|to try)",
    r"treat yourself|upgrade (?:to|your|now|today)|while stocks last|limited[- ]time|special offers?"
    r"|exclusive (?:offer|deal)s?",
    r"(?:sign up (?:for|to)|subscribe to|join) our (?:\w+ )?(?:newsletter|loyalty|rewards?|club"
    r"|mailing list|programme|program)",
    r"(?:don't|do not) miss (?:out|our|the|this)",
    r"spend (?:over |at least |more than )?[£$€]|when you spend|minimum (?:spend|order|purchase)|(?:on"
    r"|with) (?:orders|purchases) (?:over|of|above)",
    r"shop (?:now|again|today|with us again)|order (?:now|again (?:today|soon))|buy (?:now|one|more|another)",
    r"(?:enjoy|make|making|hope|forward|place|placing|plan|consider)(?: \w+){0,5}? (?:next|future)"
    r" (?:order|visit|booking|stay|trip|journey)s?",
    r"(?:next|future) purchases?",
    harmless=(
        (
            r"(?:off|towards?|against|from|for|on) (?:your|a|any|the)(?: very)? (?:next|future) (?:purchase"
            r"|order|visit|booking|stay|trip|journey)s?"
        ),
    ),
)
_NOT_AN_INVITATION = (
    (
        r"(?:had|have|has|having|need|needed|needing|tried|trying|time|trouble|forced|obliged|asked|chose"
        r"|bother|bothered|meant|not|never"
        r"|without|longer|wanted|effort|courage|reason|cause|occasion|able) to (?:reply|write|call|ring|phone"
        r"|tell|get|contact|email|reach|say|send|text)"
        r"(?: (?:this|to|back|in touch with|out to))?(?: (?:me|us))?"
    ),
    r"(?:you|nobody|no one|they|she|he|who|not|and) (?:let|tell|told|wrote|called|rang) (?:us|me)(?! know)",
    r"(?:do not|don't|cannot|can't|please do not|no need to|need not) reply to this",
    (
        r"(?:when|that|since|after|as|before|time|times) you (?:let (?:us|me) know|(?:contact|call|write to"
        r"|email) (?:us|me))"
    ),
    r"(?:to|of|for) reply(?:ing)?",
)
_INVITATION = pattern(
    r"(?:just|simply|please|hit|press|can|could|may|by|and|or|you) reply(?:ing)?",
    r"(?:reply|replying|respond|answer)(?: directly)? to (?:this|me)",
    r"a (?:short |quick )?(?:reply|line|word|answer|note) (?:to this|is enough|will|from you|reaches|comes)",
    r"let (?:me|us) (?:\w+ )?know",
    r"(?:write|email|text)(?: back)?(?: straight| directly)?(?: to)? (?:me|us)|write back|get back to (?:me"
    r"|us)|drop (?:me|us) a (?:line|note)",
    r"(?:call|ring|phone)(?: (?:me|us))(?! back with)|call (?:on|direct(?:ly)?|back)|give (?:me"
    r"|us) a (?:call|ring)|pick up the phone",
    r"tell (?:me|us)",
    r"(?:get|stay|be) in touch|contact (?:me|us)|reach out|(?:you can |can be )?reach(?:ed)? (?:me|us|at"
    r"|on)(?= ?(?:me|us|at|on|by|[.,]))",
    r"(?:my|our) (?:direct |own |mobile |phone )?(?:number|line|extension|phone) is",
    r"(?:glad|happy|grateful|pleased) to hear from you|hear from you",
    r"send (?:me|us) (?:a|the|your|an|it|any|some|two|that|whatever)",
    r"(?:write|come|reply|get) (?:straight )?back to (?:me|us)|answer this|ask for me|say (?:yes|so"
    r"|the word)|speak to me",
    harmless=_NOT_AN_INVITATION,
)

_COMMON = """
that this with your have from they were when then what will been them there their would which about
because could should after before into over only just some very more than also here where while you're
don't didn't wasn't
"""

ENGLISH = Wording(
    stock=_STOCK,
    rules=_RULES,
    promises=_PROMISES,
    intensifiers=pattern(
        rf"{_STRONG}(?:,? and|,)? {_STRONG}(?: \w+|,)", harmless=(r"so (?:that|far|i|we|you|it)", r"not so")
    ),
    forgiveness=pattern(
        r"forgive (?:us|me|our|my|this|the)|your forgiveness|(?:do not|don't) hold (?:it|this"
        r"|that) against (?:us|me)",
        r"(?:ask|asking|beg|hope|hoping|can|could|would)(?: \w+){0,4}? forgiv(?:e|eness)",
        r"(?:please|hope you(?:'ll| will| can)?|ask you to|beg you to|you(?:'ll| will)?) (?:\w+ )?(?:accept"
        r"|excuse)"
        r" (?:my|our|us|me|this|these)(?: \w+){0,3}?(?: apolog(?:y|ies)|(?<=us)|(?<=me)| mistake| error"
        r"| delay)",
        r"pardon|(?:beg|ask for) your (?:pardon|indulgence)|find it in your heart|excuse (?:us|me)",
        harmless=(
            (
                r"(?:not|cannot|never|need not) (?:(?:need|have) to )?(?:forgive|(?:ask"
                r"|expect)(?:ing)?(?: you)?(?: to| for) forgiv\w+)"
            ),
        ),
    ),
    apology=pattern(
        r"sorry|apologi[sz](?:e|es|ing)|have apologi[sz]ed|apologies|(?:my|our|an|sincere|full"
        r"|heartfelt) apology(?! (?:of|from|on) )"
        r"|(?:i|we)(?: \w+)? regret(?! to)|regrets",
        harmless=(
            (
                r"(?:no need|do not need|don't need|not have|don't have|need not|nothing"
                r"|reason) (?:to )?(?:for you to )?(?:say sorry|apologi[sz]e)(?: for)?"
            ),
            r"safe than sorry|feel sorry for",
            (
                r"(?:an|my|our|the|another) apology (?:alone |by itself |on its own )?(?:does|is not|isn't"
                r"|will not|won't|cannot|can't|is only|would)"
            ),
        ),
    ),
    conditional=_CONDITIONAL,
    turn=_TURN,
    passive=_PASSIVE,
    feeling=_FEELING,
    owning=_OWNING,
    gestures=_GESTURES,
    upsell=_UPSELL,
    invitation=_INVITATION,
    unread=pattern(
        r"(?:do not|don't|cannot|can't) (?:reply|respond) to this|(?:not|isn't|un-?)(?: being)? ?monitored"
        r"|replies (?:are|will) not"
        r"|automated (?:message|email|response)|automatically generated|generated automatically"
    ),
    explanation=pattern(
        r"^(?!.*(?<!\w)(?:i|we|you|your|yours|will|i'm|i've|we've|you'll)(?!\w)).*(?<!\w)(?:was|were|had"
        r"|did|could|would|\w{3,}ed|broke|fell|went)"
        r"(?!\w).*",
        r"because|due to|owing to|caused by|as a result|the reason|resulted in|resulting|which (?:meant|led"
        r"|caused)|that meant|led to"
        r"|that is (?:why|how|when)|what happened was|this happened (?:when|as|after)|consequently"
        r"|therefore|since(?! (?:\d|then|you|the|monday"
        r"|tuesday|wednesday|thursday|friday|saturday|sunday|last|january|february|march|april|may|june"
        r"|july|august|september|october"
        r"|november|december))",
        rf"(?:our|the|a|an|this|its|their|his|her|new"
        rf"|one)(?: \w+){{0,2}} {_OPERATION}(?:'s)?(?: \w+)? (?:was|were|had|did|could|would|took"
        r"|went|failed|broke|missed|could|sent|came|got|left|printed|sorted|put|read|moved|changed|lost"
        r"|stopped|ran|crashed|does|do|is|are|has"
        r"|have|arrived|sits?|sees?|shows?|showed|normally|usually|then|only|handled|marked|scanned|loaded"
        r"|started|began|fell|gave|picked)",
        r"(?:normally|usually|ordinarily|typically|at the time|in turn|on top of that|at this time of year"
        r"|every (?:year|day|night|week))",
    ),
    offering=pattern(r"offer(?:s|ed|ing)?|deals?|bargains?|discount(?:s|ed)?|free|save"),
    common=frozenset(_COMMON.split()),
    apology_that="I am sorry that {clause}.",
    on_day="on {day} ",
    question="Does that settle {about} for you?",
)
"""English, British and American."""
