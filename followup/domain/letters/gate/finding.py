"""What the gate finds in a text of a person that is to go to a customer."""

from dataclasses import dataclass

from followup.domain.letters.finding import LetterFinding
from followup.domain.shared.word import Word


class GateRule(Word):
    """Why a text of a person does not go to a customer as it stands. Each holds the letter, G10 also where
    the letter does not tell it.
    """

    G1 = "G1", "The number of a card, its expiry date or its security code"
    G2 = "G2", "A secret: a password, a PIN, a token, an account number"
    G3 = "G3", "Written about the customer, or in shorthand for colleagues"
    G4 = "G4", "A swear word or an insult"
    G5 = "G5", "The name of a colleague or of another customer"
    G6 = "G6", "In another language than the letter"
    G7 = "G7", "Markup, or a link"
    G8 = "G8", "It points to something that the letter does not hold, such as an attachment"
    G9 = "G9", "A handle or a tag of a social network"
    G10 = "G10", "It speaks of taking a life or of hurting somebody, so a person speaks to them first"


class TextKind(Word):
    """What a text of a person is."""

    VERBATIM = "verbatim", "What the customer said"
    QUOTE = "quote", "Their words that are to be quoted"
    WHAT_HAPPENED = "what_happened", "What happened, as the agent tells the customer"
    ANSWER = "answer", "What the customer needs to hear, as the agent tells them"
    PROMISED = "promised", "What was promised"
    TOLD = "told", "A note that the customer is told"
    DONE = "done", "A note of what was done"
    WRITTEN = "written", "A letter that a person wrote or changed"
    UNTOLD = "untold", "What no letter tells: a summary, or words of theirs of which others are quoted"

    @property
    def is_theirs(self) -> bool:
        """Whether these are the customer's words: how they write is theirs to decide."""
        return self in (TextKind.VERBATIM, TextKind.QUOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFinding(LetterFinding):
    """Something in a text that must not go to the customer, which holds the letter; `kind` is what the text
    is.
    """

    rule: GateRule
    kind: TextKind
