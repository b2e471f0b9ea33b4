"""What a log repeats of texts that others wrote: nothing that could say whom they are about."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.people.suppression import SuppressionReason
from followup.operations.log_redaction import in_common_words


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("550 5.1.1 <gone@x.example>: no such user", "550 5.1.1 … no such user"),
        ("550 5.1.1 User priya.shah unknown", "550 5.1.1 User … unknown"),
        ("550 Priya Shah has left the company", "550 … has left the …"),
        ("452 4.2.2 mailbox of priya=40x.example is full", "452 4.2.2 mailbox of … is full"),
        ("550 Subject 'Your birthday present' looks like spam", "550 … looks like spam"),
        ("421 4.7.0 [203.0.113.9] We are busy, try later", "421 4.7.0 … We are busy, try later"),
        ("554 call +44 20 7946 0018", "554 call …"),
        ("[Errno 111] Connection refused", "… Connection refused"),
        ("the email before it, E-0012, is in doubt", "the email before it, E-0012, is in doubt"),
        ("\x1b[31m550\x07", "…"),
    ],
)
def test_only_codes_references_and_common_words_pass(said: str, logged: str) -> None:
    assert in_common_words(said) == logged


SECRETS = st.from_regex(r"[A-Za-z]{1,12}[0-9@._-]{1,3}[A-Za-z0-9]{2,12}", fullmatch=True)


@given(st.lists(st.one_of(SECRETS, st.sampled_from(["user", "unknown", "550", "mailbox"])), max_size=8))
def test_no_part_of_an_address_or_a_name_with_a_number_passes(parts: list[str]) -> None:
    known = {"user", "unknown", "550", "mailbox", "…"}
    assert set(in_common_words(" ".join(parts)).split()) <= known


@pytest.mark.parametrize(
    "name", ["May", "Will", "Mark", "Grace", "Rose", "Priya", "Muhammad", "Ana", "Smith", "Li"]
)
def test_no_first_or_family_name_is_a_common_word(name: str) -> None:
    assert in_common_words(name) == "…"


NEVER_LOGGED = (
    EmailReason.AWAY,
    EmailReason.NOTHING_PROMISED,
    EmailReason.RESTORED_COPY,
    EmailReason.RESUMED_BY,
)
"""Why an email stands as it does before a worker has it: its history tells that, no log."""
PHRASES = [
    reason.sentence
    for reason in EmailReason
    if " " in reason.sentence and "{" not in reason.sentence and reason not in NEVER_LOGGED
]


@pytest.mark.parametrize("phrase", PHRASES)
def test_our_own_reasons_pass_save_for_numbers(phrase: str) -> None:
    assert in_common_words(phrase) == re.sub(r"\d+", "…", phrase)


def test_those_of_a_suppression_too() -> None:
    assert len(PHRASES) > 15
    for reason in SuppressionReason:
        said = f"the address is suppressed ({reason}): {reason.meaning}"
        assert "…" not in in_common_words(said), said
