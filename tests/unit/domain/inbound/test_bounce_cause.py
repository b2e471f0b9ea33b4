"""Whose trouble a bounce is, and when an address is gone: by RFC 3463 and by what servers say."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.inbound.bounce_cause import BounceCause, judge

CASES = Path(__file__).parents[5] / "shared" / "cases" / "mail" / "bounces.tsv"
ADDRESS, MAILBOX, SENDER = BounceCause.ADDRESS, BounceCause.MAILBOX, BounceCause.SENDER
CONTENT, POLICY, PROTOCOL = BounceCause.CONTENT, BounceCause.POLICY, BounceCause.PROTOCOL
ROUTE, TIME, UNKNOWN = BounceCause.ROUTE, BounceCause.TIME, BounceCause.UNKNOWN


@pytest.mark.parametrize(
    ("status", "cause", "gone"),
    [
        ("5.1.1", ADDRESS, True),
        ("5.1.2", ADDRESS, True),
        ("5.1.3", ADDRESS, True),
        ("5.1.6", ADDRESS, True),
        ("5.1.10", ADDRESS, True),
        ("5.7.17", ADDRESS, True),
        ("5.7.18", ADDRESS, True),
        ("5.1.7", SENDER, False),
        ("5.1.8", SENDER, False),
        ("5.7.20", SENDER, False),
        ("5.7.23", SENDER, False),
        ("5.7.25", SENDER, False),
        ("5.7.26", SENDER, False),
        ("5.7.27", SENDER, False),
        ("5.2.1", MAILBOX, True),
        ("5.2.2", MAILBOX, False),
        ("5.2.3", CONTENT, False),
        ("5.3.1", ROUTE, False),
        ("5.3.4", CONTENT, False),
        ("5.4.4", ROUTE, False),
        ("5.4.6", ROUTE, False),
        ("5.4.7", ROUTE, False),
        ("5.5.2", PROTOCOL, False),
        ("5.6.1", CONTENT, False),
        ("5.7.1", POLICY, False),
        ("5.0.0", UNKNOWN, False),
        ("5.1.0", UNKNOWN, False),
        ("5.2.0", UNKNOWN, False),
        (None, UNKNOWN, False),
    ],
)
def test_a_code_without_words_says_whom_it_is_about(
    status: str | None, cause: BounceCause, gone: bool
) -> None:
    assert judge(status, "", permanent=True) == (cause, gone)
    assert judge(status, "", permanent=False) == (cause, False)


@pytest.mark.parametrize(
    ("said", "cause", "gone"),
    [
        ("550 No such person at this address", ADDRESS, True),
        ("550 unrouteable address", ADDRESS, True),
        ("550 Host unknown (Name server: mail.shop.example: no data known)", ADDRESS, True),
        ("550 Benutzer unbekannt", ADDRESS, True),
        ("550 Utilisateur inconnu", ADDRESS, True),
        ("550 Recipient address rejected: User unknown in local recipient table", ADDRESS, True),
        ("550 This account has been disabled or discontinued", MAILBOX, True),
        ("552 sorry, that recipient's mailbox is over quota", MAILBOX, False),
        ("552 Das Postfach ist voll", MAILBOX, False),
        ("452 La boîte de réception est pleine", MAILBOX, False),
        ("553 sorry, your domain does not exist", SENDER, False),
        ("550 SPF check failed", SENDER, False),
        ("554 5.7.1 Relay access denied", SENDER, False),
        ("550 Sender verify failed", SENDER, False),
        ("550 our IP reputation service lists 192.0.2.7", SENDER, False),
        ("550 5.4.5 Daily user sending limit exceeded", SENDER, False),
        ("552 5.3.4 Message size exceeds fixed limit", CONTENT, False),
        ("554 rejected as spam", CONTENT, False),
        ("450 Greylisted, please try again in 5 minutes", TIME, False),
        ("421 too many connections from your side", TIME, False),
        ("554 delivery error: connection timed out", ROUTE, False),
        ("Host not found, try again", ROUTE, False),
        ("554 too many hops, this message is looping", ROUTE, False),
        ("500 syntax error, command unrecognized", PROTOCOL, False),
        ("550 administrative prohibition by local policy", POLICY, False),
        ("554 transaction failed", UNKNOWN, False),
    ],
)
def test_words_decide_where_there_is_no_code_or_a_bare_one(said: str, cause: BounceCause, gone: bool) -> None:
    assert judge(None, said, permanent=True) == (cause, gone)
    assert judge("5.0.0", said, permanent=True) == (cause, gone)
    assert judge(None, said, permanent=False) == (cause, False)


@pytest.mark.parametrize(
    ("status", "said", "cause", "gone"),
    [
        ("5.1.1", "550 5.1.1 blocked using a block list", SENDER, False),
        ("5.1.1", "550 5.1.1 <jo@x.test> has sent to too many recipients this hour", TIME, False),
        ("5.1.1", "552 5.1.1 mailbox is full", MAILBOX, False),
        ("5.2.1", "550 5.2.1 User unknown", ADDRESS, True),
        ("5.2.1", "550 5.2.1 The user receives mail at a rate that prevents more", TIME, False),
        ("5.7.1", "550 5.7.1 Recipient address rejected: User unknown", ADDRESS, True),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", ADDRESS, True),
        ("5.1.8", "550 5.1.8 Sender address rejected: User unknown", SENDER, False),
        ("5.2.2", "552 5.2.2 user unknown", MAILBOX, False),
    ],
)
def test_plain_words_overrule_a_code_that_would_end_writing_or_is_used_for_anything(
    status: str, said: str, cause: BounceCause, gone: bool
) -> None:
    assert judge(status, said, permanent=True) == (cause, gone)


def test_the_first_words_that_give_a_reason_count() -> None:
    assert judge(None, "It failed.", "550 no such user", "blocked", permanent=True) == (ADDRESS, True)
    assert judge(None, "It failed.", "blocked using a list", "no such user", permanent=True)[0] is SENDER


@pytest.mark.parametrize(
    "row",
    list(csv.DictReader(CASES.read_text("utf-8").splitlines(), delimiter="\t")) if CASES.exists() else [],
    ids=lambda row: row["diagnostic"][:30],
)
def test_what_was_once_judged_wrongly(row: dict[str, str]) -> None:
    cause, gone = judge(row["status"], row["diagnostic"], permanent=True)
    assert (cause.value, "yes" if gone else "no") == (row["cause"], row["gone_for_good"])


@given(st.from_regex(r"[45]\.\d{1,3}\.\d{1,3}", fullmatch=True), st.text(max_size=300))
def test_an_address_is_gone_only_for_what_is_final_and_its_own(status: str, said: str) -> None:
    cause, gone = judge(status, said, permanent=True)
    assert not gone or cause in (ADDRESS, MAILBOX)
    assert judge(status, said, permanent=False) == (cause, False)
