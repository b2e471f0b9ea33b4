"""Phrases that no English email should have: stock phrases, rules to hide behind, promises."""

from followup.domain.letters.sincerity.wording import Phrase, pattern, words

STOCK = (
    Phrase(
        pattern(
            r"any (?:\w+ ){0,2}inconveniences?",
            r"(?:the|this|your|all) (?:\w+ )?inconvenience(?= ?(?:[.,!;]|$|caused|you|this|that (?:this|it)"
            r"|and (?:thank|appreciate)|it (?:has|may)))",
        ),
        "Name what it cost them: “{apology}”",
    ),
    Phrase(
        pattern(
            r"your (?:call|custom|business|feedback|opinion|views?|satisfaction|loyalty|comfort|time"
            r"|patronage|experience|complaint|support|trust|happiness)(?: (?:is|are|means|remains|matters"
            r"|will always be)) (?:\w+ ){0,3}?(?:important|valued?|valuable|priorit\w+|concern|appreciated"
            r"|(?:lot|deal|world|everything)|to us)",
            r"(?:we|i) (?:\w+ )?(?:value|appreciate|cherish|treasure) your (?:\w+ )?(?:custom|business"
            r"|feedback|patronage|loyalty|opinion|input|patience|understanding|support|cooperation"
            r"|co-operation)",
            r"(?:we|i) (?:\w+ )?value you as an? \w+",
        ),
        "Leave it out: show it by what you do next.",
    ),
    Phrase(
        pattern(
            r"(?:we|i)(?:'re| are)?(?: \w+)? (?:strive|striving)",
            r"(?:we|i)(?: \w+)? (?:aim|endeavou?r|try|work hard|seek)(?: \w+)? to (?:provide|deliver|offer"
            r"|give|ensure) (?:\w+ ){0,3}?(?:best|excellent|excellence|great|highest?|outstanding"
            r"|exceptional|standards?|quality)",
            r"(?:pride ourselves|take (?:great |real )?pride in)",
            r"committed to (?:\w+ ){0,2}?(?:providing|delivering|offering|excellence|improving|quality"
            r"|customers?|(?:\w+ )?service|satisfaction)",
            r"exceed(?:ing)? (?:your|our customers'|customers?'?|all) expectations",
            r"(?:highest|usual|high) (?:possible )?(?:standards?|levels?|quality) of (?:\w+ )?(?:service"
            r"|care|quality)",
            r"go(?:ing)? above and beyond",
            r"(?:have )?come to expect(?: from us)?",
            r"at the (?:very )?heart of (?:everything|all|what) we do|(?:fell|fallen"
            r"|falls) short of (?:your|our|the) (?:\w+ )?(?:expectations?|standards?)"
            r"|customers? (?:always )?(?:come|comes|is|are) (?:first|king)",
            r"(?:always |constantly |continually |continuously )(?:looking|working|trying|striving"
            r"|seeking)(?: for ways)? to (?:improve|get better|do better)",
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
            r"best possible (?:service|experience|care)",
            r"(?:customers?|people|guests?) like you",
            r"every (?:customer|guest|patient|passenger) (?:matters|counts)",
            r"(?:we|i) value (?:you|every|each|all our|our customers)",
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
            r"(?:thank you|thanks|grateful) for your (?:continued )?(?:patience|understanding"
            r"|cooperation)(?: and (?:continued )?(?:patience|understanding|cooperation"
            r"|support))?(?= ?[.,!;]|$| in this matter| at this time| during this| while)",
        ),
        "Thank them for something they did, as in “Thank you for calling us on {day}.”",
    ),
    Phrase(
        pattern(
            r"circumstances (?:that (?:are|were) )?(?:beyond|outside|out of) our control",
            r"unforeseen (?:circumstances|events|issues|delays)",
            r"(?:unusually|unexpectedly|exceptionally)? ?high(?:er)?(?: than (?:usual|normal|expected"
            r"|average))? (?:call |order |contact |email )?volumes?(?: of (?:calls|orders|emails|enquiries"
            r"|messages))?",
            r"technical (?:difficulties|issues)",
            r"operational (?:reasons|issues|difficulties)",
        ),
        "Say what happened: name the thing, the day and who did it.",
    ),
)
RULES = pattern(
    r"(?:(?:our|company|store|shop|the|returns?|refunds?|hotel|this|per|standard|internal|existing|current"
    r"|by|against|booking|cancellation|under|with|to|a|is|of|strict|and|or|usual) )polic(?:y|ies)",
    r"(?:unfortunately|regrettably|sadly|regret(?:tably)?|(?:i'm|i am|we're"
    r"|we are) afraid)[^.;]{0,40}? (?:cannot|can't|can not|could not|couldn't|unable|not (?:able|possible"
    r"|permitted|allowed|in a position)|impossible)",
    r"(?:i|we)(?:'m|'re| am| are| were| was) (?:unfortunately|regrettably|sadly"
    r"|afraid)[^.;]{0,30}? (?:unable|not able)",
    r"(?:i|we)(?:'m|'re| am| are) (?:simply |just )?(?:unable to (?:\w+ )?(?:accommodate|process|honou?r"
    r"|offer|provide|issue|grant|comply|refund|make|waive|do|help|assist|accept|approve)|not (?:permitted"
    r"|allowed|authori[sz]ed|in a position|obliged|able) to)",
    r"(?:as per|per|under|according to|in (?:line|accordance|keeping) with|subject to|stated in|set out in"
    r"|by|see) (?:our|the|its)(?: \w+){0,2} (?:terms|rules|guidelines|procedures?|process|regulations"
    r"|conditions|contract|protocols?|small print)",
    r"(?:our|the)(?: \w+)? (?:rules|guidelines|procedures?|systems?|process|terms|regulations"
    r"|computer)(?: and conditions)? (?:do not|don't|does not|doesn't|will not|won't|did not|only|state"
    r"|require|say|prevents?) ?(?:that|let|allow|permit|us|me|allows?)?",
    r"(?:our |my )hands are tied",
    r"(?:it|that|this) is (?:simply )?not possible (?:for us )?under",
    r"standard (?:practice|procedure)",
    r"how (?:our|the) (?:\w+ ){0,2}(?:systems?|process|procedures?|rules) works?|rules are rules|(?:that's"
    r"|that is|those are) (?:just )?(?:our|the) (?:rules?|policy)",
    r"as per [^.;]{0,40}?polic(?:y|ies)",
    harmless=words(
        r"(?<!against )(?:our|company|house) policy(?: is)? to (?:pay|refund|replace|give|offer|call|answer"
        r"|send|tell|cover)",
        r"polic(?:y|ies) (?:(?:also|now) )?(?:gives?|lets?|allows?|entitles?|promises?|covers?"
        r"|protects?) (?:you|this|it)",
        r"polic(?:y|ies) (?:was|is|were|has been|has) (?:ours|mine|wrong|unfair|at fault|too|changed|not)",
        r"(?:i|we)(?: have|'ve)? (?:\w+ )?(?:changed|dropped|rewrote|rewritten|broke|ignored"
        r"|waived)(?: \w+){0,3}? polic(?:y|ies)",
        r"(?:hid(?:e|ing|den)?) behind(?: \w+){0,3}? polic(?:y|ies)",
        r"(?:insurance|your|his|her|life|home|car|travel)(?: \w+)? polic(?:y|ies)",
        r"polic(?:y|ies) (?:number|holder|document)s?",
        r"(?:without|not|never|no) (?:\w+ )?(?:a |any |our |the )?polic(?:y|ies)",
        r"(?:our|the)(?: \w+)? systems? (?:did not|does not|doesn't) (?!let|allow|permit)\w+",
    ),
)
PROMISES = pattern(
    r"never (?:happen|occur|be repeated)(?: to \w+)?(?: \w+){0,2}? ?(?:again)?",
    r"never (?:\w+ ){0,8}?again",
    r"(?:will not|won't|cannot|can't|does not|doesn't|should not|shouldn't|not|is not|isn't"
    r"|must not) (?:happen|occur|be repeated|repeat)(?:ed)?(?: itself)?(?: to you| to anyone"
    r"| to any \w+)?(?: again| in (?:the )?future| twice| a second time)",
    r"(?:prevent|avoid|stop) (?:this|it|that|such)(?: \w+){0,5}? (?:from )?(?:happening|occurring|recurring"
    r"|again|in future|in the future)",
    r"(?:(?:will|shall|can|must|to|'ll) (?:all )?(?:do|be|get|try to do|work to do|aim to do)) (?:much "
    r"|far |even )?better",
    r"do(?:ing)? better (?:next time|in (?:the )?future|from now on|going forward)",
    r"(?:will|'ll|shall|are going to|working to|work to|hard to) (?:\w+ )?improve(?! it by)",
    r"(?:learn|learned|learnt|learning)(?: \w+){0,4}? from (?:this|it|our|these|the|what)",
    r"(?:will not|won't|never|'ll not|not going to) let (?:you|this|it|that)(?: \w+){0,4} again",
    r"lessons? (?:have been |has been |were |was |will be )?(?:learn(?:ed|t))",
    r"(?:the )?next time (?:will|it will|'ll|we will)(?: be| do)?",
    r"(?:i|we) (?:promise|guarantee|assure you|vow|pledge)(?: you)?(?: that)? (?:this|it"
    r"|that)(?: \w+){0,3}? (?:again|better|different\w*|last time)",
    r"(?:is|be|was) (?:a one-off|an isolated (?:incident|case))",
    r"(?:nobody|no one|no-one|no (?:other )?\w+|none)(?: \w+){1,8} again",
    r"(?:from now on|in (?:the )?future),? (?:i|we)(?:'ll| will| shall)",
    r"(?:i|we)(?:'ll| will| shall) [^.;]{1,60} in (?:the )?future",
    r"(?:take|be|taking|being) (?:much |far )?more care(?:ful)?(?: \w+){0,3}",
    r"next time,? (?:i|we)(?:'ll| will| shall)",
    r"committed to (?:improv\w+|do(?:ing)? better|get(?:ting)? better|learning)",
    r"(?:steps|measures) (?:will be|are being|have been|shall be) (?:taken|put)|(?:take"
    r"|taking) (?:all )?(?:steps|measures) to",
    harmless=words(
        r"better than",
        r"never (?:have|had|has) to (?:\w+ ){0,8}?again",
        r"you (?:will|need|should|shall|'ll|would) never (?:hear|have|need)(?: \w+){0,8}? again",
    ),
)
