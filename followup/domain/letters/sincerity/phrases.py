"""Rules about phrases to avoid in every email: E1, E5, E10, W4, W5."""

from collections.abc import Iterator

from followup.domain.letters.sincerity.circumstances import Circumstances, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.specifics import better_apology
from followup.domain.letters.sincerity.wording import Pattern, said


def stock(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E1: a stock phrase, also in the subject and the greeting."""
    wording = draft.wording
    if wording is None:
        return
    places = (draft.subject, draft.greeting or "", *(sentence.text for sentence in draft.sentences))
    for text in places:
        for phrase in wording.stock:
            found = phrase.pattern.search(said(text))
            if found:
                instead = phrase.instead.format(
                    apology=better_apology(draft, circumstances),
                    day=circumstances.best(FactKind.DATE) or "…",
                )
                why = f"“{found[0]}” could stand in any email, so it says nothing to this customer."
                yield SincerityFinding(rule=SincerityRule.E1, sentence=text, why=why, instead=instead)
                break


def hiding(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """E5: refers to a policy, to terms, or to being unable."""
    wording = draft.wording
    if wording:
        why = "It makes a rule answer for what people decided."
        instead = "Say what you decided and why in your own name, and what you can do: “I can …”."
        yield from _each(draft, wording.rules, SincerityRule.E5, why, instead)


def promises(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E10: promises improvement or no repetition, although no action against the cause is on record."""
    wording = draft.wording
    if wording and not circumstances.action_done:
        why = "No completed action is on record that would make this promise true."
        instead = "Leave it out, or record what was changed and say that: “We have changed …”."
        yield from _each(draft, wording.promises, SincerityRule.E10, why, instead)


def intensifiers(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """W4: several intensifiers together."""
    wording = draft.wording
    if wording:
        why = "Words that strengthen each other sound like less."
        instead = f"Say it once and plainly: “{better_apology(draft, circumstances)}”"
        yield from _each(draft, wording.intensifiers, SincerityRule.W4, why, instead)


def forgiveness(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W5: asks the customer for forgiveness or understanding."""
    wording = draft.wording
    if wording:
        why = "It asks the customer to do something for us."
        instead = "Leave it out: the apology is enough, and what they make of it is theirs."
        yield from _each(draft, wording.forgiveness, SincerityRule.W5, why, instead)


def _each(
    draft: ParsedEmail, wanted: Pattern, rule: SincerityRule, why: str, instead: str
) -> Iterator[SincerityFinding]:
    for sentence in draft.sentences:
        if wanted.search(said(sentence.text)):
            yield SincerityFinding(rule=rule, sentence=sentence.text, why=why, instead=instead)
