"""What may be found in a letter, whoever looks for it."""

from dataclasses import dataclass

from followup.domain.shared.word import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFinding:
    """A violation of a rule. `sentence` is the sentence, the subject, or "" for the whole email; `why` gives
    the reason in one sentence; `instead` is a better wording or an instruction.
    """

    rule: Word
    sentence: str
    why: str
    instead: str

    @property
    def level(self) -> str:
        """ "E" if it holds the letter for a person, "W" if it is only shown."""
        return "E"

    def to_document(self) -> dict[str, str]:
        """The finding as a JSON object."""
        return {
            "rule": self.rule.value,
            "level": self.level,
            "sentence": self.sentence,
            "why": self.why,
            "instead": self.instead,
        }
