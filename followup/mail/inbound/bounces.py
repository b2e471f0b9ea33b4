"""Parse bounces: a mail server's report that an email was not delivered, or not yet.

Standard notifications are read first (`delivery_status`). Older and smaller servers write free text;
flufl.bounce knows many of their forms. It would also find addresses in emails from customers, so it is only
used for emails that look as if a mail server had sent them.
"""

import logging
import re
from dataclasses import replace
from email import message_from_bytes

from flufl.bounce import all_failures

from followup.mail.inbound.bounced import Bounced, each_once, judged
from followup.mail.inbound.delivery_status import reported, tells_of_success
from followup.mail.inbound.parts import Email, addresses, field, in_text, media_type, parameter, raw_fields
from followup.mail.inbound.reports import Returned, returned, returned_in_text
from followup.mail.inbound.status import status_in
from followup.mail.inbound.text import whole_text
from followup.mail.sanitize import single_line

_MOST_BYTES = 60_000
_LONG_LINE = re.compile(rb"([^\r\n]{1000})[^\r\n]+")
"""Long lines are cut, because the time of the library's patterns grows with the square of a line's length."""

_SYSTEM = re.compile(
    r"(?:mailer.?daemon|postmaster|mdaemon|mail.?deliver[a-z]*.?(?:sub)?system)[^@]*@.*", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"""(?:\W*(?:
      undeliver | non.?deliver | returned.(?:mail|to.sender|e-?mail) | failure.(?:notice|delivery)
    | (?:mail|message|e-?mail).(?:delivery|not.delivered|could.not|cannot.be|failed|delayed|undeliver)
    | (?:mail|message|e-?mail).(?:system.)?error | failed.(?:mail|delivery) | delayed.mail | processing.error
    | a.message.(?:that.)?you.sent
    | (?:permanent.)?delivery.(?:status|fail|report|problem|notification|delay|warning|error)
    | warning:.(?:message|could.not|mail)
    | unzustellbar | nicht.zustellbar | zustellung.*fehlgeschlagen | .{0,40}nicht.zugestellt
    | zustellungs?(?:bericht|benach|fehl|problem) | benachrichtigung.zum..bermittlungsstatus
    | non.remis | .chec.de.(?:la.)?(?:remise|distribution|livraison)
    | (?:message|courrier|e-?mail).non.(?:remis|distribu|d.livr)
    | notification.d..tat.de.(?:remise|distribution)
    | no.se.(?:puede|pudo|ha.podido).entregar | (?:(?:mensaje|correo).)?no.entregado | correo.devuelto
    | (?:error|fallo).(?:de|en).(?:la.)?entrega | notificaci.n.(?:sobre.el|de|del).estado.de.(?:la.)?entrega
    ) | (?!\W*(?:fwd?|wg|tr|rv|i).?:).*\(delivery.failed\)\Z)""",
    re.IGNORECASE | re.VERBOSE,
)
_EXPANDED = re.compile(
    r"^[ \t]{0,20}<?([^\s<>@]{1,64}@[^\s<>:@]{1,255})>?:?[ \t]{0,20}\n"
    r"[ \t]{0,20}\((?:expanded|generated) from:? ?<?([^\s<>()@]{1,64}@[^\s<>()@]{1,255})>?\)",
    re.MULTILINE,
)
_GENERATED = re.compile(r"\((?:expanded|generated) from:? ?<?([^\s<>()]{1,320})>?\)")
_NAMED = re.compile(r"[ \t*•-]*<?(?P<address>[^\s<>:;,()\"]{1,64}@[^\s<>:;,()\"]{1,255})>?(?::.*|[ \t]*)")
_GIVEN_UP = re.compile(
    r"(?<![\d.])5\d\d[ -]|permanent|does not exist|unknown user|user unknown|no such user|abort|fail"
    r"|(?:not|cannot) be delivered|existiert nicht|fehlgeschlagen|konnte nicht|nicht zugestellt"
    r"|n'existe pas|n'a pas pu|non remis|no existe|no se (?:ha podido|pudo)|no entregado",
    re.IGNORECASE,
)
_STILL_TRIED = re.compile(
    r"delayed|not yet|retr(?:y|ied)|will continue|still (?:being|trying)|try again|verz.gert"
    r"|weiter(?:hin)? versuch|retard|nouvelle tentative|demorad|retrasad|seguir",
    re.IGNORECASE,
)
_REPORT_TYPES = ("", "delivery-status")

# The library logs the content of emails.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)


def bounced(message: Email, raw: bytes) -> tuple[Bounced, ...] | None:
    """The addresses that a bounce reports on; () if it names none; None if it is no bounce.

    `raw` is the whole email. If the email was forwarded, the address is the one we wrote to, as far as it can
    be told.
    """
    is_system = _is_from_system(message)
    if is_system and (found := reported(message)):
        return _judged(found, _parts_of(message)[0])
    if tells_of_success(message) or not (is_system or _may_be_from_system(message)):
        return None
    explanation, email = _parts_of(message)
    known = _in_explanation(_known_to_library(raw), explanation)
    if not known and is_system and _tells_of_a_bounce(message):
        known = reported(message, into_emails=True) or _named(message, explanation)
    if known:
        return _judged(each_once(_with_reason(_as_we_wrote(known, explanation), explanation)), explanation)
    if not _tells_of_a_bounce(message):
        return None
    if email is None or len(email.to) != 1:
        return ()
    found = (Bounced(email.to[0], _is_given_up(explanation), status_in(explanation), explanation),)
    return _judged(found, explanation)


def email_bounced(message: Email) -> Returned | None:
    """The returned email, as far as the bounce contains it."""
    return _parts_of(message)[1]


def _is_from_system(message: Email) -> bool:
    """Whether its form or its sender shows that a mail server sent it."""
    if media_type(message) == "multipart/report" and parameter(message, "report-type") in _REPORT_TYPES:
        return True
    if raw_fields(message, "x-failed-recipients"):
        return True
    senders = addresses(message, "from")
    return any(map(_SYSTEM.fullmatch, senders)) or (not senders and "@" not in field(message, "from"))


def _tells_of_a_bounce(message: Email) -> bool:
    """Whether it is certainly a bounce, although no address was found."""
    if _is_from_system(message):
        return bool(_SUBJECT.match(field(message, "subject"))) or reported(message) is not None
    return bool(_SUBJECT.match(field(message, "subject"))) and returned(message) is not None


def _may_be_from_system(message: Email) -> bool:
    """Whether to try the library, which recognises certain wordings only."""
    if "<>" in raw_fields(message, "return-path"):
        return True
    return bool(_SUBJECT.match(field(message, "subject"))) and not raw_fields(message, "in-reply-to")


def _parts_of(message: Email) -> tuple[str, Returned | None]:
    """The server's explanation, and the returned email."""
    explanation, pasted = returned_in_text(whole_text(message))
    return explanation, returned(message) or pasted


def _known_to_library(raw: bytes) -> tuple[Bounced, ...]:
    """The result of flufl.bounce for the beginning of the email, where bounces state their reason."""
    beginning = _LONG_LINE.sub(rb"\1", raw[:_MOST_BYTES])
    try:
        delayed, failed = all_failures(message_from_bytes(beginning))
    except Exception:  # its readers raise on hostile emails
        return ()
    return tuple(
        Bounced(address, spoken in failed, None, "")
        for spoken in sorted(delayed | failed)
        for address in in_text(spoken.decode("ascii", "replace"))
    )


def _in_explanation(found: tuple[Bounced, ...], explanation: str) -> tuple[Bounced, ...]:
    """Those that the server names before the email that came back: the library takes others from that email's
    own fields. All if it names none."""
    named = tuple(one for one in found if one.address in explanation)
    return named or found


def _named(message: Email, explanation: str) -> tuple[Bounced, ...]:
    """Addresses at the beginning of a line of the explanation, except those of servers and our own."""
    ours = {address.lower() for address in addresses(message, "to", "from", "delivered-to", "x-original-to")}
    permanent = _is_given_up(explanation)
    lines = [line[:400] for line in explanation.split("\n")[:300]]
    found = [match["address"] for line in lines if (match := _NAMED.fullmatch(line))]
    found += [original for line in lines for original in _GENERATED.findall(line) if "@" in original]
    return tuple(
        Bounced(address.rstrip("."), permanent, None, "")
        for address in dict.fromkeys(found)
        if address.lower() not in ours and not _SYSTEM.fullmatch(address)
    )


def _is_given_up(explanation: str) -> bool:
    return bool(_GIVEN_UP.search(explanation)) and not _STILL_TRIED.search(explanation)


def _as_we_wrote(found: tuple[Bounced, ...], explanation: str) -> tuple[Bounced, ...]:
    """The addresses before the server expanded or forwarded them, if it names them."""
    made_from = {made.lower(): original for made, original in _EXPANDED.findall(explanation[:_MOST_BYTES])}
    return tuple(replace(one, address=made_from.get(one.address.lower(), one.address)) for one in found)


def _with_reason(found: tuple[Bounced, ...], explanation: str) -> list[Bounced]:
    """The addresses with what the server says about each, from the line of the address on."""
    return [one if one.said else _explained(one, explanation) for one in found]


def _explained(one: Bounced, explanation: str) -> Bounced:
    said = single_line(" ".join(_after(one, explanation)[:5])) or explanation
    return replace(one, said=said, status=one.status or status_in(said))


def _after(one: Bounced, explanation: str) -> list[str]:
    """The lines of the paragraph that begins with an address, up to one that begins with another."""
    _before, _address, after = explanation.partition(one.address)
    lines = after[:1000].strip(" \t\n<>\"')]:;,*").split("\n\n")[0].split("\n")
    of_another = (
        number
        for number, line in enumerate(lines)
        if number and (match := _NAMED.fullmatch(line[:400])) and match["address"] != one.address
    )
    return lines[: next(of_another, len(lines))]


def _judged(found: tuple[Bounced, ...], explanation: str) -> tuple[Bounced, ...]:
    """The addresses with the cause of each. What is said to all of them counts where there is only one."""
    if len(found) == 1:
        _before, _address, after = explanation.partition(found[0].address)
        return (judged(found[0], after, explanation),)
    return tuple(judged(one, " ".join(_after(one, explanation))) for one in found)
