"""Rules about apologies, conditional, withdrawn or too many: E2, E3, E11."""

from collections.abc import Iterator

from followup.domain.letters.sincerity.circumstances import Circumstances
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.ownership import owns
from followup.domain.letters.sincerity.specifics import better_apology
from followup.domain.letters.sincerity.wording import said

MOST_APOLOGIES = 2
"""The number of sentences in the first email that may apologise; in later emails, none may."""


def conditional(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E2: an apology with "if", or for the customer's feelings or complaint."""
    wording = draft.wording
    for sentence in draft.sentences if wording else ():
        if wording and wording.conditional.search(said(sentence.text)):
            yield SincerityFinding(
                rule=SincerityRule.E2,
                sentence=sentence.text,
                why="It doubts that anything happened, or regrets what the customer made of it.",
                instead=better_apology(draft, circumstances),
            )


def taken_back(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E3: an apology followed by "but", in the same sentence or at the beginning of the next, unless that
    takes responsibility or says what we do.
    """
    wording, apologised = draft.wording, False
    for sentence in draft.sentences if wording else ():
        found = wording.turn.search(said(sentence.text)) if wording else None
        if found is None and apologised and wording and wording.turned and not owns(sentence.text, draft):
            found = wording.turned.search(said(sentence.text))
        apologised = wording is not None and wording.apology.search(said(sentence.text)) is not None
        if found:
            turn = found[0].strip(" ,;:").rsplit(maxsplit=1)[-1]
            yield SincerityFinding(
                rule=SincerityRule.E3,
                sentence=sentence.text,
                why=f"What follows “{turn}” takes the apology back.",
                instead=f"Stop after the apology: “{better_apology(draft, circumstances)}” "
                f"Then say the rest in a sentence of its own, without “{turn}”.",
            )


def too_many(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E11: more than two apologies in the first email, or any in a later one."""
    wording = draft.wording
    if wording is None:
        return
    apologies = [sentence for sentence in draft.sentences if wording.apology.search(said(sentence.text))]
    allowed = MOST_APOLOGIES if circumstances.is_first else 0
    if circumstances.is_first:
        why = f"This is one of {len(apologies)} sentences that apologise; repeated, an apology does harm."
        instead = "Keep the most specific one or two, and use this place for what you do about it."
    else:
        why = "Only the first email apologises; repeated, an apology does harm."
        instead = "Leave the apology out, and say what has been done since."
    for sentence in apologies[allowed:]:
        yield SincerityFinding(rule=SincerityRule.E11, sentence=sentence.text, why=why, instead=instead)
