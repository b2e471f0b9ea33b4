"""followup template list, preview, lint and test, as people call them."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from followup.mail.message_check import problems
from tests.e2e.conftest import Desk
from tests.e2e.installed import wait_until

INSINCERE = """---
subject: About your order
class: service
locale: en-GB
---
Hello {{ customer.greeting_name }},

We are sorry for any inconvenience.

{% include "partials/sign-off.md" %}
"""


@pytest.fixture
def told(quick: Desk) -> Desk:
    """A case with a voucher issued, and one that nothing was offered for yet."""
    quick.shop.budget("500.00")
    first = quick.shop.open_case(feeling="angry", order="HB-2041")
    quick.shop.request(first)
    quick.shop.open_case("tom@example.com", feeling="worried", order="HB-1987", verbatim="Where is it now?")
    return quick


def test_a_preview_shows_what_would_go_out_and_writes_its_html(told: Desk) -> None:
    document = told.followup.json("template", "preview", "C-0001", "--html", "first.html")

    assert {"subject", "text", "html", "findings"} <= document.keys()
    assert (document["step"], document["template"], document["as_if"]) == (1, "apology", None)
    assert "HB-2041" in document["text"]
    assert "£8.00" in document["text"]
    assert document["findings"] == []
    assert (told.root / "first.html").read_text(encoding="utf-8") == document["html"]


def test_a_preview_without_a_gesture_is_as_if_the_recommended_one_were_issued(told: Desk) -> None:
    document = told.followup.json("template", "preview", "C-0002")
    assert document["as_if"] == "the recommended voucher were issued"
    assert "£8.00" in document["text"]

    answer = told.followup.run("template", "preview", "C-0002")
    assert "As if the recommended voucher were issued." in answer.err


def test_a_preview_says_what_is_wrong_beside_the_email(told: Desk) -> None:
    (told.root / "templates" / "plain.md").write_text(INSINCERE, encoding="utf-8")

    document = told.followup.json("template", "preview", "C-0001", "--template", "plain")
    rules = {finding["rule"] for finding in document["findings"]}
    assert {"E1", "E6", "E8", "E13"} <= rules
    assert all(
        set(finding) == {"rule", "level", "sentence", "why", "instead"} for finding in document["findings"]
    )

    people = told.followup.run("template", "preview", "C-0001", "--template", "plain").out
    assert "“We are sorry for any inconvenience.”" in people


def test_a_step_or_a_template_that_is_not_there_is_named(told: Desk) -> None:
    assert (
        told.followup.refused("template", "preview", "C-0001", "--step", "9", code=3)["code"]
        == "unknown_step"
    )
    refused = told.followup.refused("template", "preview", "C-0001", "--template", "nothing", code=3)
    assert refused["code"] == "unknown_template"


def test_lint_reads_what_is_in_use_and_leaves_with_5_for_what_would_be_held(told: Desk) -> None:
    clean = told.followup.run("template", "lint", "--json")
    assert (clean.document["stops"], clean.document["unused"], clean.err) == (0, [], "")

    (told.root / "templates" / "plain.md").write_text(INSINCERE, encoding="utf-8")
    unread = told.followup.run("template", "lint")
    assert "nothing uses them: plain." in unread.err
    assert "0 would be held" in unread.out
    answer = told.followup.run("template", "lint", "--template", "plain", "--json", code=5)
    assert json.loads(answer.err)["error"]["code"] == "insincere"
    found = {finding["rule"]: finding["cases"] for finding in answer.document["findings"]}
    assert {"E1", "E6"} <= found.keys()

    assert any("C-0001" in cases for cases in found.values())

    sequences = told.root / "sequences.toml"
    sequences.write_text(
        sequences.read_text(encoding="utf-8").replace('"check-in"', '"chek-in"'), encoding="utf-8"
    )
    missing = told.followup.run("template", "lint", code=5).out
    assert "Step 2 of recovery: There is no template 'chek-in'" in missing
    assert "Did you mean check-in?" in missing


def test_lint_reads_the_phrase_of_every_reason(told: Desk) -> None:
    settings = told.root / "followup.toml"
    text = settings.read_text(encoding="utf-8")
    phrase = '"our service stopped working"'
    changed = text.replace(phrase, '"mistakes were made and we value your custom"')
    assert changed != text
    settings.write_text(changed, encoding="utf-8")
    told.followup.run("template", "lint", "--template", "apology", code=5)


def test_lint_watches_and_looks_again_when_a_template_is_saved(told: Desk, tmp_path: Path) -> None:
    path = told.root / "templates" / "plain.md"
    path.write_text(INSINCERE, encoding="utf-8")
    lint = ("template", "lint", "--template", "plain", "--watch")
    with told.followup.running(*lint, log=tmp_path / "watch.log") as watching:
        wait_until(lambda: "any inconvenience" in watching.said, "the first look")
        path.write_text(
            INSINCERE.replace("any inconvenience", "the delay, valued customer"), encoding="utf-8"
        )
        wait_until(lambda: "valued customer" in watching.said, "the second look")
        assert watching.said.index("any inconvenience") < watching.said.index("valued customer")
        assert watching.process.poll() is None


def test_a_test_email_goes_to_oneself_and_leaves_no_trace(told: Desk) -> None:
    before = told.followup.json("outbox", "list")
    document = told.followup.json("template", "test", "C-0001", "--to", "ana@shop.example")

    assert document["subject"].startswith("[Test] ")
    assert document["problems"] == []
    (path,) = (told.root / "outbox").rglob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("ana@shop.example", document["subject"])
    assert problems(path.read_bytes()) == ()
    assert told.followup.json("outbox", "list") == before


def test_a_test_email_never_goes_to_a_customer(told: Desk) -> None:
    refused = told.followup.refused("template", "test", "--to", "priya@example.com", code=4)
    assert refused["code"] == "customer_address"
    assert not list((told.root / "outbox").rglob("*.eml"))
