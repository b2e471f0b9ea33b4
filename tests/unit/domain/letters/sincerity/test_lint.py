"""All rules together, on anything that may stand in an email."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.case import Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import Circumstances, Fact, FactKind, StatedOffer
from followup.domain.letters.sincerity.draft import ParsedEmail, Sentence
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.lint import lint
from followup.mail.languages import languages, wording_of
from tests.unit.domain.letters.sincerity.drafts import PARCEL, email

PIECES = st.sampled_from(
    (
        *(
            "I am sorry",
            "if",
            "but",
            "you feel",
            "was not delivered",
            "we",
            "by us",
            "policy",
            "never again",
            "£8",
            "?",
        ),
        *(
            "truly deeply",
            "12 March",
            "voucher",
            "“",
            "”",
            "tell me",
            "because",
            "Es tut mir leid",
            "aber",
            "{",
            "\\",
        ),
        *("lo siento", "pero", "désolée", "mais", "\u00a0", "\ud800", "\x00", "İ"),
    )
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join))


@st.composite
def drafts(draw: st.DrawFn) -> ParsedEmail:
    return ParsedEmail(
        wording=wording_of(draw(st.sampled_from((*languages(), "it", "")))),
        subject=draw(TEXTS),
        greeting=draw(st.none() | TEXTS),
        sentences=tuple(
            Sentence(text, number // 2) for number, text in enumerate(draw(st.lists(TEXTS, max_size=4)))
        ),
        quotes=tuple(draw(st.lists(TEXTS, max_size=2))),
        sign_off=tuple(draw(st.lists(TEXTS, max_size=2))),
        links=tuple(draw(st.lists(TEXTS, max_size=3))),
        word_count=draw(st.integers(0, 300)),
        reading_grade=draw(st.none() | st.floats(-10, 30)),
    )


@st.composite
def circumstances(draw: st.DrawFn) -> Circumstances:
    spellings = st.lists(TEXTS, max_size=3).map(tuple)
    facts = st.builds(Fact, st.sampled_from(FactKind), spellings)
    offers = st.builds(
        StatedOffer,
        kind=st.sampled_from(GestureKind),
        amounts=spellings,
        code=st.none() | TEXTS,
        item=st.none() | TEXTS,
    )
    return Circumstances(
        responsibility=draw(st.sampled_from(Responsibility)),
        facts=tuple(draw(st.lists(facts, max_size=3))),
        gestures=draw(st.lists(offers, max_size=2).map(tuple)),
        agent_name=draw(TEXTS),
        sender=draw(TEXTS),
        reply_to=draw(st.none() | TEXTS),
        is_first=draw(st.booleans()),
        sent_before=tuple(draw(st.lists(TEXTS, max_size=2))),
        action_done=draw(st.booleans()),
    )


@given(drafts(), circumstances())
def test_no_text_makes_a_rule_fail_and_the_same_text_finds_the_same(
    draft: ParsedEmail, case: Circumstances
) -> None:
    findings = lint(draft, case)
    ranks = [finding.rule.rank for finding in findings]
    assert ranks == sorted(ranks)
    assert all(finding.why and finding.instead for finding in findings)
    places = {"", draft.subject, draft.greeting, *draft.links, *draft.sign_off}
    assert all(
        finding.sentence in places | {sentence.text for sentence in draft.sentences} for finding in findings
    )
    assert lint(draft, case) == findings


def test_an_email_in_an_unknown_language_is_held_against_what_needs_no_words() -> None:
    draft = email("Mi dispiace se.", "Le va bene?", "O no?", language="it", subject="20% !", sign_off=())
    assert [finding.rule for finding in lint(draft, PARCEL)] == [
        SincerityRule.E6,
        SincerityRule.E12,
        SincerityRule.E13,
        SincerityRule.W1,
        SincerityRule.W3,
    ]


def test_a_finding_becomes_a_document_with_its_level() -> None:
    finding = SincerityFinding(rule=SincerityRule.W7, sentence="s", why="w", instead="i")
    expected: dict[str, Any] = {"rule": "W7", "level": "W", "sentence": "s", "why": "w", "instead": "i"}
    assert finding.to_document() == expected
    assert [rule.level for rule in SincerityRule] == ["E"] * 18 + ["W"] * 7
