"""How cases end: by a click of the customer on one of two links, or by their silence."""

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import CaseStatus, NoteUse, Outcome
from followup.mail.tokens import answer_token
from followup.services.cases import case_notes
from followup.services.outbox import explain_email, specimen_email
from followup.services.people import customers
from followup.services.upkeep import housekeeping
from followup.store.tables import AuditEvent, Case
from tests.services.cases.closing_answers import ALL_WELL, NOT_RIGHT, NOT_YET, RIGHT, TWO_WEEKS, asked, move
from tests.services.clicks import click, followed, links, parts
from tests.services.inbound.answered_cases import case_now, notes
from tests.services.mail_back import THEM, arrived, care_address, letter, receive
from tests.services.mailing import files, rows, states, tick
from tests.services.waiting import said
from tests.shop import Shop, happened


def followed_up(
    shop: Shop,
    customer: str = THEM,
    reply_to: str | None = "Care <care+{token}@shop.example>",
    locale: str | None = None,
) -> tuple[Case, bytes]:
    """A case about which the customer was asked how it ended, and that email as they got it."""
    shop.settings(reply_to=reply_to)
    case = shop.open_case(customer, what_happened=happened(locale))
    shop.request(case)
    for days in (0, 3, 14):
        tick(shop, shop.now + timedelta(days=days))
    shop.now += TWO_WEEKS
    email = max((row for row in rows(shop) if row.case_id == case.id), key=lambda row: row.step)
    assert (email.template, email.state.value) == ("closing", "sent")
    assert email.message is not None
    assert email.message in files(shop)
    return case, email.message


def needed(shop: Shop) -> dict[str, str]:
    return {f"C-{number:04}": why for number, why in said(shop).items()}


def events(shop: Shop) -> list[AuditEvent]:
    return list(shop.read(lambda session: session.exec(select(AuditEvent)).all()))


# ---- The email


@pytest.mark.parametrize(
    ("locale", "said", "subject"),
    [
        ("en-GB", "“all is well now”, or “not yet”.", "All is well now"),
        ("en-US", "“all is well now”, or “not yet”.", "All is well now"),
        ("de-DE", "„jetzt ist alles gut“ oder „noch nicht“.", "Jetzt ist alles gut"),
        ("es-ES", "«ya está todo bien» o «todavía no».", "Ya está todo bien"),
        (
            "fr-FR",
            "«\u00a0tout va bien maintenant\u00a0» ou «\u00a0pas encore\u00a0».",
            "Tout va bien maintenant",
        ),
    ],
)
def test_the_closing_email_can_be_answered_with_a_click_and_reads_as_before(
    shop: Shop, locale: str, said: str, subject: str
) -> None:
    shop.write(lambda session: take_in(session, shop, locale))
    case, message = followed_up(shop, locale=locale)
    text, _ = parts(message)
    # Nobody reads an address or a token in the plain part.
    assert said in text
    assert "mailto" not in text
    assert "@" not in text
    made_right = message_from_bytes(followed(links(message)[0]), policy=policy.default)
    token = answer_token(shop.workspace.secret_key(), RIGHT, case.id or 0)
    assert made_right["Subject"] == f"{subject} [{token}]"
    assert made_right["To"] == care_address(shop, case)
    assert receive(shop, click(links(message), RIGHT)).reason == ALL_WELL


def take_in(session: Session, shop: Shop, locale: str) -> None:
    customers.add_customer(
        session,
        shop.workspace.settings,
        now=shop.now,
        actor=shop.actor(session),
        name="Priya Shah",
        email=THEM,
        locale=locale,
    )


def test_no_other_email_has_these_links(shop: Shop) -> None:
    followed_up(shop)
    found = {row.template: links(row.message) for row in rows(shop) if row.message}
    assert {name: len(of_it) for name, of_it in found.items()} == {"apology": 0, "check-in": 0, "closing": 2}


@pytest.mark.parametrize("reply_to", ["Answers <answers@shop.example>", None])
def test_without_an_address_for_each_case_the_answer_itself_says_which_it_is(
    shop: Shop, reply_to: str | None
) -> None:
    _, message = followed_up(shop, reply_to=reply_to)
    other, second = followed_up(shop, "tom@example.com", reply_to=reply_to)
    target = urlsplit(links(second)[0]).path
    assert target == ("answers@shop.example" if reply_to else "care@shop.example")
    assert receive(shop, click(links(second), RIGHT, sender="tom@example.com")).case == "C-0002"
    assert case_now(shop, other).outcome is Outcome.RECOVERED
    assert receive(shop, click(links(message), NOT_YET, message_id="<2@example.com>")).case == "C-0001"


def test_an_email_to_oneself_answers_for_nobody(shop: Shop) -> None:
    case, _ = followed_up(shop)
    before = len(files(shop))
    written = shop.read(
        lambda session: specimen_email.write(
            session,
            shop.rules,
            to="me@shop.example",
            case_ref="C-0001",
            step=None,
            template="closing",
            now=shop.now,
        )
    )
    specimen_email.hand_over(shop.rules, written)
    (own,) = [one for one in files(shop) if b"[Test]" in one]
    assert len(files(shop)) == before + 1
    assert links(own)[0] == "mailto:care@shop.example?subject=All%20is%20well%20now"
    assert case_now(shop, case).outcome is None


# ---- All is well


def test_all_is_well_closes_the_case_as_recovered(shop: Shop) -> None:
    case, answers = asked(shop)
    receipt = receive(shop, click(answers, RIGHT))
    assert (receipt.kind, receipt.case, receipt.email, receipt.reason) == (
        "reply",
        "C-0001",
        "E-0003",
        ALL_WELL,
    )
    now = case_now(shop, case)
    assert (now.status, now.outcome) == (CaseStatus.CLOSED, Outcome.RECOVERED)
    assert now.resolved_at == now.closed_at == now.replied_at == shop.now
    (note,) = notes(shop, case)
    assert (note.use, note.actor, note.body) == (NoteUse.HEARD, "customer", "All is well now.")
    assert needed(shop) == {}


def test_what_they_write_beside_it_is_kept_and_waits_for_somebody_to_read_it(shop: Shop) -> None:
    case, answers = asked(shop)
    receive(shop, click(answers, RIGHT, added="But where is my refund?\n"))
    assert case_now(shop, case).outcome is Outcome.RECOVERED
    assert notes(shop, case)[0].body == "All is well now.\nBut where is my refund?"
    assert needed(shop) == {
        "C-0001": f"{ALL_WELL}, and wrote more: read it, and note on the case that you did"
    }
    shop.now += timedelta(hours=1)
    shop.write(
        lambda session: case_notes.add_note(
            session,
            session.get_one(Case, case.id),
            "It goes out today.",
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    assert needed(shop) == {}


def test_so_does_what_they_write_in_place_of_it_or_somebody_else_sends(shop: Shop) -> None:
    case, answers = asked(shop)
    own = message_from_bytes(followed(answers[0]), policy=policy.default)
    own.set_content("Thank you, Ana!\n")
    receive(shop, own.as_bytes())
    assert notes(shop, case)[0].body == "Thank you, Ana!"
    assert list(needed(shop)) == ["C-0001"]
    other, answers = asked(shop, "tom@example.com")
    receive(shop, click(answers, RIGHT, sender="his.wife@example.com"))
    note = notes(shop, other)[0].body
    assert note == "Not from the customer's address, but from his.wife@example.com:\n\nAll is well now."
    assert list(needed(shop)) == ["C-0001", "C-0002"]


def test_an_answer_without_text_says_what_its_subject_says_and_keeps_no_token(shop: Shop) -> None:
    case, answers = asked(shop)
    bare = message_from_bytes(followed(answers[0]), policy=policy.default)
    bare.set_content("")
    receive(shop, bare.as_bytes())
    assert notes(shop, case)[0].body == "All is well now."
    token = answer_token(shop.workspace.secret_key(), NOT_YET, case.id or 0)
    receive(shop, letter("\n", to="care@shop.example", subject=f"Hm, no [{token}]"))
    assert notes(shop, case)[1].body == "An email without text: Hm, no"


def test_what_they_answer_counts_over_what_a_colleague_recorded(shop: Shop) -> None:
    case, answers = asked(shop)
    move(shop, case, CaseStatus.CLOSED, Outcome.LOST)
    receive(shop, click(answers, RIGHT))
    now = case_now(shop, case)
    assert (now.status, now.outcome) == (CaseStatus.CLOSED, Outcome.RECOVERED)


def test_an_answer_before_all_emails_are_out_ends_their_sequence(shop: Shop) -> None:
    case = shop.open_case()
    shop.request(case)
    tick(shop)
    token = answer_token(shop.workspace.secret_key(), RIGHT, case.id or 0)
    receive(shop, letter("All is well now.\n", subject=f"All is well now [{token}]"))
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert [row.reason for row in rows(shop)[1:]] == [ALL_WELL, ALL_WELL]
    assert case_now(shop, case).outcome is Outcome.RECOVERED


# ---- Not yet


def test_not_yet_opens_the_case_again_for_a_person(shop: Shop) -> None:
    case, answers = asked(shop)
    move(shop, case, CaseStatus.RESOLVED)
    assert needed(shop) == {}
    assert receive(shop, click(answers, NOT_YET, added="The lid is missing.\n")).reason == NOT_RIGHT
    now = case_now(shop, case)
    assert (now.status, now.outcome, now.replied_at) == (CaseStatus.OPEN, None, shop.now)
    assert notes(shop, case)[0].body == "It is not right yet.\nThe lid is missing."
    assert needed(shop) == {"C-0001": NOT_RIGHT}


def test_a_later_reply_in_their_own_words_is_what_counts_then(shop: Shop) -> None:
    case, answers = asked(shop)
    receive(shop, click(answers, NOT_YET))
    shop.now += timedelta(hours=1)
    receive(shop, letter(to=care_address(shop, case)))
    assert needed(shop) == {"C-0001": "the customer has answered, so a person answers"}


def test_the_newest_of_contrary_answers_counts_and_all_are_told(shop: Shop) -> None:
    case, answers = asked(shop)
    for number, answer in enumerate((NOT_YET, RIGHT, NOT_YET, RIGHT)):
        receive(shop, click(answers, answer, message_id=f"<{number}@example.com>"))
        shop.now += timedelta(hours=1)
        expected = Outcome.RECOVERED if answer is RIGHT else None
        assert case_now(shop, case).outcome is expected
    assert [row.reason for row in arrived(shop)] == [NOT_RIGHT, ALL_WELL, NOT_RIGHT, ALL_WELL]
    told = [event.detail for event in events(shop) if event.action == "case answer"]
    assert told == [{"answer": answer} for answer in ("not_yet", "made_right", "not_yet", "made_right")]
    closing = rows(shop)[-1]
    story = shop.read(lambda session: explain_email.story(session, shop.rules, closing, now=shop.now))[
        "story"
    ]
    assert [entry["text"] for entry in story[-4:]] == [
        "They say that it is not made right yet.",
        "They say that all is well now.",
        "They say that it is not made right yet.",
        "They say that all is well now.",
    ]


def test_the_log_holds_no_word_of_what_was_written(shop: Shop) -> None:
    case, answers = asked(shop)
    for number, answer in enumerate((NOT_YET, RIGHT)):
        receive(shop, click(answers, answer, added="zqxlid\n", message_id=f"<{number}@example.com>"))
    assert "zqxlid" not in "".join(f"{event.because}{event.detail}{event.subject}" for event in events(shop))
    assert "zqxlid" in "".join(note.body for note in notes(shop, case))


# ---- Silence


def keep_house(shop: Shop) -> None:
    shop.write(lambda session: housekeeping.end_what_is_over(session, shop.rules, now=shop.now))


def test_a_resolved_case_is_closed_when_two_weeks_after_the_closing_email_nothing_was_heard(
    shop: Shop,
) -> None:
    case, _ = asked(shop)
    move(shop, case, CaseStatus.RESOLVED)
    shop.now += TWO_WEEKS - timedelta(seconds=1)
    keep_house(shop)
    assert case_now(shop, case).status is CaseStatus.RESOLVED
    shop.now += timedelta(seconds=1)
    keep_house(shop)
    now = case_now(shop, case)
    assert (now.status, now.outcome, now.closed_at) == (CaseStatus.CLOSED, Outcome.NO_RESPONSE, shop.now)
    (event,) = [event for event in events(shop) if event.action == "case closed"]
    assert (event.actor, event.because) == ("daemon", "the closing email had no answer for 14 days")


def test_an_open_case_and_one_that_was_never_asked_about_are_left(shop: Shop) -> None:
    still_open, _ = asked(shop)
    never_asked = shop.open_case("tom@example.com")
    move(shop, never_asked, CaseStatus.RESOLVED)
    shop.now += timedelta(days=365)
    keep_house(shop)
    assert case_now(shop, still_open).status is CaseStatus.OPEN
    assert case_now(shop, never_asked).status is CaseStatus.RESOLVED


def test_whoever_answered_since_was_heard(shop: Shop) -> None:
    case, _ = asked(shop)
    shop.now += timedelta(days=1)
    receive(shop, letter("Thanks.\n", to=care_address(shop, case)))
    move(shop, case, CaseStatus.RESOLVED)
    shop.now += timedelta(days=30)
    keep_house(shop)
    assert case_now(shop, case).status is CaseStatus.RESOLVED


def test_a_late_answer_still_counts(shop: Shop) -> None:
    case, answers = asked(shop)
    move(shop, case, CaseStatus.RESOLVED)
    shop.now += TWO_WEEKS
    keep_house(shop)
    shop.now += timedelta(days=300)
    receive(shop, click(answers, RIGHT))
    assert case_now(shop, case).outcome is Outcome.RECOVERED
