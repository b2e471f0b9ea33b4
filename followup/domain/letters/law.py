"""What the law of a region makes of our letters: their classes, and who may be asked how content they are.

In Germany a question of satisfaction is advertising, also within an email that had to be sent
(Bundesgerichtshof, 10 July 2018, VI ZR 225/17), and needs consent; Austria's law has the same rule. There the
last letter asks about the matter itself. docs/letters.md is made from these tables.
"""

from dataclasses import dataclass

from followup.domain.shared.word import Word


class LawRegion(Word):
    """Where a customer lives, as far as the law of email differs."""

    GERMANY_AUSTRIA = "de_at", "Germany, Austria"
    SWITZERLAND = "ch", "Switzerland"
    UNITED_KINGDOM_EU = "uk_eu", "United Kingdom, other countries of the EU"
    SPAIN_FRANCE = "es_fr", "Spain, France"
    UNITED_STATES = "us", "United States"
    CANADA = "ca", "Canada"
    BRAZIL = "br", "Brazil"


class LetterLaw(Word):
    """What the law makes of a letter."""

    SERVICE = "service", "About what the customer bought or complained of: needs no consent"
    NO_SURVEY = (
        "service_without_survey",
        "Service as long as it asks about the matter, and not how content they are",
    )
    MARKETING = "marketing", "Advertising: needs consent and a way to unsubscribe"
    INTERNAL = "internal", "To a colleague: no customer reads it"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLaw:
    """The law of a region: its countries (ISO 3166), the rule in a sentence, and where it stands."""

    countries: frozenset[str]
    rule: str
    source: str
    needs_consent_to_survey: bool = False


_OTHERS_OF_UK_AND_EU = "GB IE NL BE LU IT PT DK SE FI NO IS PL CZ SK HU SI HR RO BG GR CY MT EE LV LT"

REGIONS: dict[LawRegion, RegionLaw] = {
    LawRegion.GERMANY_AUSTRIA: RegionLaw(
        countries=frozenset({"DE", "AT"}),
        needs_consent_to_survey=True,
        rule="Advertising by email needs consent given before, and a question of satisfaction is "
        "advertising, also within an email that is not.",
        source="DE: § 7 UWG; BGH, 10 July 2018, VI ZR 225/17. AT: § 174 TKG 2021",
    ),
    LawRegion.SWITZERLAND: RegionLaw(
        countries=frozenset({"CH", "LI"}),
        rule="Mass advertising needs consent. One letter to one customer about their own case is no mass.",
        source="Art. 3 (1) (o) UWG",
    ),
    LawRegion.UNITED_KINGDOM_EU: RegionLaw(
        countries=frozenset(_OTHERS_OF_UK_AND_EU.split()),
        rule="Direct marketing by email needs consent. A message about a purchase or a complaint is "
        "none, as long as it promotes nothing.",
        source="UK: PECR 2003, regulation 22, and the ICO's guidance on direct marketing. EU: Directive "
        "2002/58/EC, Art. 13",
    ),
    LawRegion.SPAIN_FRANCE: RegionLaw(
        countries=frozenset({"ES", "FR"}),
        rule="Commercial communications by email need consent. A letter about the contract itself is none.",
        source="ES: Ley 34/2002 (LSSI), art. 21. FR: Code des postes et des communications "
        "électroniques, art. L34-5",
    ),
    LawRegion.UNITED_STATES: RegionLaw(
        countries=frozenset({"US"}),
        rule="An email whose primary purpose is a purchase already agreed is transactional. What "
        "advertises needs a way to opt out, no consent.",
        source="CAN-SPAM Act, 15 U.S.C. § 7702 (17); 16 CFR 316.3",
    ),
    LawRegion.CANADA: RegionLaw(
        countries=frozenset({"CA"}),
        rule="An answer to an inquiry or a complaint needs no consent. What encourages a further "
        "purchase does.",
        source="CASL (S.C. 2010, c. 23), s. 6; SOR/2013-221, s. 3 (b)",
    ),
    LawRegion.BRAZIL: RegionLaw(
        countries=frozenset({"BR"}),
        rule="Data may be used to carry out the contract and to answer a complaint. Advertising needs "
        "consent or a legitimate interest that the customer can object to.",
        source="LGPD (Lei 13.709/2018), art. 7, V and IX; Lei 8.078/1990 (CDC), art. 6",
    ),
}
"""The law of each region."""

_COUNTRY_OF_LANGUAGE = {"de": "DE"}
"""The country of a locale that names none, where its law is the stricter one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterClass:
    """The class of a shipped letter and why, and where the law of a region makes something else of it."""

    law: LetterLaw
    why: str
    elsewhere: tuple[tuple[LawRegion, LetterLaw], ...] = ()

    def in_region(self, region: LawRegion) -> LetterLaw:
        """The class in a region."""
        return dict(self.elsewhere).get(region, self.law)


LETTERS: dict[str, LetterClass] = {
    "apology": LetterClass(
        law=LetterLaw.SERVICE,
        why="Answers a complaint and says what is done about it. With a discount in it, it is "
        "marketing: that is of use only to somebody who buys again.",
    ),
    "callback-arranged": LetterClass(
        law=LetterLaw.SERVICE, why="Answers a complaint and says when a person calls."
    ),
    "check-in": LetterClass(
        law=LetterLaw.SERVICE, why="Asks whether what was promised has arrived: part of keeping that promise."
    ),
    "closing": LetterClass(
        law=LetterLaw.SERVICE,
        why="Says that the case ends, and asks one question. One about satisfaction goes only to "
        "customers who agreed to marketing, where the law counts it as advertising; all others "
        "are asked about the matter.",
        elsewhere=((LawRegion.GERMANY_AUSTRIA, LetterLaw.NO_SURVEY),),
    ),
    "approval-delayed": LetterClass(
        law=LetterLaw.SERVICE, why="Tells somebody who waits for an answer when it comes. Names no amount."
    ),
    "taken-back": LetterClass(law=LetterLaw.SERVICE, why="Corrects what an earlier letter announced."),
    "given-later": LetterClass(
        law=LetterLaw.SERVICE,
        why="Tells what else was given in the same case, after the first letter. With a discount in it, "
        "it is marketing.",
    ),
    "voucher-expiring": LetterClass(
        law=LetterLaw.SERVICE,
        why="Tells the last day of something that is already the customer's. It names no goods and no "
        "price, and says that there is no need to use it. For a discount it is marketing.",
    ),
    "for-approval": LetterClass(law=LetterLaw.INTERNAL, why="Asks a colleague to decide."),
    "notice": LetterClass(law=LetterLaw.INTERNAL, why="Tells a colleague of an amount."),
}
"""The class of each shipped letter, by its template."""


def may_ask_satisfaction(locale: str, region: str | None, *, marketing_consent: bool) -> bool:
    """Whether a letter may ask how content a customer is. `locale` is a tag such as de-AT, `region` where
    they live, a country or its part. Either is enough for the stricter law: nobody is asked by mistake."""
    if marketing_consent:
        return True
    language, _, rest = locale.replace("_", "-").partition("-")
    named = rest.rpartition("-")[2].upper() or _COUNTRY_OF_LANGUAGE.get(language.lower(), "")
    lives_in = (region or "").partition("-")[0].upper()
    return not any(
        law.needs_consent_to_survey and law.countries & {named, lives_in} for law in REGIONS.values()
    )
