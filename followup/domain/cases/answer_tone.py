"""What kind of answer a customer wrote: a hint for whoever reads it, which decides nothing about them."""

from typing import Self

from followup.domain.shared.word import Word


class AnswerTone(Word):
    """What an answer speaks of, the most urgent first. `said` is how a list of cases says it."""

    said: str

    OPT_OUT = "opt_out", "They ask not to be written to any more", "asks not to be written to any more"
    LEGAL = "legal", "They speak of a lawyer, a court or an authority", "speaks of a lawyer or an authority"
    ANGRY = "angry", "Their words are angry", "is angry"
    QUESTION = "question", "They ask something", "asks something"
    THANKS = "thanks", "They say thank you and ask nothing", "says thank you"
    PLAIN = "plain", "None of these", "has answered"

    def __new__(cls, value: str, meaning: str, said: str) -> Self:
        """Create a member from its word, its meaning, and how a list says it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.said = said
        return member
