"""docs/letters.md, as the tables of the law give it."""

from followup.domain.letters.law import LETTERS, REGIONS, LawRegion, LetterLaw

_HEAD = """\
# Letters and the law

<!-- Made from followup/domain/letters/law.py by `make docs`; a test holds the two equal. -->

What each shipped letter counts as, and why. It tells what followup does and on what ground; it is no legal
advice, and your own texts can change the class: a template that speaks of a purchase to come says
`class: marketing` in front ([emails.md](emails.md)).

A marketing email goes only to customers whose consent is recorded (`followup customer set … --consent
marketing`), with a link to unsubscribe. In {regions} a question of satisfaction needs that consent
as well: without it the closing letter asks about the matter itself ("Ist der Ersatz heil bei Ihnen
angekommen?"). It follows from the customer's locale and region; one of the two is enough, and a German locale
without a country counts as Germany.
"""


def letters_page() -> str:
    """docs/letters.md."""
    strict = (region.meaning for region, law in REGIONS.items() if law.needs_consent_to_survey)
    columns = " | ".join(region.meaning for region in LawRegion)
    letters = [
        f"| `{name}` | {' | '.join(_said(one.in_region(region)) for region in LawRegion)} | {one.why} |"
        for name, one in LETTERS.items()
    ]
    regions = [
        f"| {region.meaning} | {REGIONS[region].rule} | {REGIONS[region].source} |" for region in LawRegion
    ]
    words = [f"| {_said(law)} | {law.meaning} |" for law in LetterLaw]
    return "\n".join(
        [
            _HEAD.replace("{regions}", " and ".join(strict).replace(", ", " and ")),
            "## The letters\n",
            f"| letter | {columns} | why |",
            f"|---|{'---|' * len(LawRegion)}---|",
            *letters,
            "",
            "| class | means |",
            "|---|---|",
            *words,
            "",
            "## The rules\n",
            "| where | rule | source |",
            "|---|---|---|",
            *regions,
            "",
        ]
    )


def _said(law: LetterLaw) -> str:
    return str(law.value).replace("_", " ")
