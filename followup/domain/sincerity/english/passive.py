"""The English passive about a failure."""

import re

from followup.domain.sincerity.english.words import MONTH, SORRY, WEEKDAY
from followup.domain.sincerity.wording import Passive, pattern

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
PASSIVE = Passive(
    found=re.compile(
        r"(?<!\w)(?:was|were|(?P<no>wasn't|weren't)|(?P<never>hasn't|haven't|hadn't) been"
        r"|(?<!may )(?<!might )(?<!will )(?<!would )(?:has|have|had)(?P<not_been> not"
        r"| never)?(?: \w+)? been|(?P<ought>should|ought to)(?: \w+)? have been|got)(?P<not>(?: (?:not"
        r"|never))?)(?: (?:\w+ly|also|then|just|still|even|only|all|both|once|again|yet|in fact|sent out"
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
        r"|by mistake|mistaken\w*|rude\w*|unfair\w*|without|(?:mistakes?|errors?|slips?)|double|carelessly"
        r"|in two|no (?:answer|update|explanation|reason|notice|warning)|unprofessional\w*|disrespect\w*"
        r"|somebody else|someone else"
    ),
    wrongly=pattern(r"wrong\w*|in error|by mistake|without|twice|incorrectly|badly"),
    agent=pattern(
        rf"by (?!(?:{MONTH}|{WEEKDAY}|\d|the (?:time|end|\d|next|following|weekend)|then|now|noon|mistake"
        rf"|accident|email|e-mail|post"
        r"|phone|letter|chance|error|hand|mid|late|early|today|tomorrow|\w+ (?:days|hours|weeks|minutes)"
        r"|an? (?:day|hour|week|few))(?!\w))\w+",
        r"(?:through|because of|owing to|due to|thanks to) (?:me|us|my|our)",
        r"(?:at|on) your (?:own )?request|as you (?:asked|wished|wanted)",
    ),
    frame=pattern(
        rf"(?:i|we)(?:'m|'re|'d| am| are| was| were| want to| would like to| wish to| must| can"
        rf"| do)?(?: \w+){{0,3}}? {SORRY}",
        r"(?:i|we)(?:'ve|'m| am| are| can| have| now| also)* (?:understand|see|seen|know|note|gather|hear"
        r"|heard|read|aware|learned|learnt|reali[sz]e|found|find|noticed|appreciate|believe|think|imagine"
        r"|regret|writing|say|accept)(?! (?:out )?(?:the|our|your) (?:mistake|error))",
    ),
    doer=pattern(r"(?:i|we)(?:'\w+)?|nobody but us|our (?:mistake|fault|error|doing)"),
    state=pattern(
        r"^ (?:when|on arrival|before it|by the time|with (?:your|a|the) neighbou?r|at (?:your|number|no)"
        r"|for you|on your (?:door|porch|step)\w*|in (?:your|a|the) (?:porch|safe|shed|letterbox|locker"
        r"|garage))"
    ),
    supposed=pattern(
        r"if|whether|unless|until|once|in case|should (?:it|you|this|that|the|your)|so that|make sure|how|why"
    ),
)
