"""A case on a day that nobody knows: letters name no day, and what counts days takes the day of logging."""

import re
from datetime import date
from email import message_from_bytes
from email.policy import default

import pytest

from followup.domain.goodwill.policy.recommend import Subject
from followup.domain.people.agent import Role
from followup.services.goodwill import recommendations, recorded_cases, ungiven_cases
from followup.services.goodwill.told_facts import advise_told
from followup.services.outbox import template_lint
from followup.services.people import customers
from followup.services.upkeep.doctor.files import check_files
from followup.store.tables import Case
from tests.services.mailing import files, rows, tick
from tests.services.waiting import said
from tests.shop import Shop

DAY = re.compile(
    r"(?i)\b(?:2|29)\.? (?:de )?(?:okto|octo|octu|nov)\w+\b(?! (?:de )?2027)"
    r"|(?:october|november) (?:2|29)\b(?!, 2027)"
)
"""The day of the case or that of logging, in any language; not the last day of the voucher a year later."""


def write_the_day_as_before(shop: Shop) -> None:
    """Let the English pieces write the day without asking whether it is known, as those of older workspaces
    do."""
    path = shop.own_templates() / "en" / "partials" / "phrases.md"
    told = path.read_text(encoding="utf-8")
    guarded = '{% set on_day = "on " ~ case.occurred_on if case.occurred_on else "" %}'
    assert told.count(guarded) == 1
    path.write_text(told.replace(guarded, '{% set on_day = "on " ~ case.occurred_on %}'), encoding="utf-8")


def text_sent(shop: Shop) -> str:
    """The text of the only email that was sent, in one line."""
    (sent,) = files(shop)
    body = message_from_bytes(sent, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.mark.parametrize("locale", ["en-GB", "en-US", "de-DE", "es-ES", "fr-FR"])
@pytest.mark.parametrize("known", [True, False])
def test_a_letter_names_the_day_only_if_somebody_said_it(shop: Shop, locale: str, known: bool) -> None:
    shop.request(
        shop.open_case(
            locale=locale,
            order="A-1",
            what_happened="",
            severity="minor",
            occurred_on="2026-10-29" if known else "unknown",
        )
    )
    assert tick(shop).sent == 1
    assert bool(DAY.search(text_sent(shop))) is known


def test_a_template_that_writes_the_day_nevertheless_says_nothing_wrong_and_where_it_is(shop: Shop) -> None:
    write_the_day_as_before(shop)
    shop.request(shop.open_case(occurred_on="unknown", what_happened="", severity="minor"))
    assert tick(shop).sent == 0
    email = rows(shop)[0]
    place = shop.own_templates() / "en" / "partials" / "phrases.md"
    text = place.read_text(encoding="utf-8")
    line = text[: text.index("case.occurred_on")].count("\n") + 1
    assert email.state.value == "failed"
    assert f"{place}, line {line}: case.occurred_on is empty for this case" in said(shop)[1]
    assert files(shop) == []


def test_a_template_that_writes_the_day_goes_on_for_a_day_that_is_known(shop: Shop) -> None:
    write_the_day_as_before(shop)
    shop.request(shop.open_case(occurred_on="today", what_happened="", severity="minor"))
    assert tick(shop).sent == 1
    assert DAY.search(text_sent(shop))


def test_doctor_and_template_lint_name_a_template_that_writes_the_day(shop: Shop) -> None:
    def failing() -> list[str]:
        return [one.found for one in check_files(shop.rules) if one.name == "templates" and not one.fine]

    def errors() -> list[str]:
        return [one.error for one in template_lint.lint_samples(shop.rules, template="apology") if one.error]

    assert failing() == []
    assert errors() == []
    write_the_day_as_before(shop)
    assert "phrases.md, line" in failing()[0]
    assert "case.occurred_on is empty" in errors()[0]


def facts_of(shop: Shop, case: Case) -> Subject:
    return shop.read(
        lambda session: recommendations.subject_of(
            session,
            shop.rules,
            case,
            customers.customer_of(session, case),
            role=Role.AGENT,
            now=shop.now,
        )
    )


def test_the_policy_counts_from_the_day_of_logging(shop: Shop) -> None:
    unknown = shop.open_case("a@example.com", occurred_on="unknown")
    known = shop.open_case("b@example.com", occurred_on="2026-10-30")
    assert facts_of(shop, unknown).facts["occurred_on"] == date(2026, 11, 2)
    assert facts_of(shop, known).facts["occurred_on"] == date(2026, 10, 30)


def test_a_replay_counts_as_the_day_itself_did(shop: Shop) -> None:
    shop.open_case("a@example.com", occurred_on="unknown")
    shop.open_case("b@example.com", occurred_on="2026-10-30")
    span = recorded_cases.DateSpan(None, None, "Europe/London")
    days = shop.read(
        lambda session: [past.facts["occurred_on"] for past in recorded_cases.stream(session, span, "GBP")]
    )
    assert days == [date(2026, 11, 2), date(2026, 10, 30)]


@pytest.mark.parametrize("told", [None, "unknown", "today", "2026-11-02"])
def test_an_explanation_counts_from_today_where_no_day_is_told(shop: Shop, told: str | None) -> None:
    given = {"reason": "late-delivery", "severity": "moderate", "responsibility": "ours", "occurred_on": told}
    advice = advise_told(shop.rules, given, {}, role=Role.AGENT, now=shop.now)
    plain = advise_told(shop.rules, {**given, "occurred_on": "2026-11-02"}, {}, role=Role.AGENT, now=shop.now)
    assert advice == plain


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(1, 1, [2]), (1, 2, [1, 2]), (2, 2, [1]), (3, 3, [])],
)
def test_an_outage_has_hit_whoever_was_logged_on_its_days(
    shop: Shop, first: int, last: int, found: list[int]
) -> None:
    shop.open_case("a@example.com", reason="service-outage", occurred_on="unknown")
    shop.open_case("b@example.com", reason="service-outage", occurred_on="2026-11-01")
    days = date(2026, 11, first), date(2026, 11, last)
    cases = shop.read(
        lambda session: ungiven_cases.ungiven(session, "service-outage", *days, "Europe/London")
    )
    assert sorted(case.id or 0 for case in cases) == found
