"""Rules about responsibility: E4, E8."""

import re
from collections.abc import Iterator

from followup.domain.cases.case import Responsibility
from followup.domain.letters.sincerity.circumstances import Circumstances, FactKind
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.wording import Agentless, Passive, compiled, said

OURS = frozenset({Responsibility.OURS, Responsibility.SHARED})
"""Responsibilities for which an email must say that we did it."""

_CLAUSE_END = re.compile(r"[,;:]")


def nobody_did_it(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E4: a failure that is ours in the passive voice, in a sentence that does not name us."""
    wording = draft.wording
    if wording is None or circumstances.responsibility not in OURS:
        return
    for sentence in draft.sentences:
        text, active = said(sentence.text), None
        if wording.passive is not None:
            active = _active_instead(wording.passive, text)
        elif wording.agentless is not None:
            active = _active_begun(wording.agentless, text)
        if active:
            yield SincerityFinding(
                rule=SincerityRule.E4,
                sentence=sentence.text,
                why="It tells the failure as if nobody had done it.",
                instead=f"Say who did it: “{active}”",
            )


def _active_begun(agentless: Agentless, text: str) -> str | None:
    """The beginning of a sentence that says who did it; None if the sentence says so, or tells no failure."""
    found = agentless.found.search(text)
    if found is None or text.endswith("?"):
        return None
    if agentless.agent.search(text[found.start() :]) or agentless.doer.search(text):
        return None
    return agentless.active


def _active_instead(passive: Passive, text: str) -> str | None:
    """A sentence's statement about a failure in the active voice; None if it has no such passive."""
    if text.endswith("?"):
        return None
    for found in compiled(passive.found).finditer(text):
        if passive.supposed.search(_CLAUSE_END.split(text[: found.start()])[-1]):
            continue
        active = _failure(passive, found, text)
        if active is None or passive.agent.search(text[found.end() :]):
            continue
        framed = passive.frame.taken_out(text)
        return None if passive.doer.search(framed) else active
    return None


def _failure(passive: Passive, found: re.Match[str], text: str) -> str | None:
    """The failure that a passive states, in the active voice; None if it states none."""
    done = found["done"]
    verb = passive.services.get(done)
    before = _CLAUSE_END.split(text[: found.start()])[-1]
    negated = any(found[group] for group in ("no", "never", "not_been", "not")) or (
        passive.nothing.search(before.rstrip()) is not None
    )
    failed = passive.failures.get(done + found["particle"], passive.failures.get(done))
    if failed and not passive.state.search(text[found.end() :]):
        return None if negated else failed
    if negated and verb:
        return f"We did not {verb} …"
    if found["ought"] and verb:
        return f"We should have {done} …"
    clause = before + _CLAUSE_END.split(text[found.start() :])[0]
    went_wrong = passive.badly if verb else passive.wrongly
    if (verb or done.endswith("ed") or done in passive.past) and went_wrong.search(clause):
        return f"We {passive.past.get(done, done)} …"
    return None


def nobody_answers_for_it(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E8: no sentence of the first email takes responsibility although the failure is ours."""
    wording = draft.wording
    if wording is None or wording.owning is None or not circumstances.is_first:
        return
    if circumstances.responsibility not in OURS:
        return
    if not any(owns(sentence.text, draft) for sentence in draft.sentences):
        day, order = circumstances.best(FactKind.DATE), circumstances.best(FactKind.ORDER)
        when = f" on {day}" if day else ""
        what = f" with {order}" if order else ""
        example = wording.owned or f"We let you down{when}{what}, and I take responsibility for it."
        yield SincerityFinding(
            rule=SincerityRule.E8,
            sentence="",
            why="The case is recorded as ours, and nobody in the email answers for it.",
            instead=f"Say what you did, with “we” or “I”: “{example}”",
        )


def owns(text: str, draft: ParsedEmail) -> bool:
    """Whether a sentence takes responsibility."""
    wording = draft.wording
    if wording is None or wording.owning is None:
        return False
    plain_text = said(text)
    return not plain_text.endswith("?") and wording.owning.search(plain_text) is not None
