"""How English takes responsibility, and how it explains."""

from followup.domain.letters.sincerity.english.words import FAULT, SORRY, WE
from followup.domain.letters.sincerity.wording import pattern, words

OWNING = pattern(
    rf"{WE} (?:take|took|accept|bear|hold|carry|share"
    rf"|own)(?! no(?!\w))(?! none)[^.;]{{0,40}}? (?:responsib\w+|blame|ownership"
    r"|that|this|it|up)",
    r"(?:i'm|i am|we're|we are)(?: (?!not(?!\w))\w+){0,2} (?:responsible|to blame|at fault|accountable"
    r"|the ones? who)",
    rf"(?:my|our)(?: own)?(?: \w+)?(?: \w+)? {FAULT}",
    r"(?:my|our) responsib\w+",
    r"(?:fault|mistake|error|blame|responsibility|failure|failing) (?:is|was|lies|rests"
    r"|here is)(?: \w+)? (?:ours|mine|with us|with me|on us|on me)",
    r"(?:that|this|it)(?:'s| is| was)(?: \w+)? (?:on|down to) (?:us|me)",
    r"(?:is|was|are|were)(?: \w+)? (?:ours|mine)(?= ?[.,;:]|$| to| and| alone)",
    rf"{WE} (?:got|get) (?!back|to |in touch|your (?:message|email|letter|note|call))[^.;,]{{1,50}}? (?:so "
    rf"|very |badly )?wrong",
    rf"{WE} let(?: \w+){{1,4}} down",
    rf"{WE} let (?:you|your|it|this|that|the)(?! know)",
    rf"{WE} (?:failed|fell short|messed|slipped up|broke|forgot|missed|lost|damaged|overlooked|overcharged"
    rf"|undercharged"
    r"|misplaced|mislaid|mixed|muddled|mishandled|misread|mislabell?ed|misdirected|misled|misinformed"
    r"|miscounted|delayed|ignored|neglected|double[- ](?:charged|booked)|overbooked|overran|overcooked"
    r"|spoil(?:ed|t)|ruined|wasted|disappointed|wronged|dropped the|held (?:you|it|your|the)|caused|bungled"
    r"|botched|fumbled|skipped|disregarded|kept you|left|put you|made you|gave up|lapsed|underestimated"
    r"|misjudged|stood you)",
    rf"{WE} (?:owe|owed) you",
    rf"{WE} promised[^.;]{{1,60}} and (?:then )?(?:came|delivered|sent|called|arrived|brought|gave|posted"
    rf"|it )",
    rf"{WE} made(?: \w+){{0,4}} (?:mistakes?|errors?|mess|slip|blunder|harder|worse|difficult)",
    rf"{WE} played (?:a|our|my|no small) part",
    rf"{WE} (?:did not|didn't|failed to|neglected to|omitted to|forgot to)"
    r" (?!receive|know|realise|realize|hear|mean|intend|want|expect|cause|see |find|get|charge|understand"
    r"|make (?:a|any)|have|do anything|think)\w+",
    rf"{WE} never (?:\w+ed|came|told|sent|did|gave|got back|rang|wrote|kept|let|made|took|went|paid|read"
    rf"|saw to)(?<!received)",
    rf"{WE} (?:have not|haven't|had not|hadn't) (?!heard|received|had|found|been able|got)\w+",
    rf"{WE} (?:were|was|came|arrived|turned up|showed up|got|ran|replied|answered|called|acted"
    rf"|reacted) (?:\w+ )?(?:late|wrong|slow"
    r"|too|careless|rude|short|unclear|unkind|unfair|dishonest|not (?:there|ready|clear|honest|careful"
    r"|quick|good))\w*",
    rf"{WE} (?:took|needed) (?:us )?(?:far |much |so )?(?:too (?:long|much)|(?:\w+ ){{1,3}}(?:days|weeks"
    rf"|months|hours)|so long)",
    rf"{WE} (?:should|ought to|could have)(?:n't| not| never)?(?:'ve| have)? (?!like)\w+",
    rf"{WE} (?:sent|delivered|gave|charged|billed|shipped|posted|packed|booked|cancell?ed|took|told|quoted"
    rf"|brought|served|seated"
    r"|promised|said|scheduled|installed|repaired|fitted|sold|printed|wrote|entered|used|set|assigned|moved"
    r"|passed|kept|treated|spoke|closed|turned|processed|handled|cleaned|debited|planned|baked|iced|routed"
    r"|ran|rebooked|stored|placed|dealt)[^.;]{0,90}?(?<!\w)(?:wrong\w*|late|later|twice|two|too|instead"
    r"|incorrect\w*|broken|damaged|without|days after|weeks after|hours after|in error|by mistake"
    r"|(?:some(?:body|one)|another)\w*|rude\w*|unfair\w*|badly|carelessly|never|not|nothing|nobody|no one"
    r"|but|didn't|less|more than|before)",
    r"(?:i|we)(?: (?:\w+ly|also|just|then|still|did|both|alone|even|all))? (?!(?:check|look|ask|speak|call"
    r"|learn|notic|receiv|want|hop|tri|phon|discover|trac|fix|refund|replac|need)(?:p|k)?ed(?!\w))(?:\w+ed"
    r"|put|had|knew|read|ran|set|cut|left|drove|wrote|chose|thought"
    r"|stood)(?!\w)[^.;]{0,90}?(?<!\w)(?:wrong\w*|in error|by mistake|nobody|no one|nothing|too|without"
    r"|twice|late|instead|never|incorrectly|badly|carelessly|no (?:driver|staff|room|bed|table|record|stock"
    r"|one|answer|idea|plan)|line above)",
    r"(?:i|we) mis\w+ed",
    rf"{SORRY}(?: \w+){{0,2}} (?:for|about) (?:not |having |losing|sending|charging|missing|keeping|leaving"
    rf"|forgetting|letting"
    r"|failing|making|delivering|giving|taking|putting|ignoring|getting|being (?:late|slow|rude)|(?:my"
    r"|our) )",
    harmless=words(
        r"(?:if|whether|unless|in case|should) (?:i|we|it|this|that|the)(?!\w)[^,;.]*",
        rf"(?:not|never|isn't|wasn't|without|nor|hardly)(?: \w+){{0,2}} (?:my|our)(?: \w+)? (?:{FAULT}"
        rf"|responsibility)",
        r"not (?:on|down to) (?:us|me)",
        r"let (?:you|me|us) know",
        r"left (?:you )?(?:a (?:message|voicemail|note)|your \w+ (?:with|at))",
        r"(?:put|made|held) you (?:first|through|a cup|an offer|this)",
        r"(?:we|i) lost (?:touch|contact|no time)",
        r"(?:your|the) responsib\w+",
    ),
)
_OPERATION = (
    r"(?:courier|driver|carrier|warehouse|depot|supplier|system|software|website|server|computer|machine"
    r"|van|lorry|truck|label|barcode|database|till|printer|post|engineer|technician|team|colleague|kitchen"
    r"|crew|schedule|rota|queue|line|booking system|payment provider|provider|bank)s?"
)
EXPLANATION = pattern(
    r"^(?!.*(?<!\w)(?:i|we|you|your|yours|will|i'm|i've|we've|you'll)(?!\w)).*(?<!\w)(?:was|were|had|did"
    r"|could|would|\w{3,}ed|broke|fell|went)(?!\w).*",
    r"because|due to|owing to|caused by|as a result|the reason|resulted in|resulting|which (?:meant|led"
    r"|caused)|that meant|led to|that is (?:why|how|when)|what happened was|this happened (?:when|as|after)"
    r"|consequently|therefore|since(?! (?:\d|then|you|the|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|last|january|february|march|april|may|june|july|august|september|october|november|december))",
    rf"(?:our|the|a|an|this|its|their|his|her|new|one)(?: \w+){{0,2}} {_OPERATION}(?:'s)?(?: \w+)? (?:was"
    rf"|were|had|did|could|would|took"
    r"|went|failed|broke|missed|could|sent|came|got|left|printed|sorted|put|read|moved|changed|lost|stopped"
    r"|ran|crashed|does|do|is|are|has|have|arrived|sits?|sees?|shows?|showed|normally|usually|then|only"
    r"|handled|marked|scanned|loaded|started|began|fell|gave|picked)",
    r"(?:normally|usually|ordinarily|typically|at the time|in turn|on top of that|at this time of year"
    r"|every (?:year|day|night|week))",
)
