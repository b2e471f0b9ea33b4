"""Rules about phrases to avoid in every email: E1, E5, E10, E15 to E17, W4, W5."""

from collections.abc import Iterator

from followup.domain.cases.case import Responsibility
from followup.domain.letters.sincerity.circumstances import Act, Circumstances, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.ownership import owns
from followup.domain.letters.sincerity.specifics import better_apology
from followup.domain.letters.sincerity.wording import Pattern, Wording, plain, said

_RECORDED_BY = {
    Act.LOOKED_INTO: "followup note --done",
    Act.FOLLOWED: "followup note --done",
    Act.PAID: "the payment",
    Act.SHIPPED: "the shipment",
    Act.CHANGED: "followup note --done",
}

_NOT_IN_QUESTIONS = frozenset({SincerityRule.E15, SincerityRule.E16})
"""Rules about what a sentence says, which a question only asks."""


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


def hiding(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E5: refers to a policy, to terms, or to being unable, unless it says that we broke the rule or set it
    aside. What a fare or a contract does not include is no excuse where they asked and we own an error.
    """
    wording = draft.wording
    if wording:
        why = "It makes a rule answer for what people decided."
        instead = "Say what you decided and why in your own name, and what you can do: “I can …”."
        for finding in _each(draft, wording.rules, SincerityRule.E5, why, instead):
            set_aside = wording.anyway and wording.anyway.search(said(finding.sentence))
            if set_aside or owns(finding.sentence, draft):
                continue
            is_asked_for = _they_asked_and_we_own(draft, circumstances)
            if not (is_asked_for and _says_what_it_holds(finding.sentence, wording)):
                yield finding


def _says_what_it_holds(text: str, wording: Wording) -> bool:
    """Whether a sentence says what a fare or a contract holds, and refers to no rule besides."""
    if wording.holds is None or not wording.holds.search(said(text)):
        return False
    return not wording.rules.search(wording.holds.taken_out(said(text)))


def _they_asked_and_we_own(draft: ParsedEmail, circumstances: Circumstances) -> bool:
    theirs = (text for fact in circumstances.facts if fact.kind is FactKind.WORDS for text in fact.spellings)
    return any("?" in text for text in theirs) and any(owns(one.text, draft) for one in draft.sentences)


def promises(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E10: promises improvement or no repetition, although no action against the cause is on record."""
    wording = draft.wording
    if wording and not circumstances.action_done:
        why = "No completed action is on record that would make this promise true."
        instead = "Leave it out, or record what was changed and say that: “We have changed …”."
        yield from _each(draft, wording.promises, SincerityRule.E10, why, instead)


def claims(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E10: claims an act of ours that is not on record."""
    wording, recorded = draft.wording, circumstances.acts
    if wording is None or recorded is None:
        return
    notes = tuple(map(plain, circumstances.notes))
    happened = [
        plain(spelling)
        for fact in circumstances.facts
        if fact.kind is FactKind.WHAT_HAPPENED
        for spelling in fact.spellings
    ]
    for sentence in draft.sentences:
        told = plain(sentence.text).rstrip(" .!")
        if told.endswith("?") or any(told in note for note in notes):
            continue
        text = said(sentence.text)
        for clause in happened:
            text = text.replace(clause, "…")
        for act in Act:
            claim = wording.claims.get(act.value) if act not in recorded else None
            found = claim.search(text) if claim else None
            if found:
                yield SincerityFinding(
                    rule=SincerityRule.E10,
                    sentence=sentence.text,
                    why=f"Nothing on record says so: “{found[0]}”.",
                    instead=f"Record it first ({_RECORDED_BY[act]}), or say what you will do and by when.",
                )
                break


def blame(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E15: says what the customer should have done."""
    wording = draft.wording
    if wording and wording.blame and circumstances.responsibility is not Responsibility.THEIRS:
        why = "It makes the customer answer for what went wrong."
        instead = f"Leave it out, and say what we did: “{better_apology(draft, circumstances)}”"
        yield from _each(draft, wording.blame, SincerityRule.E15, why, instead)


def minimising(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E16: makes what happened smaller than it was for the customer."""
    wording = draft.wording
    if wording and wording.minimising:
        why = "It tells the customer that it was not so bad, which is theirs to say."
        instead = f"Say what it was and what it cost them: “{better_apology(draft, circumstances)}”"
        yield from _each(draft, wording.minimising, SincerityRule.E16, why, instead)


def legalese(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """E17: is written to be safe in court."""
    wording = draft.wording
    if wording and wording.legalese:
        why = "It reads as if a lawyer had written it, to be safe from the customer."
        instead = "Say it as you would say it on the telephone, or leave it out."
        yield from _each(draft, wording.legalese, SincerityRule.E17, why, instead)


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
        text = said(sentence.text)
        if wanted.search(text) and not (rule in _NOT_IN_QUESTIONS and text.endswith("?")):
            yield SincerityFinding(rule=rule, sentence=sentence.text, why=why, instead=instead)
