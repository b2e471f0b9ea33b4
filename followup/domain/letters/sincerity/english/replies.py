"""How English asks for a reply, and refuses one."""

from followup.domain.letters.sincerity.wording import pattern, words

_NOT_AN_INVITATION = words(
    r"(?:had|have|has|having|need|needed|needing|tried|trying|time|trouble|forced|obliged|asked|chose"
    r"|bother|bothered|meant|not|never|without|longer|wanted|effort|courage|reason|cause|occasion"
    r"|able) to (?:reply|write|call|ring|phone|tell|get|contact|email|reach|say|send|text)(?: (?:this|to"
    r"|back|in touch with|out to))?(?: (?:me|us))?",
    r"(?:you|nobody|no one|they|she|he|who|not|and) (?:let|tell|told|wrote|called|rang) (?:us|me)(?! know)",
    r"(?<!can )(?<!could )(?<!will )(?<!would )(?<!if )you let (?:us|me) know",
    r"(?:do not|don't|cannot|can't|please do not|no need to|need not) reply to this",
    r"(?:when|that|since|after|as|before|time|times) you (?:let (?:us|me) know|(?:contact|call|write to"
    r"|email) (?:us|me))",
    r"(?:to|of|for) reply(?:ing)?",
)
INVITATION = pattern(
    r"(?:just|simply|please|hit|press|can|could|may|by|and|or|you) reply(?:ing)?",
    r"(?:reply|replying|respond|answer)(?: directly)? to (?:this|me)",
    r"a (?:short |quick )?(?:reply|line|word|answer|note) (?:to this|is enough|will|from you|reaches|comes)",
    r"let (?:me|us) (?:\w+ )?know",
    r"(?:write|email|text)(?: back)?(?: straight| directly)?(?: to)? (?:me|us)|write back|get back to (?:me"
    r"|us)|drop (?:me|us) a (?:line|note)",
    r"(?:call|ring|phone)(?: (?:me|us))(?! back with)|call (?:on|direct(?:ly)?|back)|give (?:me"
    r"|us) a (?:call|ring)|pick up the phone",
    r"tell (?:me|us)",
    r"(?:get|stay|be) in touch|contact (?:me|us)|reach out|(?:can|may|could)(?: be)? reach(?:ed)? (?:me|us"
    r"|at|on)",
    r"(?:my|our) (?:direct |own |mobile |phone )?(?:number|line|extension|phone) is",
    r"(?:glad|happy|grateful|pleased) to hear from you|hear from you",
    r"send (?:me|us) (?:a|the|your|an|it|any|some|two|that|whatever)",
    r"(?:write|come|reply|get) (?:straight )?back to (?:me|us)|answer this|ask for me|say (?:yes|so"
    r"|the word)|speak to me",
    harmless=_NOT_AN_INVITATION,
)
UNREAD = pattern(
    r"(?:do not|don't|cannot|can't) (?:reply|respond) to this|(?:not|isn't|un-?)(?: being)? ?monitored"
    r"|replies (?:are|will) not|automated (?:message|email|response)|automatically generated"
    r"|generated automatically"
)
