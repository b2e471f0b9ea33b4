"""What is told of a case when it is opened: what is read, what is refused; hostile text is just text."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial

import pytest
from sqlmodel import Session, col, select

from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.shared.money import Money
from followup.services.cases import cases
from followup.services.outbox import outbox
from followup.store.tables import Email
from tests.services.cases.told_cases import read, refusal
from tests.services.mailing import tick
from tests.shop import DIANA, Shop

# ---- What is told


@pytest.mark.parametrize("name", ["customer", "reason", "severity"])
@pytest.mark.parametrize("empty", [None, "", "  \t "])
def test_what_a_case_cannot_do_without_is_named(shop: Shop, name: str, empty: str | None) -> None:
    error = refusal(shop, **{name: empty})
    assert (error.code, error.message) == ("missing", f"The {name} is missing.")


def test_what_is_left_out_has_a_default_or_is_nothing(shop: Shop) -> None:
    entry = read(shop, feeling=" ", order=None)
    assert (entry.responsibility, entry.feeling, entry.order) == (Responsibility.OURS, None, None)
    assert (entry.occurred_on, entry.order_value, entry.mass_incident) == (None, None, False)


@pytest.mark.parametrize(
    ("name", "written", "near"),
    [
        ("severity", "moderat", "moderate"),
        ("severity", "sever", "severe"),
        ("feeling", "let_dwn", "let_down"),
        ("feeling", "angy", "angry"),
        ("responsibility", "share", "shared"),
        ("channel", "fone", "phone"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_one(
    shop: Shop, name: str, written: str, near: str
) -> None:
    error = refusal(shop, **{name: written})
    assert error.code == f"unknown_{name}"
    assert f"Did you mean {near}?" in error.hint
    assert "The choices are " in error.hint


def test_a_word_that_is_near_nothing_is_answered_with_the_list(shop: Shop) -> None:
    hint = refusal(shop, severity="xyz").hint
    assert hint == "The choices are minor, moderate, serious, severe."


@pytest.mark.parametrize("written", ["let_down", "Let down", "LET-DOWN", " let_down "])
def test_words_may_be_written_as_people_write_them(shop: Shop, written: str) -> None:
    entry = read(shop, feeling=written, severity="Severe", channel="In Person")
    assert (entry.feeling, entry.severity, entry.channel) == (
        Feeling.LET_DOWN,
        Severity.SEVERE,
        Channel.IN_PERSON,
    )


@pytest.mark.parametrize("written", ["last week", "2026-02-30", "31/02/2026", "2026-13-01", "2026"])
def test_a_date_that_is_none_is_refused(shop: Shop, written: str) -> None:
    assert refusal(shop, occurred_on=written).code == "bad_date"


@pytest.mark.parametrize(
    ("written", "day"),
    [("today", 2), ("yesterday", 1), ("1.11.", 1), ("02/11/2026", 2), ("2026-11-01", 1)],
)
def test_a_day_may_be_told_as_people_say_it(shop: Shop, written: str, day: int) -> None:
    assert read(shop, occurred_on=written).occurred_on == date(2026, 11, day)


@pytest.mark.parametrize("written", ["£1,250.50", "1,250.50", "1.250,50", "1250.5 GBP"])
def test_an_order_value_may_be_told_as_people_write_it(shop: Shop, written: str) -> None:
    assert read(shop, order_value=written).order_value == Money(125_050, "GBP")


@pytest.mark.parametrize("nobody_knows", [None, "", "unknown", " Unknown "])
def test_without_a_day_there_is_none(shop: Shop, nobody_knows: str | None) -> None:
    assert read(shop, occurred_on=nobody_knows).occurred_on is None


def test_a_case_cannot_have_happened_tomorrow(shop: Shop) -> None:
    assert read(shop, occurred_on="2026-11-02").occurred_on == date(2026, 11, 2)
    error = refusal(shop, occurred_on="2026-11-03")
    assert (error.code, error.hint) == ("future_date", "Today is 2026-11-02.")


def test_today_is_the_workspaces_day(shop: Shop) -> None:
    # Noon in London is one o'clock on the next morning in Auckland, 13 hours ahead in November.
    shop.now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    shop.settings(timezone="Pacific/Auckland")
    assert read(shop, occurred_on="today").occurred_on == date(2026, 11, 3)
    assert read(shop, occurred_on="2026-11-03").occurred_on == date(2026, 11, 3)


@pytest.mark.parametrize("written", ["-5", "1e3", "12.345", "1,00,0", "NaN", "€5", "٥", "9" * 40])
def test_an_order_value_that_is_no_amount_is_refused(shop: Shop, written: str) -> None:
    assert refusal(shop, order_value=written).message.startswith("order value: ")


@pytest.mark.parametrize("written", ["priya", "priya@", "@example.com", "a b@example.com", "a@b@example.com"])
def test_an_address_that_is_none_is_refused(shop: Shop, written: str) -> None:
    assert refusal(shop, customer=written).code == "bad_address"


@pytest.mark.parametrize("written", ["late delivery!", "-", "a" * 61, "späte-lieferung"])
def test_a_reason_is_a_short_plain_name(shop: Shop, written: str) -> None:
    assert refusal(shop, reason=written).code == "bad_reason"
    assert read(shop, reason=" Late-Delivery ").reason == "late-delivery"


def test_a_fact_that_the_policy_does_not_know_or_cannot_read_is_refused(shop: Shop) -> None:
    assert "days_late" in refusal(shop, fact_days_lat="3").hint
    refusal(shop, fact_days_late="many")
    refusal(shop, fact_days_late="-1")
    assert read(shop, fact_days_late=" 3 ").facts == {"days_late": "3"}


# ---- Hostile text


ONE_LINE = ("name", "order", "promised", "external_id")
NEVER_ON_A_LINE = {
    "null byte": "Priya\x00Shah",
    "a line break": "Priya\nShah",
    "a header": "Priya\r\nBcc: everybody@example.com",
    "an escape": "\x1b]0;owned\x07Priya",
    "a one-byte escape": "Priya\x9b31m",
    "a backspace": "Priya\x08\x08\x08",
    "a line separator": "Priya\u2028Bcc: everybody@example.com",
    "a paragraph separator": "Priya\u2029Shah",
    "half a character": "Priya\ud83d",
    "delete": "Priya\x7f",
}


@pytest.mark.parametrize("field", ONE_LINE)
@pytest.mark.parametrize("text", NEVER_ON_A_LINE.values(), ids=NEVER_ON_A_LINE)
def test_a_line_of_text_has_no_control_character_in_it(shop: Shop, field: str, text: str) -> None:
    assert refusal(shop, **{field: text}).code == "control_character"


@pytest.mark.parametrize("field", ["name", "order", "promised"])
@pytest.mark.parametrize("text", ["\u200b\u200b", "\u2060", "\ufeff", "\u202e \u202c", "\u0301"])
def test_a_line_that_nobody_can_see_is_empty(shop: Shop, field: str, text: str) -> None:
    assert refusal(shop, **{field: text}).code == "empty"


@pytest.mark.parametrize("field", ["name", "order", "promised"])
def test_a_line_is_at_most_200_characters_long(shop: Shop, field: str) -> None:
    read(shop, **{field: "x" * 200})
    assert refusal(shop, **{field: "x" * 201}).code == "too_long"


def test_their_own_words_may_have_lines_and_lose_only_what_cannot_be_kept(shop: Shop) -> None:
    words = "First\r\nsecond\x00\x1b[31mred\ud83d\n\tthird\r"
    assert read(shop, verbatim=words).verbatim == "First\nsecond\ufffd\ufffd[31mred\ufffd\n\tthird"
    read(shop, verbatim="x" * 20_000)
    assert refusal(shop, verbatim="x" * 20_001).code == "too_long"


HOSTILE = (
    "{{ 1111 * 9 }}{% for x in range(9) %}y{% endfor %}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://tracker.example/x.png)",
    "=cmd|' /C calc'!A0",
    "Robert'); DROP TABLE cases;--",
    "[red]text[/red] :smile:",
    "%s %(name)s {0} ${HOME} `id`",
    "\u202egnp.exe\u202c and \u2066isolated\u2069",
    "p\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
    "=?utf-8?b?QmNjOiB4QGV4YW1wbGUuY29t?=",
    '"><b>bold</b> &lt;i&gt; &amp; \\" \\\\',
    "<evil@example.com>, other@example.com; (comment)",
    "👩\u200d👧\u200d👦 עברית العربية 漢字",
    "# Heading\n- list\n> quote".replace("\n", " "),
    "C-0002 In-Reply-To: <x@y>",
    "...\u00a0\u00a0...",
)


def test_hostile_text_in_every_field_is_text_in_the_database_and_in_the_email(shop: Shop) -> None:
    for number, text in enumerate(HOSTILE):
        case = shop.open_case(
            f"c{number}@example.com",
            by=DIANA,
            name=text,
            order=text,
            promised=text,
            verbatim=f"{text}\n.\nBcc: x@example.com",
            external_id=f"{number} {text}",
        )
        shop.request(case, by=DIANA, because=text)
        stored = shop.read(partial(cases.find_case, text=f"C-{number + 1}"))
        assert stored.promised == unicodedata.normalize("NFC", text)
    for days in (0, 3, 14):
        now = shop.now + timedelta(days=days)
        tally = tick(shop, now, limit=1000)
        assert tally.failed == 0
        # Markup holds a letter; what a person lets go is text all the same.
        shop.write(partial(let_go, shop=shop, now=now))
        assert tick(shop, now, limit=1000).failed == 0
    written = list(shop.workspace.outbox_dir.rglob("*.eml"))
    # A question mark in the name of an order, or a name that reads as a sentence, is left to a person.
    assert len(written) >= 3 * (len(HOSTILE) - 3)
    for path in written:
        check_letter(path.read_bytes())


def let_go(session: Session, shop: Shop, now: datetime) -> None:
    for email in session.exec(select(Email).where(col(Email.held_code).is_not(None))).all():
        actor = shop.actor(session, DIANA)
        outbox.release(session, shop.rules, email, now=now, actor=actor, because="It is only text.")


def check_letter(content: bytes) -> None:
    """No hostile text came through as anything but text."""
    message = message_from_bytes(content, policy=policy.default)
    wanted = ["From", "To", "Subject", "Date", "Message-ID"]
    wanted += ["Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"]
    assert [name for name in message.keys() if name not in ("In-Reply-To", "References")] == wanted  # noqa: SIM118
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec.startswith("c")
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    text, html = plain.get_content(), rich.get_content().lower()
    assert "9999" not in text + html
    assert not [
        letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\r\n"
    ]
    assert not set(text + html) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    for tag in ("<script", "<img", "<b>bold", "<i>", 'href="javascript', 'tracker.example/x.png"'):
        assert tag not in html
