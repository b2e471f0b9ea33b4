"""A letter in the words of an agent: what is saved goes, is read by the lint, and is in the audit log."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlmodel import col, select

from followup.domain.outbox.email_state import EmailState
from followup.errors import FollowupError, InvalidFile, Refused, WrongUsage
from followup.mail.letter import EditedText
from followup.mail.read_own_email import text_of
from followup.services.outbox import edit_letter, outbox, template_previews
from followup.services.outbox.edit_letter import Words
from followup.services.privacy import erasure
from followup.services.shared import audit
from followup.store.tables import AuditEvent, Case, Customer, Email
from tests.services.mailing import files, rows, tick
from tests.services.outbox.test_held_emails import STOCK, add_to_apology, release
from tests.shop import MAX, Shop

OURS = "Your cat is not to blame for what our driver did."


def html_of(message: bytes) -> str:
    part = message_from_bytes(message, policy=policy.default).get_body(("html",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def words(shop: Shop, number: int = 1) -> EditedText:
    return shop.read(
        lambda session: (
            edit_letter.words_of(session, shop.rules, session.get_one(Email, number), now=shop.now).words
        )
    )


def edit(
    shop: Shop,
    text: str,
    *,
    subject: str | None = None,
    shown: EditedText | None = None,
    because: str | None = None,
    number: int = 1,
) -> Words:
    return shop.write(
        lambda session: edit_letter.edit(
            session,
            shop.rules,
            session.get_one(Email, number),
            subject,
            text,
            shown=shown,
            now=shop.now,
            actor=shop.actor(session),
            because=because,
        )
    )


def with_ours(shop: Shop, number: int = 1) -> str:
    """The present text with a sentence of ours in its second paragraph."""
    first, _, rest = words(shop, number).text.partition("\n\n")
    return f"{first}\n\n{OURS} {rest}"


def refusal(shop: Shop, text: str, **given: object) -> FollowupError:
    with pytest.raises(FollowupError) as refused:
        edit(shop, text, **given)  # type: ignore[arg-type]
    return refused.value


def test_what_was_saved_is_what_goes_in_both_parts_and_nothing_else(shop: Shop) -> None:
    shop.request(shop.open_case())
    text = with_ours(shop)
    edit(shop, text, subject="Your table and your cat")
    assert tick(shop).sent == 1
    sent = rows(shop)[0]
    assert sent.message is not None
    assert sent.subject == "Your table and your cat"
    assert text_of(sent.message).startswith(f"{text}\n")
    assert OURS in html_of(sent.message)
    assert len(files(shop)) == 1


def test_signs_that_mean_something_elsewhere_go_as_they_are(shop: Shop) -> None:
    shop.request(shop.open_case())
    odd = "Model *KX_9* costs {{ nothing }}, <b>5 > 3</b> & so on, see [1](x)."
    edit(shop, f"{words(shop).text}\n\n{odd}")
    release(shop)
    tick(shop)
    sent = rows(shop)[0].message
    assert sent is not None
    assert odd in text_of(sent)
    assert (
        "Model *KX_9* costs {{ nothing }}, &lt;b&gt;5 &gt; 3&lt;/b&gt; &amp; so on, see [1](x)."
        in html_of(sent)
    )


def test_the_case_changes_the_words_no_more(shop: Shop) -> None:
    shop.request(shop.open_case())
    text = with_ours(shop)
    edit(shop, text)
    path = shop.own_templates() / "en" / "apology.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nSomething else.\n", encoding="utf-8")
    assert words(shop).text == text


def test_an_error_of_the_lint_holds_the_letter_at_once_and_says_so(shop: Shop) -> None:
    shop.request(shop.open_case())
    before = words(shop).text
    found = edit(shop, f"{STOCK} {before}").findings
    assert "E1" in [finding.rule.value for finding in found]
    held = rows(shop)[0]
    assert (held.state, held.held_code and held.held_code.value) == (EmailState.DEFERRED, "lint")
    assert tick(shop).sent == 0
    # Mended by a person, it goes by itself.
    edit(shop, before)
    assert rows(shop)[0].held_code is None
    assert tick(shop).sent == 1


def test_the_gate_reads_what_an_agent_wrote_and_nothing_else_of_the_case(shop: Shop) -> None:
    shop.request(shop.open_case(promised="The useless morons will call you."))
    found = edit(shop, with_ours(shop).replace("“The useless morons will call you”", "a call")).findings
    assert [finding.rule.value for finding in found if finding.rule.value[0] == "G"] == []
    found = edit(
        shop, f"{with_ours(shop)}\n\nThose morons again, with your card 4111 1111 1111 1111."
    ).findings
    assert "G4" in [finding.rule.value for finding in found]
    assert rows(shop)[0].held_code is not None
    assert tick(shop).sent == 0
    # Of a card no more than the last digits is kept, in the letter and in the audit log.
    assert "•••• 1111" in words(shop).text
    assert "4111 1111" not in shop.stored()


def test_what_the_lint_held_for_its_template_is_mended_by_editing(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    tick(shop)
    assert rows(shop)[0].held_code is not None
    edit(shop, words(shop).text.replace(f"{STOCK} ", "").replace(STOCK, ""))
    assert tick(shop).sent == 1
    assert STOCK.encode() not in files(shop)[0]


def test_a_letter_that_a_person_holds_stays_held(shop: Shop) -> None:
    shop.request(shop.open_case())
    shop.write(
        lambda session: outbox.hold(
            session,
            session.get_one(Email, 1),
            now=shop.now,
            actor=shop.actor(session),
            because="I call first.",
        )
    )
    edit(shop, with_ours(shop))
    assert rows(shop)[0].held_code is not None
    assert tick(shop).sent == 0


def test_the_audit_log_has_the_lines_that_changed_and_the_reason(shop: Shop) -> None:
    shop.request(shop.open_case())
    edit(shop, with_ours(shop), because="She asked about the cat.")
    event = shop.read(
        lambda session: session.exec(select(AuditEvent).where(col(AuditEvent.action) == "outbox edit")).one()
    )
    assert event.because is not None
    lines = event.because.split("\n")
    assert lines[0] == "She asked about the cat."
    assert [line[0] for line in lines[1:]] == ["-", "+"]
    assert OURS in lines[2]
    assert shop.read(lambda session: list(audit.broken_links(session))) == []


def test_nobody_overwrites_what_another_saved_meanwhile(shop: Shop) -> None:
    shop.request(shop.open_case())
    shown = words(shop)
    edit(shop, with_ours(shop))
    saved = words(shop).text
    refused = refusal(shop, f"{shown.text}\n\nMine.", shown=shown)
    assert (refused.code, words(shop).text) == ("letter_changed", saved)


def test_a_letter_that_was_sent_is_not_edited(shop: Shop) -> None:
    shop.request(shop.open_case())
    text = words(shop).text
    tick(shop)
    refused = refusal(shop, text)
    assert isinstance(refused, Refused)
    assert refused.code == "illegal_state"


def test_a_follow_up_keeps_the_subject_of_its_conversation(shop: Shop) -> None:
    shop.request(shop.open_case())
    tick(shop)
    text = with_ours(shop, 2)
    assert refusal(shop, text, subject="Something else", number=2).code == "subject_kept"
    edit(shop, text, number=2)
    assert words(shop, 2).text == text


def test_an_email_to_a_colleague_is_not_edited(shop: Shop) -> None:
    shop.request(shop.open_case(), "refund", "40.00")
    assert refusal(shop, "Please decide.").code == "letter_to_colleague"


@pytest.mark.parametrize(
    ("subject", "text", "code"),
    [
        ("Hello", "  \n ", "edited_text_empty"),
        ("\x00 ", "Words.", "edited_text_empty"),
        ("Hello", "x" * 4_001, "edited_text_too_long"),
        ("x" * 201, "Words.", "edited_text_too_long"),
    ],
)
def test_a_letter_without_words_or_without_end_is_refused(
    shop: Shop, subject: str, text: str, code: str
) -> None:
    shop.request(shop.open_case())
    before = words(shop)
    refused = refusal(shop, text, subject=subject)
    assert isinstance(refused, WrongUsage)
    assert (refused.code, words(shop)) == (code, before)


def test_dropped_the_template_writes_it_again(shop: Shop) -> None:
    shop.request(shop.open_case())
    before = words(shop)
    edit(shop, with_ours(shop), subject="Mine")

    def drop() -> None:
        shop.write(
            lambda session: edit_letter.drop(
                session,
                shop.rules,
                session.get_one(Email, 1),
                now=shop.now,
                actor=shop.actor(session),
                because=None,
            )
        )

    drop()
    assert words(shop) == before
    with pytest.raises(Refused, match="Nobody has edited"):
        drop()


def test_a_preview_shows_the_words_that_will_go(shop: Shop) -> None:
    case = shop.request(shop.open_case()).case_id
    edit(shop, with_ours(shop))
    seen = shop.read(
        lambda session: template_previews.preview(
            session, shop.rules, session.get_one(Case, case), now=shop.now
        )
    )
    assert OURS in seen["text"]


def test_an_erased_customer_leaves_no_edited_words(shop: Shop) -> None:
    shop.request(shop.open_case(), "apology")
    edit(shop, with_ours(shop), because="For the cat.")
    shop.write(
        lambda session: erasure.erase(
            session,
            shop.rules,
            session.exec(select(Customer)).one(),
            now=shop.now,
            actor=shop.actor(session, MAX),
            because="She asked.",
        )
    )
    email = rows(shop)[0]
    assert (email.edited_subject, email.edited_text) == (None, None)
    told = shop.read(lambda session: [event.because or "" for event in session.exec(select(AuditEvent))])
    assert not any(OURS in because for because in told)


def test_a_broken_template_is_said_before_anything_is_saved(shop: Shop) -> None:
    add_to_apology(shop, "{{ customer.shoe_size }}")
    shop.request(shop.open_case())
    with pytest.raises(InvalidFile, match="shoe_size"):
        words(shop)
    assert rows(shop)[0].edited_text is None
