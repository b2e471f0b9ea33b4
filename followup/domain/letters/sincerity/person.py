"""Rules about signature and reply address, the question, and repeated sentences: E12, E13, E14."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from followup.domain.letters.sincerity.circumstances import Circumstances
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.specifics import about
from followup.domain.letters.sincerity.wording import Wording, plain, said

SHORTEST_REPEATED_WORDS = 4
"""Sentences with fewer words than this may be repeated."""

_NO_REPLY = re.compile(
    r"no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|dont-?_?\.?reply|nicht-?_?antworten|keine-?_?antwort"
    r"|ne-?_?pas-?_?repondre|no-?_?responder|no-?_?contestar",
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"\w+")


def nobody_signs(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E12: the sign-off does not have the agent's name."""
    names = {name for name in _names(circumstances.agent_name) if len(name) > 1}
    if names.isdisjoint(name for line in draft.sign_off for name in _names(line)):
        yield SincerityFinding(
            rule=SincerityRule.E12,
            sentence=draft.sign_off[0] if draft.sign_off else "",
            why="No person signs it.",
            instead=f"End with a line that says {circumstances.agent_name or 'who writes'}.",
        )


def nobody_reads(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E12: the reply address, or the text, says that nobody reads replies."""
    for address in (circumstances.sender, circumstances.reply_to or ""):
        if _NO_REPLY.search(address.rpartition("<")[2].rpartition("@")[0].lower()):
            yield SincerityFinding(
                rule=SincerityRule.E12,
                sentence="",
                why=f"It comes from {address}, which says that nobody reads an answer.",
                instead="Send it from an address that a person reads.",
            )
            break
    wording = draft.wording
    for sentence in draft.sentences if wording else ():
        if wording and wording.unread.search(said(sentence.text)):
            why = "It says that nobody reads an answer."
            instead = "Leave it out, and see that answers reach a person."
            yield SincerityFinding(rule=SincerityRule.E12, sentence=sentence.text, why=why, instead=instead)


def questions(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E13: there is not exactly one question or invitation to reply. A plain sentence that only says how to
    reach us invites where nothing else does, and is no second invitation beside a question."""
    wording = draft.wording
    asking, reaching = [], []
    for sentence in draft.sentences:
        text = said(sentence.text)
        if "?" in text or "\uff1f" in text:
            asking.append(sentence)
        elif wording and _says_how_to_reach_us(text, wording):
            reaching.append(sentence)
        elif wording and wording.invitation.search(text):
            asking.append(sentence)
    asking = asking or reaching[:1]
    if not asking and wording:
        example = wording.question.format(about=about(circumstances) or "…")
        yield SincerityFinding(
            rule=SincerityRule.E13,
            sentence="",
            why="It asks nothing, so the customer has no reason to answer.",
            instead=f"End with one question, such as “{example}”",
        )
    for sentence in asking[1:]:
        yield SincerityFinding(
            rule=SincerityRule.E13,
            sentence=sentence.text,
            why=f"It is one of {len(asking)} questions or invitations; the customer answers one more easily.",
            instead=f"Keep one, for instance “{asking[0].text}”, and leave this one out.",
        )


def _says_how_to_reach_us(text: str, wording: Wording) -> bool:
    if wording.reaching is None or not wording.reaching.search(text):
        return False
    return not wording.invitation.search(wording.reaching.taken_out(text))


def repeated(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E14: a sentence that was sent to this customer before."""
    if not circumstances.sent_before:
        return
    before = {_bare(text) for text in circumstances.sent_before}
    for sentence in draft.sentences:
        bare = _bare(sentence.text)
        if len(bare) >= SHORTEST_REPEATED_WORDS and bare in before:
            yield SincerityFinding(
                rule=SincerityRule.E14,
                sentence=sentence.text,
                why="This customer has had this sentence before, and will see that it is ready-made.",
                instead="Say what is new since then, or leave it out.",
            )


@lru_cache(maxsize=1024)
def _bare(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(plain(text)))


def _names(text: str) -> set[str]:
    """The words of a name without accents, so that José may sign as Jose."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return set(_LETTERS.findall(letters.lower()))
