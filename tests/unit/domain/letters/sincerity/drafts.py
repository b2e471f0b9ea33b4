"""Drafts and circumstances for the rules: a parcel of Harbour Books that came late."""

from dataclasses import replace
from typing import Any

from followup.domain.cases.case import Responsibility
from followup.domain.letters.sincerity.circumstances import Circumstances, Fact, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail, Sentence
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.lint import lint
from followup.mail.languages import wording_of

PARCEL = Circumstances(
    responsibility=Responsibility.OURS,
    facts=(
        Fact(FactKind.DATE, ("12 March", "March 12", "12/03", "on Thursday")),
        Fact(FactKind.ORDER, ("#HB-2041", "HB-2041")),
        Fact(FactKind.AMOUNT, ("£80.00", "£80")),
        Fact(FactKind.WHAT_HAPPENED, ("your order arrived later than we promised",)),
        Fact(FactKind.WORDS, ("It was a birthday present for my daughter.",)),
    ),
    agent_name="Ana Reyes",
    sender="Ana at Harbour Books <ana@harbour.example>",
)


def email(*sentences: str, language: str = "en", **parts: Any) -> ParsedEmail:
    """A draft with these sentences, all in one paragraph, signed by Ana."""
    whole = {"subject": "Your order", "sign_off": ("Ana Reyes", "Harbour Books"), **parts}
    said = tuple(Sentence(text, 0) for text in sentences)
    return ParsedEmail(wording=wording_of(language), sentences=said, **whole)


def found(rule: SincerityRule, draft: ParsedEmail, **changes: Any) -> list[SincerityFinding]:
    """What this rule finds in a draft about the parcel."""
    return [finding for finding in lint(draft, replace(PARCEL, **changes)) if finding.rule is rule]


def breaks(rule: SincerityRule, sentence: str, language: str = "en", **changes: Any) -> bool:
    """Whether a sentence breaks the rule by itself."""
    return any(
        finding.sentence == sentence for finding in found(rule, email(sentence, language=language), **changes)
    )
