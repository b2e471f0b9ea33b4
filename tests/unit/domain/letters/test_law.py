"""Who may be asked how content they are: nobody by mistake, where the law counts it as advertising."""

import pytest

from followup.domain.letters.law import LETTERS, REGIONS, LawRegion, LetterLaw, may_ask_satisfaction


@pytest.mark.parametrize(
    ("locale", "region"),
    [
        ("de-DE", "DE-BE"),
        ("de-AT", "AT-9"),
        ("de", None),
        ("de_DE", None),
        ("en-GB", "DE"),  # somebody in Berlin who reads English
        ("de-DE", "GB"),  # the region of the business, which nobody changed
        ("en-AT", None),
    ],
)
def test_in_germany_and_austria_it_takes_consent(locale: str, region: str | None) -> None:
    assert not may_ask_satisfaction(locale, region, marketing_consent=False)
    assert may_ask_satisfaction(locale, region, marketing_consent=True)


@pytest.mark.parametrize(
    ("locale", "region"),
    [("en-GB", "GB-ENG"), ("de-CH", "CH-ZH"), ("pt-BR", "BR"), ("fr", None), ("en-US", "US-DE")],
)
def test_elsewhere_it_takes_none(locale: str, region: str | None) -> None:
    """US-DE is Delaware."""
    assert may_ask_satisfaction(locale, region, marketing_consent=False)


def test_each_country_has_one_law() -> None:
    countries = [country for law in REGIONS.values() for country in law.countries]
    assert len(countries) == len(set(countries))
    assert set(REGIONS) == set(LawRegion)


def test_the_class_of_the_closing_letter_follows_the_same_table_as_its_question() -> None:
    for region, law in REGIONS.items():
        surveys = LETTERS["closing"].in_region(region) is LetterLaw.SERVICE
        assert surveys is not law.needs_consent_to_survey
