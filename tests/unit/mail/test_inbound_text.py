"""What a person newly wrote: quoted emails and signatures go, no word of the person's own is ever lost."""

import csv
from pathlib import Path

import pytest

from followup.mail.inbound.html_text import text_of_html
from followup.mail.inbound.reply_text import reply_text
from tests.unit.mail.inbound_replies import reply

COMPLAINTS = Path(__file__).parents[4] / "shared" / "data" / "complaints" / "cfpb.csv"
OURS = "> Dear Jo,\n>\n> the kettle should not have leaked.\n> Ana\n"
PLAIN_OURS = "Dear Jo,\n\nthe kettle should not have leaked.\nAna\n"
REPLIES = {
    "no quote at all": (
        "It leaks again.\n\nJo",
        "It leaks again.\n\nJo",
    ),
    "English, Gmail": (
        f"Thank you, it arrived.\n\nOn Tue, 3 Mar 2026 at 10:12, Ana <ana@shop.test> wrote:\n\n{OURS}",
        "Thank you, it arrived.",
    ),
    "English, Gmail, wrapped": (
        (
            "Thank you.\n\nOn Tue, 3 Mar 2026 at 10:12, Ana at the very long named shop\n"
            f"<ana@shop.test> wrote:\n{OURS}"
        ),
        "Thank you.",
    ),
    "English, Apple Mail": (
        f"Works now.\n\n> On 3 Mar 2026, at 10:12, Ana <ana@shop.test> wrote:\n>\n{OURS}",
        "Works now.",
    ),
    "English, Thunderbird": (
        f"On 03/03/2026 10:12, Ana wrote:\n{OURS}\nStill waiting for the money.",
        "Still waiting for the money.",
    ),
    "English, Yahoo without marks": (
        (
            "Yes please.\n\nOn Tuesday, 3 March 2026 at 10:12:00 GMT, Ana <ana@shop.test> wrote:\n\n"
            f"{PLAIN_OURS}"
        ),
        "Yes please.",
    ),
    "English, Outlook": (
        (
            "I would rather have the refund.\n\nJo Day\n\nFrom: Ana <ana@shop.test>\n"
            f"Sent: Tuesday, March 3, 2026 10:12 AM\nTo: Jo <jo@y.test>\nSubject: Your kettle\n\n{PLAIN_OURS}"
        ),
        "I would rather have the refund.\n\nJo Day",
    ),
    "English, Outlook with a rule": (
        (
            "Refund please.\n\n________________________________\nFrom: Ana <ana@shop.test>\n"
            f"Sent: 03 March 2026 10:12\nTo: Jo\nSubject: Your kettle\n\n{PLAIN_OURS}"
        ),
        "Refund please.",
    ),
    "English, old Outlook": (
        (
            "Refund please.\n\n-----Original Message-----\nFrom: Ana [mailto:ana@shop.test]\n"
            f"Sent: 03 March 2026 10:12\nTo: Jo\nSubject: Your kettle\n\n{PLAIN_OURS}"
        ),
        "Refund please.",
    ),
    "English, Outlook in bold": (
        (
            "Refund please.\n\n*From:* Ana <ana@shop.test>\n*Sent:* 03 March 2026\n*To:* Jo\n"
            f"*Subject:* Your kettle\n\n{PLAIN_OURS}"
        ),
        "Refund please.",
    ),
    "English, Outlook on a telephone": (
        (
            "Refund please.\n\nGet Outlook for iOS<https://aka.ms/x>\n________________________________\n"
            f"From: Ana <ana@shop.test>\nSent: 3 March 2026\nTo: Jo\nSubject: Kettle\n\n{PLAIN_OURS}"
        ),
        "Refund please.",
    ),
    "German, Gmail": (
        f"Danke.\n\nAm Di., 3. März 2026 um 10:12 Uhr schrieb Ana <ana@shop.test>:\n\n{OURS}",
        "Danke.",
    ),
    "German, Thunderbird": (
        f"Danke sehr.\n\nAm 03.03.26 um 10:12 schrieb Ana:\n{OURS}",
        "Danke sehr.",
    ),
    "German, Apple Mail": (
        f"Danke sehr.\n\n> Am 03.03.2026 um 10:12 schrieb Ana <ana@shop.test>:\n>\n{OURS}",
        "Danke sehr.",
    ),
    "German, Outlook": (
        (
            "Ich nehme den Gutschein.\n\nVon: Ana <ana@shop.test>\nGesendet: Dienstag, 3. März 2026 10:12\n"
            f"An: Jo <jo@y.test>\nBetreff: Ihr Wasserkocher\n\n{PLAIN_OURS}"
        ),
        "Ich nehme den Gutschein.",
    ),
    "German, GMX": (
        (
            "Den Gutschein bitte.\n\n-------- Ursprüngliche Nachricht --------\nVon: Ana <ana@shop.test>\n"
            f"Datum: 03.03.26 10:12 (GMT+01:00)\nAn: jo@y.test\nBetreff: Ihr Wasserkocher\n\n{PLAIN_OURS}"
        ),
        "Den Gutschein bitte.",
    ),
    "German, GMX on the web": (
        (
            "Gut so.\n\nGesendet: Dienstag, 03. März 2026 um 10:12 Uhr\nVon: Ana <ana@shop.test>\n"
            f"An: jo@y.test\nBetreff: Ihr Wasserkocher\n{PLAIN_OURS}"
        ),
        "Gut so.",
    ),
    "German, telephone": (
        f"Passt.\n\nVon meinem iPhone gesendet\n\n> Am 03.03.2026 um 10:12 schrieb Ana <a@b.test>:\n{OURS}",
        "Passt.",
    ),
    "French, Gmail": (
        f"Merci.\n\nLe mar. 3 mars 2026 à 10:12, Ana <ana@shop.test> a écrit :\n\n{OURS}",
        "Merci.",
    ),
    "French, Outlook": (
        (
            "Je préfère le bon d'achat.\n\nDe : Ana <ana@shop.test>\nEnvoyé : mardi 3 mars 2026 10:12\n"
            f"À : Jo <jo@y.test>\nObjet : Votre bouilloire\n\n{PLAIN_OURS}"
        ),
        "Je préfère le bon d'achat.",
    ),
    "French, telephone": (
        (
            "Merci bien.\n\nEnvoyé de mon iPhone\n\n> Le 3 mars 2026 à 10:12, Ana <ana@shop.test> a écrit :\n"
            f"> \n{OURS}"
        ),
        "Merci bien.",
    ),
    "Spanish, Gmail": (
        f"Gracias.\n\nEl mar, 3 mar 2026 a las 10:12, Ana (<ana@shop.test>) escribió:\n\n{OURS}",
        "Gracias.",
    ),
    "Spanish, Outlook": (
        (
            "Prefiero el vale.\n\nDe: Ana <ana@shop.test>\nEnviado el: martes, 3 de marzo de 2026 10:12\n"
            f"Para: Jo <jo@y.test>\nAsunto: Su hervidor\n\n{PLAIN_OURS}"
        ),
        "Prefiero el vale.",
    ),
    "Spanish, telephone": (
        f"Vale.\n\nEnviado desde mi iPhone\n\n> El 3 mar 2026, a las 10:12, Ana <a@b.test> escribió:\n{OURS}",
        "Vale.",
    ),
    "Italian": (
        f"Grazie.\n\nIl giorno mar 3 mar 2026 alle ore 10:12 Ana <ana@shop.test> ha scritto:\n\n{OURS}",
        "Grazie.",
    ),
    "Dutch": (
        f"Dank u.\n\nOp di 3 mrt 2026 om 10:12 schreef Ana <ana@shop.test>:\n\n{OURS}",
        "Dank u.",
    ),
    "Polish": (
        f"Dzięki.\n\nwt., 3 mar 2026 o 10:12 Ana <ana@shop.test> napisał(a):\n\n{OURS}",
        "Dzięki.",
    ),
    "Japanese, by the library": (
        f"ありがとう。\n\n2026年3月3日(火) 10:12 Ana <ana@shop.test>:\n\n{PLAIN_OURS}",
        "ありがとう。",
    ),
    "Chinese, by the library": (
        (
            "谢谢。\n\n发件人: Ana <ana@shop.test>\n发送时间: 2026年3月3日 10:12\n收件人: Jo\n主题: 水壶\n\n"
            f"{PLAIN_OURS}"
        ),
        "谢谢。",
    ),
    "answers between": (
        (
            "On 3 Mar 2026 at 10:12, Ana <ana@shop.test> wrote:\n> Did it arrive?\n\nYes, on Monday.\n\n"
            "> Would you like a voucher?\n\nNo, the money.\n\nJo"
        ),
        "Yes, on Monday.\n\nNo, the money.\n\nJo",
    ),
    "an answer below the quote": (
        f"On 3 Mar 2026 at 10:12, Ana <ana@shop.test> wrote:\n\n{OURS}\nIt leaks still.",
        "It leaks still.",
    ),
    "words right over the line of the program": (
        f"It broke on 5 May.\nMy number is 55.\nOn 3 Mar 2026, at 10:12, Ana <ana@shop.test> wrote:\n{OURS}",
        "It broke on 5 May.\nMy number is 55.",
    ),
    "words right over it, in two lines": (
        f"It broke on 5 March.\nOn 3 Mar 2026, at 10:12, Ana Harbour\n<ana@shop.test> wrote:\n{OURS}",
        "It broke on 5 March.",
    ),
    "only a name": (f"Ana Harbour wrote:\n{OURS}\nIt leaks still.", "It leaks still."),
    "a date of one's own over the head of Outlook": (
        f"It came on this\nDate: 5 March\n\nFrom: Ana <a@b.test>\nSent: 3 May\nTo: Jo\n\n{PLAIN_OURS}",
        "It came on this\nDate: 5 March",
    ),
    "signature": (
        "It leaks still.\n\n-- \nJo Day\nHead of Tea\n+44 1632 960000",
        "It leaks still.",
    ),
    "signature before a quote": (
        f"It leaks.\n\n-- \nJo Day\n\nOn 3 Mar 2026, Ana wrote:\n{OURS}",
        "It leaks.",
    ),
    "sign-off is the person's own": (
        f"It leaks.\n\nKind regards,\nJo\n\nOn 3 Mar 2026, Ana wrote:\n{OURS}",
        "It leaks.\n\nKind regards,\nJo",
    ),
}
KEPT = {
    "a list with hyphens": "Two things are wrong:\n- the lid\n- the cable\nPlease send both.",
    "thanks at the beginning of a line": "Hello,\nThanks, but the second one leaks too.\nI want my money.",
    "regards in the middle": "Best regards to Ana, she was kind.\nThe kettle still leaks.",
    "a sentence like an attribution": "On 3 March 2026 Ana wrote:\nyou get money.\nI did not.",
    "words over a quote of one's own": (
        "I waited until 5 May.\nMy number is 55.\nI am angry, as on 3 May you wrote:\n> It will come.\nNo!"
    ),
    "words over a short quote": "I am angry you wrote:\n> It will come.\nIt did not.",
    "the same in German": "Am 3. März schrieb Ihre Kollegin:\nGeld kommt.\nNichts kam.",
    "lines like a head": "To: whom it may concern\nDate of order: 3 March\nIt never came.",
    "what arrived, with its sender": "From: the warehouse in Leeds\nI got the wrong kettle.",
    "two dashes and a long text": "Please read on.\n--\n"
    + "\n".join(f"Point {n} is open." for n in range(12)),
    "a postscript below the signature": "Please call me.\n-- \nJo\nPS: not before ten.",
    "a question below the signature": "Please call me.\n--\nJo\nOr is email better for you?",
    "one line with a mark": "> 3 weeks of waiting\nThat is what I call slow.",
    "a line about a telephone": "Sent from my old address, the parcel was lost.\nNow I moved to Leeds.",
    "a line about sending": "Gesendet haben Sie es, sagt die Post.\nAngekommen ist nichts.",
    "an error message": "Your shop says:\n550 5.1.1 user unknown\nUndeliverable: my complaint",
    "rules of a table": "Item | Price\n-----------\nKettle | 20",
    "a forwarded receipt": (
        "Here is the receipt.\n\n---------- Forwarded message ---------\nFrom: Shop <shop@shop.test>\n"
        "Date: Mon, 2 Mar 2026\nSubject: Receipt\nTo: Jo <jo@y.test>\n\nKettle 20.00"
    ),
    "everything below a head, nothing above": (
        "From: Ana <ana@shop.test>\nSent: Tuesday\nTo: Jo\nSubject: Kettle\n\nDear Jo\n\nMy answer is no."
    ),
    "a web address": "It is this one:\nhttps://shop.test/kettle?x=1>2\nPlease.",
    "shouting": "WHY????\n!!!!!!!!!\nI WAIT.",
}


@pytest.mark.parametrize(("body", "written"), REPLIES.values(), ids=REPLIES.keys())
def test_only_what_was_newly_written_is_left(body: str, written: str) -> None:
    assert reply(body).text == written


@pytest.mark.parametrize(("body", "written"), REPLIES.values(), ids=REPLIES.keys())
def test_the_whole_text_is_there_too(body: str, written: str) -> None:
    assert reply(body).whole_text.split() == body.split()


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT.keys())
def test_words_of_the_person_are_kept(body: str) -> None:
    assert reply(body).text.split() == body.split()


def test_what_a_person_passes_on_is_kept() -> None:
    body = "See below.\n\nFrom: Post <post@y.test>\nSent: 3 May\nTo: Jo\nSubject: Parcel\n\nIt is lost."
    assert reply(body, Subject="FW: Parcel").text.split() == body.split()
    assert reply(body, Subject="RE: Parcel").text == "See below."


def test_a_reply_with_nothing_new_has_no_text() -> None:
    assert reply(f"On 3 Mar 2026, Ana <ana@shop.test> wrote:\n{OURS}").text == ""


def test_what_is_only_quoted_in_part_is_never_lost_for_want_of_a_mark() -> None:
    """A negative control: were every line like an attribution a cut, the words below it would go."""
    text = "On 3 March 2026 at 10:12 Ana wrote:\n> it will come\nIt did not."
    assert reply_text(text) == "It did not."
    assert "It did not" in reply_text(text.replace("> ", ""))


def test_nesting_of_quotes_ends() -> None:
    assert text_of_html("<blockquote>a</blockquote></blockquote>b").split() == [">", "a", "b"]


def narratives() -> list[str]:
    """Every tenth of the complaints that customers wrote, where they lie next to the checkout."""
    if not COMPLAINTS.is_file():
        return []
    with COMPLAINTS.open(encoding="utf-8", newline="") as lines:
        next(lines), next(lines)
        found = [row["Consumer complaint narrative"] for row in csv.DictReader(lines)]
    return [text for text in found if text.strip()][::10]


@pytest.mark.parametrize(
    "after",
    [
        "",
        f"\n\nOn Tue, 3 Mar 2026 at 10:12, Ana <ana@shop.test> wrote:\n\n{OURS}",
        f"\n\nFrom: Ana <ana@shop.test>\nSent: 3 March 2026\nTo: Jo\nSubject: Your kettle\n\n{PLAIN_OURS}",
        f"\n\n-- \nJo Day\nLeeds\n\nAm 03.03.26 um 10:12 schrieb Ana:\n{OURS}",
    ],
    ids=["alone", "over a quote", "over an email", "over a signature"],
)
def test_no_word_of_real_complaints_is_lost(after: str) -> None:
    for text in narratives():
        arrived = reply(text + after)
        assert arrived.kind == "reply"
        assert arrived.text.split() == text.split()
