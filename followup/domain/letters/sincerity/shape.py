"""Rules about the form of an email: W1, W2, W3, W6, W7."""

from collections.abc import Iterator

from followup.domain.letters.sincerity.circumstances import Circumstances
from followup.domain.letters.sincerity.draft import ParsedEmail, Sentence
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.ownership import owns
from followup.domain.letters.sincerity.wording import Wording, said

FEWEST_WORDS, MOST_WORDS, LIMIT_WORDS = 50, 125, 180
MOST_WORDS_PER_SENTENCE, HIGHEST_GRADE = 20, 8
MOST_WORDS_IN_SUBJECT = 8
MOST_EXPLAINING = 2


def length(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W1: too short to be specific, or too long to be read."""
    words = draft.word_count
    if FEWEST_WORDS <= words <= MOST_WORDS:
        return
    if words < FEWEST_WORDS:
        why, instead = (
            f"It has {words} words, too few to be specific.",
            "Add what happened and what you do about it.",
        )
    elif words <= LIMIT_WORDS:
        why, instead = f"It has {words} words; people read {MOST_WORDS}.", "Leave out what they know already."
    else:
        why = f"It has {words} words, far over the limit of {LIMIT_WORDS}: it will not be read."
        instead = "Keep what happened, whose doing it was, and what you do about it; leave out the rest."
    yield SincerityFinding(rule=SincerityRule.W1, sentence="", why=why, instead=instead)


def hard_to_read(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W2: more than 20 words per sentence on average or, in English, a reading grade above 8."""
    if not draft.sentences:
        return
    average = draft.word_count / len(draft.sentences)
    longest = max(draft.sentences, key=lambda sentence: len(sentence.text.split()))
    if average > MOST_WORDS_PER_SENTENCE:
        why = f"A sentence has {average:.0f} words on average, over {MOST_WORDS_PER_SENTENCE}."
        instead = "Make two of this one."
    elif draft.reading_grade is not None and draft.reading_grade > HIGHEST_GRADE:
        why = f"It takes {draft.reading_grade:.0f} years of school to read, over {HIGHEST_GRADE}."
        instead = "Use shorter words, and make two sentences of this one."
    else:
        return
    yield SincerityFinding(rule=SincerityRule.W2, sentence=longest.text, why=why, instead=instead)


def subject(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W3: a long subject, or one that reads like advertising."""
    words, wording = len(draft.subject.split()), draft.wording
    offering = wording.offering.search(said(draft.subject)) if wording else None
    mark = next((mark for mark in ("%", "!") if mark in draft.subject), None)
    if words > MOST_WORDS_IN_SUBJECT:
        why = f"The subject has {words} words, over {MOST_WORDS_IN_SUBJECT}."
    elif offering or mark:
        why = f"“{offering[0] if offering else mark}” makes the subject read like advertising."
    else:
        return
    instead = "Say what it is about: “About HB-2041”."
    yield SincerityFinding(rule=SincerityRule.W3, sentence=draft.subject, why=why, instead=instead)


def explaining(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W6: more than two explaining sentences in a row."""
    wording = draft.wording
    if wording is None or wording.explanation is None:
        return
    run = 0
    for sentence in draft.sentences:
        run = run + 1 if _explains(sentence, draft, wording) else 0
        if run == MOST_EXPLAINING + 1:
            yield SincerityFinding(
                rule=SincerityRule.W6,
                sentence=sentence.text,
                why="This is the third sentence in a row that explains; it begins to sound like an excuse.",
                instead="Give the reason in one sentence, then what you do about it.",
            )


def _explains(sentence: Sentence, draft: ParsedEmail, wording: Wording) -> bool:
    text = said(sentence.text)
    return (
        wording.explanation is not None
        and wording.explanation.search(text) is not None
        and wording.apology.search(text) is None
        and not text.endswith("?")
        and not owns(sentence.text, draft)
    )


def links(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """W7: more than one link."""
    if len(draft.links) > 1:
        yield SincerityFinding(
            rule=SincerityRule.W7,
            sentence=draft.links[1],
            why=f"It has {len(draft.links)} links, which makes it look like advertising.",
            instead=f"Keep the one that they need, for instance {draft.links[0]}.",
        )
