"""The rules and findings of the sincerity lint."""

from dataclasses import dataclass

from followup.domain.letters.finding import LetterFinding
from followup.domain.shared.word import Word


class SincerityRule(Word):
    """The rules. A finding of an E rule holds the email for a person; one of a W rule is only shown."""

    E1 = "E1", "A stock phrase that could stand in any email"
    E2 = "E2", "An apology on a condition, or for how the customer took it"
    E3 = "E3", "An apology that is taken back by a “but” in the same or the next sentence"
    E4 = "E4", "The failure told in the passive, with nobody who did it"
    E5 = "E5", "Hiding behind rules"
    E6 = "E6", "What went wrong, or what the feeling asks for, is not said; fewer than two facts of the case"
    E7 = "E7", "A feeling named without a fact in the same or the next sentence"
    E8 = "E8", "No sentence in which we take responsibility, though it is ours"
    E9 = "E9", "A gesture without its amount, how and by when; too early; or next to something to sell"
    E10 = "E10", "A promise to be better, or an act that is claimed, without a record of it"
    E11 = "E11", "Too many apologies"
    E12 = "E12", "No person who signs, or an address that nobody reads"
    E13 = "E13", "Not exactly one question or invitation to reply"
    E14 = "E14", "A sentence that this customer has been sent before"
    E15 = "E15", "Blames the customer"
    E16 = "E16", "Makes what happened smaller than it was"
    E17 = "E17", "The language of lawyers"
    E18 = "E18", "Goodwill that comes too late"
    W1 = "W1", "Too short or too long"
    W2 = "W2", "Hard to read: long sentences, or long words"
    W3 = "W3", "A subject that is long, or reads like advertising"
    W4 = "W4", "Intensifiers piled up"
    W5 = "W5", "Asks for forgiveness"
    W6 = "W6", "Explains for more than two sentences in a row"
    W7 = "W7", "More than one link"

    @property
    def level(self) -> str:
        """ "E" or "W"."""
        return str(self.value)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SincerityFinding(LetterFinding):
    """A violation of a rule of the lint."""

    rule: SincerityRule

    @property
    def level(self) -> str:
        """The level of the rule: "E" or "W"."""
        return self.rule.level
