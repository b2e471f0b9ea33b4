"""Redacting foreign texts for the log: only reply codes and words that cannot identify anybody are kept.

A mail server repeats addresses, names and subjects in its replies, in any form; a colleague's reason may name
a customer. So there is no search for personal data: only words known to be harmless pass. The whole text is
in the database, for those who may read it.
"""

import re

_REPLY_CODE = re.compile(r"[245]\d\d|[245]\.\d{1,3}\.\d{1,3}")  # RFC 5321, section 4.2; RFC 3463
_OWN_REFERENCE = re.compile(r"[A-Z]-\d{4,9}")
_WORD = re.compile(r"(\W*)([\w.-]*\w)?(\W*)")
_ENDINGS = frozenset({".", ",", ":", ";", ""})
_LEFT_OUT = "…"

# Words that are also first names (may, will, mark, grace, …) are not in the list.
_COMMON = """
a about above abuse accept accepted access account action active address after again agent agreed all already
also an and another answered any anything apologises approval are arrived as ask asked asks at attempt auth
authenticated authentication back bad be because been before began begun below blacklisted block blocked
blocklisted body both bounce bounced bounces broken business busy but by call called calls cannot case
certificate changed check class client close closed closing code command complained complaint complaints
configured connect connected connection connections consent content correct credentials customer customers
daemon data date day days decided decides declined deferred delay delayed delivered delivery denied detected
did disabled disconnected discontinued discount disk distressed dkim dmarc dns does domain doubt down each
early ehlo else email emails enabled encrypted encryption end ended enough erased erasure error exceeded exist
exists experience expired failed failing failure fault few file files first follow for forgotten found from
full gesture go goes gone good greylisted greylisting had handshake hard has have held helo here host hostname
hour hours how hung if in inactive incoming instead internal invalid ip is issuer it its itself jobs just
known knows language large last late later left less like limit limited limits line link lint list listed
local locked log login long longer looks
log-in loop lost made mail mailbox manual marketing maximum message messages
method milter minute minutes missing moderation moment more most moved much must name named network never next
no nobody none not note nothing now number of off offers often ok on once one only open opened or order other
our ours out outside over own password path paused people per permanent permanently permission permitted
person person's phrase please policy pool port preceding previously problem processing promised protocol quota
quote rate reached read reads reason receive received recipient recipients redeemed refused reject rejected
relay relaying remaining removed reply reported reputation required reset resolved resources restored return
right route run running said same say schedule scheduled second seconds seems self-signed send sender sending
sends sent sequence series server servers service session sessions settled shorter shutdown shutting sign
signed sincerity size skipped slow smtp smtputf8 so soft some somebody something soon spam speaks spf starttls
step still stop stopped storage such suppressed suspended syntax system taken takes template temporarily
temporary text than that the their them there they this three tick time timed timeout times tls to told token
too transaction transmitting try trying twice unable unauthenticated unavailable unencrypted unexpected
unknown unreachable unsolicited unsubscribe unsubscribed until unverified unwanted up us used user using valid
verification verify version virus void voucher wait waits was way we well went were what when where whether
which while who whole why with withdrawn within without worker works would write writes written wrong wrote
yet you
"""
_WORDS = frozenset(_COMMON.split())


def in_common_words(text: str) -> str:
    """The text with `…` in place of everything that could identify somebody."""
    kept: list[str] = []
    for part in text.split():
        kept.append(_kept(part))
        if kept[-2:] == [_LEFT_OUT, _LEFT_OUT]:
            kept.pop()
    return " ".join(kept)


def _kept(part: str) -> str:
    taken_apart = _WORD.fullmatch(part)
    if taken_apart is None or taken_apart[2] is None:
        return _LEFT_OUT
    word, ending = taken_apart[2], taken_apart[3]
    harmless = (
        _WORDS.issuperset(word.lower().split("_"))
        or _REPLY_CODE.fullmatch(word) is not None
        or _OWN_REFERENCE.fullmatch(word) is not None
    )
    return f"{word}{ending if ending in _ENDINGS else ''}" if harmless else _LEFT_OUT
