"""Which rules can be checked in a language: those whose words its lint.toml has."""

from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.letters.sincerity.wording import Wording

_WITHOUT_WORDS = frozenset(
    {
        SincerityRule.E6,
        SincerityRule.E14,
        SincerityRule.E18,
        SincerityRule.W1,
        SincerityRule.W2,
        SincerityRule.W7,
    }
)
"""Rules that need no words: facts, sentences sent before, days, lengths, links."""


def rules_known(wording: Wording | None) -> frozenset[SincerityRule]:
    """The rules that the lint checks in the language of a wording; of the others it says nothing."""
    if wording is None:
        return _WITHOUT_WORDS
    lacking = {
        SincerityRule.E4: wording.passive is None and wording.agentless is None,
        SincerityRule.E7: wording.feeling is None,
        SincerityRule.E8: wording.owning is None,
        SincerityRule.E9: wording.gestures is None,
        SincerityRule.E15: wording.blame is None,
        SincerityRule.E16: wording.minimising is None,
        SincerityRule.E17: wording.legalese is None,
        SincerityRule.W6: wording.explanation is None,
    }
    return frozenset(rule for rule in SincerityRule if not lacking.get(rule, False))
