"""Rules about specific facts in the email: E6, E7."""

from collections.abc import Iterator

from followup.domain.cases.case import Feeling
from followup.domain.letters.sincerity.circumstances import Circumstances, Fact, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.specifics import facts_told, touches
from followup.domain.letters.sincerity.wording import plain, said

_FEWEST_FACTS = 2
"""The number of facts of the case that the first email must mention, if there are as many."""

_FEWEST_ELSE = 1
"""That of a later email, which belongs to a conversation, and of a letter to somebody who was embarrassed, if
nobody knows the day: nothing is retold to them, so little else can be named."""


def not_said(_draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E6: what went wrong, or what the feeling asks for, is not recorded, so the letter cannot say it."""
    for missing in (circumstances.untold, circumstances.unanswered):
        if missing is not None:
            why, instead = missing
            yield SincerityFinding(rule=SincerityRule.E6, sentence="", why=why, instead=instead)


def too_general(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E6: too few facts of the case in the subject, the body and the quotes. What an agent wrote of what
    happened is enough."""
    texts = (draft.subject, *(sentence.text for sentence in draft.sentences), *draft.quotes)
    if circumstances.event and plain(circumstances.event) in plain(" ".join(texts)):
        return
    told = {fact for text in texts for fact in facts_told(text, draft, circumstances)}
    missing = [fact for fact in circumstances.facts if fact not in told and fact.spellings]
    fewest = _fewest(circumstances)
    if len(told) < fewest and missing:
        have = "one fact" if told else "no fact"
        yield SincerityFinding(
            rule=SincerityRule.E6,
            sentence="",
            why=f"It has {have} of this case, so it could have been sent to anybody.",
            instead=f"Name at least {fewest}: {_listed(missing)}.",
        )


def _fewest(circumstances: Circumstances) -> int:
    """The number of facts that the email must mention."""
    discreet = circumstances.feeling is Feeling.EMBARRASSED and circumstances.best(FactKind.DATE) is None
    return _FEWEST_FACTS if circumstances.is_first and not discreet else _FEWEST_ELSE


def bare_feeling(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E7: names the customer's feeling without its cause in the same or the next sentence."""
    wording = draft.wording
    if wording is None or wording.feeling is None:
        return
    following = (*(sentence.text for sentence in draft.sentences[1:]), "")
    for sentence, after in zip(draft.sentences, following, strict=False):
        text = said(sentence.text)
        found = wording.feeling.search(text)
        if found is None or text.endswith("?"):
            continue
        if not any(_is_about(near, draft, circumstances) for near in (sentence.text, after)):
            facts = _listed([fact for fact in circumstances.facts if fact.spellings])
            yield SincerityFinding(
                rule=SincerityRule.E7,
                sentence=sentence.text,
                why=f"“{found[0]}” names a feeling without what it is about, which nobody believes.",
                instead="Say what happened to them instead of how they feel"
                + (f": {facts}." if facts else "."),
            )


def _is_about(text: str, draft: ParsedEmail, circumstances: Circumstances) -> bool:
    """Whether a sentence says what a feeling is about: a fact, or a word of what happened."""
    return bool(facts_told(text, draft, circumstances)) or touches(text, draft, circumstances)


def _listed(facts: list[Fact]) -> str:
    return ", ".join(
        f"{fact.kind.meaning[0].lower()}{fact.kind.meaning[1:]} ({fact.spellings[0]})" for fact in facts[:3]
    )
